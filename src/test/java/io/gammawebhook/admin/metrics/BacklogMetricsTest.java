package io.gammawebhook.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.gammawebhook.testing.TcpProxy;
import io.gammawebhook.testing.TestEvents;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BacklogMetricsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();

  private double gauge(String name, String... tags) {
    Gauge found = registry.find(name).tags(tags).gauge();
    return found == null ? -1 : found.value();
  }

  private void later(int seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private double up() {
    return gauge("gamma.webhook.store.up");
  }

  private double waiting() {
    return gauge("gamma.webhook.deliveries", "state", "waiting");
  }

  private static JdbcInbox open(String url, MicrometerMeasure measure) {
    return JdbcInbox.open(
        InboxSettings.ofUrl(url, null, null, "node-1"),
        InstantSource.system(),
        new SecureRandom(),
        measure);
  }

  @Test
  void aStoreThatIsAwayIsDownAndItsFiguresAreUnknownUntilItIsBack() throws Exception {
    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    MicrometerMeasure measure = new MicrometerMeasure();
    measure.bindTo(registry);
    try (TcpProxy proxy = new TcpProxy(EmbeddedPostgresServer.port());
        JdbcInbox inbox =
            open(
                url.replace(":" + EmbeddedPostgresServer.port() + "/", ":" + proxy.port() + "/"),
                measure);
        BacklogMetrics metrics = new BacklogMetrics(() -> inbox, nanos::get)) {
      metrics.bindTo(registry);
      inbox.register(TestEvents.GAMMA, new SubscriptionName("orders"), List.of());
      inbox.accept(TestEvents.event("evt-1")).toCompletableFuture().join();
      await().atMost(PATIENCE).until(() -> up() == 1 && waiting() == 1);

      proxy.cut();
      assertThat(inbox.accept(TestEvents.event("evt-2")).toCompletableFuture().join())
          .isInstanceOf(Acceptance.NotStored.class);
      assertThat(
              registry
                  .get("gamma.webhook.transactions.failed")
                  .tag("cause", "store")
                  .counter()
                  .count())
          .isPositive();
      // Who reads does not wait for a store that does not answer.
      later(6);
      long began = System.nanoTime();
      double first = up();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      assertThat(first).isIn(0.0, 1.0);
      await().atMost(PATIENCE).until(() -> up() == 0 && Double.isNaN(waiting()));

      proxy.restore();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                later(6);
                return up() == 1 && waiting() == 1;
              });
    }
  }

  @Test
  void theStoreIsAskedAtMostEveryFiveSeconds() {
    MicrometerMeasure measure = new MicrometerMeasure();
    try (JdbcInbox inbox = open("jdbc:sqlite:" + folder.resolve("inbox.db"), measure);
        BacklogMetrics metrics = new BacklogMetrics(() -> inbox, nanos::get)) {
      metrics.bindTo(registry);
      inbox.register(TestEvents.GAMMA, new SubscriptionName("orders"), List.of());
      await().atMost(PATIENCE).until(() -> up() == 1 && waiting() == 0);
      inbox.accept(TestEvents.event("evt-1")).toCompletableFuture().join();
      later(4);
      assertThat(waiting()).isZero();
      later(2);
      await().atMost(PATIENCE).until(() -> waiting() == 1);
    }
  }

  @Test
  void aStoreThatNothingHasOpenedIsNotOpenedForTheMetrics() {
    try (BacklogMetrics metrics = new BacklogMetrics(() -> null, nanos::get)) {
      metrics.bindTo(registry);
      assertThat(up()).isNaN();
      assertThat(gauge("gamma.webhook.unsubscribed.events")).isNaN();
      assertThat(registry.find("gamma.webhook.deliveries").gauges()).isEmpty();
    }
  }
}
