package io.gammawebhook.dispatch;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task at the earliest of the times that were asked for, and forgets the later ones: the
 * task itself finds out what is next. Safe for use by many threads.
 */
final class Alarm {

  private final ScheduledExecutorService timer;
  private final Runnable task;
  private @Nullable ScheduledFuture<?> planned;
  private long plannedAtNanos;
  private boolean stopped;

  Alarm(ScheduledExecutorService timer, Runnable task) {
    this.timer = timer;
    this.task = task;
  }

  /** Makes sure that the task runs within this time; an earlier run that is planned stays. */
  synchronized void within(long millis) {
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (stopped || (planned != null && plannedAtNanos - at <= 0)) {
      return;
    }
    cancel();
    plannedAtNanos = at;
    try {
      planned = timer.schedule(this::ring, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The timer is shut down: nothing is begun any more.
      stopped = true;
    }
  }

  /** Times that are asked for count again. */
  synchronized void start() {
    stopped = false;
  }

  synchronized void stop() {
    stopped = true;
    cancel();
  }

  private void cancel() {
    if (planned != null) {
      planned.cancel(false);
      planned = null;
    }
  }

  private void ring() {
    synchronized (this) {
      planned = null;
    }
    task.run();
  }
}
