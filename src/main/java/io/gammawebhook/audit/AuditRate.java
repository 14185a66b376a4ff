package io.gammawebhook.audit;

import io.gammawebhook.event.RateLimit;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is written of what a stranger can repeat without end: {@value #BURST} entries at once
 * and then one a second, so that nobody fills the disk; and how many were left out since, for the
 * next entry to tell. Safe for use by many threads.
 */
public final class AuditRate {

  public static final int BURST = 60;

  private final RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(1, BURST));
  private final AtomicLong unwritten = new AtomicLong();

  /**
   * Whether one more may be written now.
   *
   * @param now epoch milliseconds
   */
  public boolean admits(long now) {
    return meter.refusal(RateLimit.nanos(Instant.ofEpochMilli(now))) == 0;
  }

  /** Counts what is not written, or what was told and could not be written; negative to undo. */
  public void leaveOut(long entries) {
    unwritten.addAndGet(entries);
  }

  /** How many were left out; from now on they count as told. */
  public long takeUnwritten() {
    return unwritten.getAndSet(0);
  }
}
