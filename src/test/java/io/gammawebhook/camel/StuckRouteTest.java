package io.gammawebhook.camel;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route that does not come back, and Camel's shutdown. */
@Timeout(60)
class StuckRouteTest {

  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void stop() {
    release.countDown();
    camel.stop();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"given up before, 1s", "at work until then, 1h"})
  void theStopTakesNoLongerThanCamelsShutdownTimeout(String what, String attemptTimeout)
      throws Exception {
    start(attemptTimeout);

    // What Camel does when its time-out has passed.
    assertThat(time(() -> camel.getRoute("stuck").getConsumer().stop()))
        .isLessThan(Duration.ofSeconds(5));
    assertThat(time(() -> camel.stop())).isLessThan(SHUTDOWN_TIMEOUT.plusSeconds(5));
  }

  private static Duration time(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private void start(String attemptTimeout) throws Exception {
    SecureRandom random = new SecureRandom();
    InboxSettings settings =
        InboxSettings.ofUrl("jdbc:sqlite:" + folder.resolve("inbox.db"), null, null, "node-1");
    WebhookRuntime runtime =
        new WebhookRuntime(
            () -> JdbcInbox.open(settings, InstantSource.system(), random),
            Set.of(GAMMA),
            RetryPolicy.DEFAULT,
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            random,
            Redaction.defaults());
    camel.getRegistry().bind("webhookRuntime", runtime);
    camel.addService(runtime, true, true);
    camel.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
    camel.getShutdownStrategy().setTimeout(SHUTDOWN_TIMEOUT.toMillis());
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("webhook-inbox:gamma?attemptTimeout=" + attemptTimeout)
                .routeId("stuck")
                .process(
                    exchange -> {
                      begun.countDown();
                      boolean interrupted = false;
                      while (release.getCount() > 0) {
                        try {
                          release.await();
                        } catch (InterruptedException e) {
                          interrupted = true;
                        }
                      }
                      if (interrupted) {
                        Thread.currentThread().interrupt();
                      }
                    });
          }
        });
    camel.start();
    runtime.inbox().accept(event("stuck")).toCompletableFuture().join();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    WebhookInboxConsumer consumer = (WebhookInboxConsumer) camel.getRoute("stuck").getConsumer();
    await().until(() -> attemptTimeout.equals("1h") || consumer.getPendingExchangesSize() == 0);
  }
}
