package io.gammawebhook.event;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate as the generic cell rate algorithm counts it: all that is remembered of a requester is one
 * time, the theoretical arrival time of its next request. All times are epoch nanoseconds.
 *
 * @param interval between two requests at the full rate
 * @param window how far ahead of the clock requests may run: the burst, as a time
 */
public record RateLimit(long interval, long window) {

  private static final long SECOND = 1_000_000_000L;

  /**
   * @param burst how many may come at once after a pause
   */
  public static RateLimit perSecond(int rate, int burst) {
    long interval = SECOND / rate;
    return new RateLimit(interval, interval * burst);
  }

  public static long nanos(Instant time) {
    return time.getEpochSecond() * SECOND + time.getNano();
  }

  /** The requester's next time if this request passes, or 0 if it does not. */
  public long take(long arrival, long now) {
    long next = from(arrival, now) + interval;
    return next <= now + window ? next : 0;
  }

  /** Whole seconds, at least one, after which a refused request would pass. */
  public long retryAfterSeconds(long arrival, long now) {
    long wait = from(arrival, now) + interval - window - now;
    return Math.max(1, (wait + SECOND - 1) / SECOND);
  }

  private long from(long arrival, long now) {
    // Further ahead than any burst reaches: the clock was set back. The second allows for threads
    // that read the clock a little earlier than others.
    boolean clockWasSetBack = arrival > now + window + SECOND;
    return clockWasSetBack ? now : Math.max(arrival, now);
  }

  /** One requester. Safe for use by many threads. */
  public static final class Meter {
    private final RateLimit limit;
    private final AtomicLong arrival = new AtomicLong();

    public Meter(RateLimit limit) {
      this.limit = limit;
    }

    /** 0 if the request passes, else the seconds after which to try again. */
    public long refusal(long now) {
      while (true) {
        long old = arrival.get();
        long next = limit.take(old, now);
        if (next == 0) {
          return limit.retryAfterSeconds(old, now);
        }
        if (arrival.compareAndSet(old, next)) {
          return 0;
        }
      }
    }
  }
}
