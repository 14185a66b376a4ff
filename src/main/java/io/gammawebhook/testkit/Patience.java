package io.gammawebhook.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long something that is under way is waited for, in the time of the machine.
 *
 * @param most more than zero
 */
record Patience(Duration most) {

  private static final long BETWEEN_LOOKS_NANOS = 5_000_000;

  Patience {
    if (most.isNegative() || most.isZero()) {
      throw new IllegalArgumentException("A test waits for more than 0 s, was " + most);
    }
  }

  /** Looks until it is so, at least once. False if it is not so by the end of the time. */
  boolean until(BooleanSupplier so) {
    long deadline = System.nanoTime() + most.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("The test was interrupted while it waited");
      }
    }
    return true;
  }
}
