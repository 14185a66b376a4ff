package io.gammawebhook.audit;

/**
 * How much is written of what a stranger can repeat without end: {@value #BURST} entries at once
 * and then one a second, so that nobody fills the disk; and how many were left out since, for the
 * next entry to tell. Safe for use by many threads.
 */
public final class AuditRate {

  public static final int BURST = 60;

  private static final long INTERVAL_MILLIS = 1_000;
  private static final long WINDOW_MILLIS = BURST * INTERVAL_MILLIS;

  /** When all of the burst is there again. */
  private long full;

  private long unwritten;

  /**
   * Whether one more may be written now.
   *
   * @param now epoch milliseconds
   */
  public synchronized boolean admits(long now) {
    // Further ahead than a burst reaches: the clock was set back. The interval allows for threads
    // that read it a little earlier than others.
    boolean clockWasSetBack = full > now + WINDOW_MILLIS + INTERVAL_MILLIS;
    long next = (clockWasSetBack ? now : Math.max(full, now)) + INTERVAL_MILLIS;
    if (next > now + WINDOW_MILLIS) {
      return false;
    }
    full = next;
    return true;
  }

  /** Counts what is not written, or what was told and could not be written; negative to undo. */
  public synchronized void leaveOut(long entries) {
    unwritten += entries;
  }

  /** How many were left out; from now on they count as told. */
  public synchronized long takeUnwritten() {
    long taken = unwritten;
    unwritten = 0;
    return taken;
  }
}
