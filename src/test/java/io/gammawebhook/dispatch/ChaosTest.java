package io.gammawebhook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.LeasedDelivery;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claims, ends and heartbeats fail at random, before or after the store has done them, and so do
 * the handlers: every delivery ends all the same, and every permit comes back.
 */
class ChaosTest {

  private static final int EVENTS = 400;
  private static final int CONCURRENCY = 8;

  @TempDir Path folder;

  @Test
  void everyDeliveryEndsAndEveryPermitComesBack() {
    try (WorkerFixture fixture = WorkerFixture.running(folder)) {
      Random random = new Random(20261124);
      Set<String> succeeded = ConcurrentHashMap.newKeySet();
      DeliveryHandler handler =
          (delivery, done) -> {
            switch (random.nextInt(5)) {
              case 0 -> throw FlakyInbox.FLAKY;
              case 1 -> done.failed(Failure.temporary("r", "d"));
              case 2 -> fixture.pool.execute(() -> succeed(succeeded, delivery, done));
              default -> succeed(succeeded, delivery, done);
            }
          };
      // So many attempts that none is used up by bad luck.
      WorkerSettings settings =
          new WorkerSettings(
              CONCURRENCY,
              new RetryPolicy(
                  Collections.nCopies(200, Duration.ofMillis(1)), 0.5, Duration.ofSeconds(1)),
              Duration.ofSeconds(1));
      Worker worker =
          fixture.startThrough(new FlakyInbox(fixture.inbox, random).inbox(), settings, handler);

      fixture.accept(EVENTS);

      WorkerFixture.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                // Leases that a failed claim has lost end by the store's clock only.
                fixture.time.advance(Duration.ofSeconds(1));
                assertThat(fixture.count("delivered")).isEqualTo(EVENTS);
              });
      assertThat(succeeded).hasSize(EVENTS);
      WorkerFixture.await().until(() -> worker.atWork() == 0);
      WorkerFixture.await().until(() -> worker.permitsTaken() == 0);
      worker.stop();
    }
  }

  private static void succeed(
      Set<String> succeeded, LeasedDelivery delivery, DeliveryHandler.Done done) {
    succeeded.add(delivery.lease().delivery().toString());
    done.succeeded(false);
  }

  /** An inbox of which a third of the calls fails, half of these only in the answer. */
  private record FlakyInbox(Inbox real, Random random) {

    /** One for all, without a trace: there are thousands. */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final CompletionException FLAKY =
        new CompletionException("A flaky store", null) {
          @Override
          public synchronized Throwable fillInStackTrace() {
            return this;
          }
        };

    Inbox inbox() {
      return (Inbox)
          Proxy.newProxyInstance(
              Inbox.class.getClassLoader(),
              new Class<?>[] {Inbox.class},
              (proxy, method, arguments) -> {
                int fate = random.nextInt(6);
                boolean flaky = List.of("claim", "finish", "renew").contains(method.getName());
                if (!flaky || fate > 1) {
                  return method.invoke(real, arguments);
                }
                CompletionStage<?> done =
                    fate == 0
                        ? (CompletionStage<?>) method.invoke(real, arguments)
                        : CompletableFuture.completedFuture(null);
                return done.handle(
                    (answer, failure) -> {
                      throw FLAKY;
                    });
              });
    }
  }
}
