package io.gammawebhook.dispatch;

import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.measure.Measure;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** Hands leased deliveries to this node's workers. Safe for use by many threads. */
public final class Dispatcher implements AutoCloseable {

  private final Inbox inbox;
  private final RandomGenerator random;
  private final ScheduledExecutorService timer;
  private final Measure measure;

  /** One that nobody measures. */
  public Dispatcher(Inbox inbox, RandomGenerator random) {
    this(inbox, random, Measure.NONE);
  }

  /**
   * @param random for the jitter of retries; safe for use by many threads
   * @param measure is told of what the workers do
   */
  public Dispatcher(Inbox inbox, RandomGenerator random, Measure measure) {
    this.measure = measure;
    this.inbox = inbox;
    this.random = random;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "gamma-webhook-timer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to deliver a subscription's events.
   *
   * @param executor runs the attempts; it needs as many threads as the settings' concurrency
   */
  public Worker start(
      Subscription subscription,
      DeliveryHandler handler,
      WorkerSettings settings,
      Executor executor) {
    Worker worker =
        new Worker(inbox, subscription, handler, settings, executor, timer, random, measure);
    worker.start();
    return worker;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
