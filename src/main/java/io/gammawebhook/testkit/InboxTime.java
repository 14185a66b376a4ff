package io.gammawebhook.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of an inbox in a test: it begins at the time of the machine, stands still, and goes on
 * only when the test says so. Due times, leases, retention, and how old a signature may be are
 * counted by it. Each event that is sent moves it by a millisecond, so that no two came at the same
 * time. Safe for use by many threads.
 */
final class InboxTime implements InstantSource {

  private final AtomicLong millis = new AtomicLong(InstantSource.system().millis());

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis.get());
  }

  /** Moves it to that time, unless it is later already. */
  void moveTo(Instant time) {
    millis.accumulateAndGet(time.toEpochMilli(), Math::max);
  }

  /** Moves it by that much, in whole milliseconds. */
  void move(Duration by) {
    millis.addAndGet(by.toMillis());
  }

  /** A millisecond later than whatever was before. */
  void tick() {
    millis.incrementAndGet();
  }
}
