package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.camel.WebhookInboxComponent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;
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
    VertxPlatformHttpServer http = server();
    try (Webhooks webhooks =
        Webhooks.prepare(
            camel, () -> URI.create("http://127.0.0.1:" + http.getServer().actualPort()))) {
      folder =
          Path.of(camel.getComponent("webhook-inbox", WebhookInboxComponent.class).getDataDir());
      addService(camel, http);
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
          .hasMessageContaining("call Webhooks.prepare before it starts");
      camel.stop();
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void soIsAnApplicationOfCamelMainWhateverItsPropertiesSay() throws Exception {
    AtomicReference<@Nullable Webhooks> prepared = new AtomicReference<>();
    Main main = new Main();
    main.addInitialProperty("camel.component.webhook-inbox.data-dir", "/nowhere/inbox");
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("webhook-inbox:shop?path=/shop&secrets=" + SECRET)
                    .routeId("shop")
                    .to("mock:shop");
              }
            });
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterConfigure(BaseMainSupport configured) {
            VertxPlatformHttpServer http = server();
            addService(configured.getCamelContext(), http);
            prepared.set(
                Webhooks.prepare(
                    configured.getCamelContext(),
                    () -> URI.create("http://127.0.0.1:" + http.getServer().actualPort())));
          }
        });
    main.start();
    try (Webhooks webhooks = Objects.requireNonNull(prepared.get())) {
      webhooks.source("shop").send("order.paid", "{}").delivery("shop").isDelivered();
      assertThat(webhooks.clock().instant()).isEqualTo(webhooks.now());
      main.stop();
    }
  }

  private static VertxPlatformHttpServer server() {
    VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
    server.setBindHost("127.0.0.1");
    server.setBindPort(0);
    return new VertxPlatformHttpServer(server);
  }

  private static void addService(CamelContext camel, VertxPlatformHttpServer http) {
    try {
      camel.addService(http, true, true);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
