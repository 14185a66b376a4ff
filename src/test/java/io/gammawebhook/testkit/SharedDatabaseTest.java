package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.io.IOException;
import java.time.Duration;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The kit on PostgreSQL, whose clock a test cannot move. */
@CamelSpringBootTest
@SpringBootTest(classes = KitApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@WebhookTest(store = WebhookTest.Store.CONFIGURED)
@Timeout(120)
class SharedDatabaseTest {

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    properties.add("gamma.webhook.inbox.jdbc-url", () -> url);
    properties.add("gamma.webhook.sources.hub.scheme", () -> "gamma-hub");
    properties.add("gamma.webhook.sources.gamma.path", () -> "/webhooks/gamma");
  }

  @Test
  void theRetryIsOrderedAtOnceAndTimeIsNotMoved(Webhooks webhooks) {
    KitApplication.FAILURES.clear();
    KitApplication.FAILURES.add(new IOException("away"));
    KitApplication.FAILURES.add(new IOException("away"));
    EventDelivery order = webhooks.source("gamma").send("order.paid", "{}").delivery("orders");
    order.failedOnce("IOException").isDueIn(Duration.ofSeconds(5));
    webhooks.nextRetry();
    order.failed(2, "IOException").isDueIn(Duration.ofMinutes(5));

    assertThat(webhooks.nextRetry()).isGreaterThan(Duration.ofMinutes(4));

    order.isDelivered();
    assertThatThrownBy(() -> webhooks.advance(Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in a database with a clock of its own");
    webhooks.source("gamma").sendForged("order.paid", "{}").isRejected("signature-mismatch");
  }
}
