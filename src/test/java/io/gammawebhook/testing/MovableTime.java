package io.gammawebhook.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it; also an offset to a clock that runs. */
public final class MovableTime implements InstantSource {

  private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

  private final AtomicLong offset = new AtomicLong();

  public void advance(Duration by) {
    offset.addAndGet(by.toMillis());
  }

  /** How far it was moved, in milliseconds. */
  public long offset() {
    return offset.get();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(START + offset.get());
  }
}
