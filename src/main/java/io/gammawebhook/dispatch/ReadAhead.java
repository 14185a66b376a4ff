package io.gammawebhook.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * How many deliveries a node takes before it has a thread for them: as many as its threads start
 * within {@value #AHEAD_MILLIS} ms at the pace of the last attempts, so that short attempts need
 * not wait for the store in between, and a node with long ones leaves the rest to the other nodes.
 * Safe for use by many threads.
 */
final class ReadAhead {

  /** Long against a commit, short against a lease and a shutdown. */
  static final long AHEAD_MILLIS = 100;

  /** The most that is held in memory before it is begun, however short the attempts are. */
  static final int MOST = 1_000;

  /** The bodies of what is held take no more than this, unless each thread's own does. */
  static final long MOST_BYTES = 8L * 1024 * 1024;

  /** Each attempt changes the mean by an eighth of the difference. */
  private static final int WEIGHT = 8;

  private final int concurrency;

  /** A guess that allows nothing ahead, until attempts have shown their length. */
  private volatile long meanNanos;

  ReadAhead(int concurrency) {
    this.concurrency = concurrency;
    this.meanNanos = TimeUnit.MILLISECONDS.toNanos(AHEAD_MILLIS) * concurrency + 1;
  }

  /** An attempt took this long. */
  void took(long nanos) {
    // Two at once may lose one of them: it is an estimate.
    long mean = meanNanos;
    meanNanos = mean + (nanos - mean) / WEIGHT;
  }

  /** An attempt takes this long already, and has not ended. */
  void takes(long nanos) {
    meanNanos = Math.max(meanNanos, nanos);
  }

  /** How many deliveries may be held, begun or not. */
  int limit() {
    long ahead = TimeUnit.MILLISECONDS.toNanos(AHEAD_MILLIS) * concurrency / Math.max(1, meanNanos);
    return concurrency + (int) Math.min(MOST, ahead);
  }
}
