package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.camel.WebhookInboxComponent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kit without Spring: a Camel context with the HTTP server of Camel Main. */
@Timeout(60)
class StandaloneWebhooksTest {

  private static final String SECRET = "whsec_b3VyIG93biBzZWNyZXQsIDMyIGJ5dGVzIGxvbmcgISE=";

  @Test
  void aRouteOfAPlainContextIsTestedInTheSameWay() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Path folder;
    DefaultCamelContext camel = new DefaultCamelContext();
    VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
    server.setBindHost("127.0.0.1");
    server.setBindPort(0);
    VertxPlatformHttpServer http = new VertxPlatformHttpServer(server);
    try (Webhooks webhooks =
        Webhooks.prepare(
            camel, () -> URI.create("http://127.0.0.1:" + http.getServer().actualPort()))) {
      folder =
          Path.of(camel.getComponent("webhook-inbox", WebhookInboxComponent.class).getDataDir());
      camel.addService(http, true, true);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("webhook-inbox:shop?path=/shop&retrySchedule=2h&secrets=" + SECRET)
                  .routeId("shop")
                  .process(
                      exchange -> {
                        if (calls.incrementAndGet() == 1) {
                          throw new IOException("away");
                        }
                      });
            }
          });
      camel.start();

      SentEvent event = webhooks.source("shop").send("order.paid", "{}").isAccepted();

      event.delivery("shop").failedOnce("IOException").isDueIn(Duration.ofHours(2));
      webhooks.nextRetry();
      event.delivery("shop").isDelivered();
      webhooks.source("shop").sendForged("order.paid", "{}").isRejected();
      assertThat(folder.resolve("inbox.db")).exists();
      assertThatThrownBy(() -> Webhooks.prepare(camel, () -> URI.create("http://localhost")))
          .hasMessageContaining("call Webhooks.prepare before the routes are added");
      camel.stop();
    }
    assertThat(Files.exists(folder)).isFalse();
  }
}
