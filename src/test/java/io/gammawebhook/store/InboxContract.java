package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/**
 * What every inbox promises; the sentences are those of {@link Inbox}, {@link HandOff} and {@link
 * IdempotentKeys}. Each part is run on each store.
 */
abstract class InboxContract {

  final TestStore store;
  final JdbcInbox inbox;

  InboxContract(TestStore store) {
    this.store = store;
    this.inbox = store.open("node-1");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  final Subscription subscribe(String name, String... types) {
    return inbox.register(GAMMA, new SubscriptionName(name), List.of(types));
  }

  final Acceptance accept(WebhookEvent event) {
    return join(inbox.accept(event));
  }

  final Reference accepted(WebhookEvent event) {
    return ((Accepted) accept(event)).reference();
  }

  final List<LeasedDelivery> claim(Subscription subscription, int max) {
    return join(inbox.claim(subscription, max)).deliveries();
  }

  final LeasedDelivery claimOne(Subscription subscription) {
    return claim(subscription, 1).get(0);
  }

  final boolean finish(LeasedDelivery delivery, Outcome outcome) {
    return join(inbox.finish(delivery, outcome));
  }

  final boolean deliver(LeasedDelivery delivery) {
    return finish(delivery, new Outcome.Delivered(5, false));
  }

  static Outcome.Dead dead() {
    return new Outcome.Dead(5, "http-410", "Gone");
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Runs all at once, each on a thread of its own. */
  static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> task : tasks) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return task.call();
                }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
