package io.gammawebhook.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Attempts that were given up because they ran out of time, and whose routes have not come back. A
 * Java thread cannot be ended from outside, so each keeps its own; for as many as there are places,
 * the pool gets another in its stead. What is beyond that keeps its place: a destination that never
 * answers costs a bounded number of threads. Safe for use by many threads.
 */
final class Overruns {

  private final Executor executor;
  private final int places;
  private int count;
  private int lent;

  /** What an attempt that was given up keeps until its route comes back. */
  enum Keeps {
    /** Its thread; its place is free, and the pool has another thread for it. */
    ITS_THREAD,
    /** Its thread and its place: no other begins in its stead. */
    ITS_PLACE
  }

  /**
   * @param executor a pool of as many threads as there are places, or one without a bound
   */
  Overruns(Executor executor, int places) {
    this.executor = executor;
    this.places = places;
  }

  /** One is given up. */
  synchronized Keeps begins() {
    count++;
    if (lent == places) {
      return Keeps.ITS_PLACE;
    }
    lent++;
    resize();
    return Keeps.ITS_THREAD;
  }

  /** The route of one has come back. */
  synchronized void ends(Keeps kept) {
    count--;
    if (kept == Keeps.ITS_THREAD) {
      lent--;
      resize();
    }
  }

  /** How many there are now. */
  synchronized int count() {
    return count;
  }

  private void resize() {
    if (executor instanceof ThreadPoolExecutor pool && pool.getMaximumPoolSize() <= 2 * places) {
      int threads = places + lent;
      if (threads > pool.getCorePoolSize()) {
        pool.setMaximumPoolSize(threads);
        pool.setCorePoolSize(threads);
      } else {
        pool.setCorePoolSize(threads);
        pool.setMaximumPoolSize(threads);
      }
    }
  }
}
