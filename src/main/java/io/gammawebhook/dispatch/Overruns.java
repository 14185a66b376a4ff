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
  private int lent;

  /**
   * @param executor a pool of as many threads as there are places, or one without a bound
   */
  Overruns(Executor executor, int places) {
    this.executor = executor;
    this.places = places;
  }

  /** Whether another attempt may begin in the place of one that overruns. */
  synchronized boolean lend() {
    if (lent == places) {
      return false;
    }
    lent++;
    resize();
    return true;
  }

  /** One that had been lent a thread has come back. */
  synchronized void giveBack() {
    lent--;
    resize();
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
