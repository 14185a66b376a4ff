package io.gammawebhook.store;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link Housekeeping} in the background, and rests after each step four times as long as it
 * took: accepting and delivering come first.
 */
final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  private static final long ASK_MILLIS = 60_000;
  private static final long LEAST_REST_MILLIS = 20;
  private static final long MOST_REST_MILLIS = 5_000;
  private static final long CLOSE_SECONDS = 10;

  private final Housekeeping housekeeping;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor thread;

  /**
   * @param nanos measures durations, such as {@code System::nanoTime}
   */
  Housekeeper(Housekeeping housekeeping, LongSupplier nanos) {
    this.housekeeping = housekeeping;
    this.nanos = nanos;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "gamma-webhook-housekeeper");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    next(ASK_MILLIS);
  }

  private void next(long millis) {
    try {
      var unused = thread.schedule(this::run, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed in the meantime.
      LOG.trace("No further housekeeping", e);
    }
  }

  private void run() {
    long rest = ASK_MILLIS;
    try {
      long before = nanos.getAsLong();
      Housekeeping.Step step = housekeeping.step();
      if (step instanceof Housekeeping.Step.More) {
        long took = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - before);
        rest = Math.min(MOST_REST_MILLIS, Math.max(LEAST_REST_MILLIS, 4 * took));
      } else if (step instanceof Housekeeping.Step.Done done) {
        log(done.removed());
      }
    } catch (RuntimeException e) {
      LOG.warn("Retention could not go on; it is tried again in a minute: {}", e.getMessage());
    } finally {
      next(rest);
    }
  }

  private static void log(Removed removed) {
    if (!removed.equals(Removed.NOTHING)) {
      LOG.info(
          "Retention removed {} bodies ({} of events that no subscription had wanted), {} events"
              + " with their dedup keys and deliveries, {} audit entries, {} idempotent keys, {}"
              + " quarantined requests that nobody had released or discarded",
          removed.bodies(),
          removed.unsubscribed(),
          removed.events(),
          removed.audit(),
          removed.idempotentKeys(),
          removed.quarantined());
    }
  }

  /** Waits for a step that is at work. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The inbox was closed while its housekeeping was still at work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
