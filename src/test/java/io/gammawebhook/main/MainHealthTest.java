package io.gammawebhook.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.gammawebhook.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Camel's own health checks and dev console, where no framework is there. */
@Timeout(60)
class MainHealthTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir private Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();

  @AfterEach
  void stop() {
    camel.stop();
  }

  private WebhookInboxComponent component() {
    return camel.getComponent("webhook-inbox", WebhookInboxComponent.class);
  }

  private void start() throws Exception {
    VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
    server.setBindPort(0);
    server.setBindHost("127.0.0.1");
    camel.addService(new VertxPlatformHttpServer(server), true, true);
    component().setDataDir(folder.toString());
    component().setShutdownDrain(Duration.ZERO);
    // Else Camel shows one check of all that are up.
    HealthCheckRegistry.get(camel).setExposureLevel("full");
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("webhook-inbox:shop?subscription=all&path=/shop&secrets=" + SECRET)
                .log("${header.CamelWebhookEventId}");
          }
        });
    camel.start();
  }

  private State readiness() {
    return state(HealthCheckHelper.invokeReadiness(camel), "webhooks");
  }

  private State liveness() {
    return state(HealthCheckHelper.invokeLiveness(camel), "webhook-writer");
  }

  private static State state(Collection<HealthCheck.Result> results, String id) {
    List<HealthCheck.Result> own =
        results.stream()
            .filter(result -> String.valueOf(result.getCheck().getGroup()).equals("webhook"))
            .toList();
    assertThat(own.stream().map(result -> result.getCheck().getId())).containsExactly(id);
    return own.get(0).getState();
  }

  private String console(MediaType type) {
    DevConsoleRegistry consoles = DevConsoleRegistry.get(camel);
    consoles.setEnabled(true);
    DevConsole console = consoles.resolveById("webhook");
    assertThat(console.getDisplayName()).isEqualTo("Webhook Inbox");
    return String.valueOf(console.call(type));
  }

  @Test
  void onSqlite() throws Exception {
    assertThat(console(MediaType.TEXT)).isEqualTo("used: false\n");
    start();

    assertThat(readiness()).isEqualTo(State.UP);
    assertThat(liveness()).isEqualTo(State.UP);
    assertThat(console(MediaType.TEXT))
        .contains(
            "ready: true",
            "source: shop, path: /shop, scheme: standard-webhooks, live-secrets: 1",
            "source: shop, subscription: all, state: active, route: true, waiting: 0, leased: 0,"
                + " dead: 0, oldest-waiting-ms: 0 (0 seconds)",
            "warnings: none");

    // As if a fault had ended it: nobody of this process closes it while it runs.
    camel.getRegistry().findByType(WebhookRuntime.class).iterator().next().inbox().close();
    assertThat(liveness()).isEqualTo(State.DOWN);
  }

  @Test
  void onPostgresql() throws Exception {
    try (TcpProxy proxy = new TcpProxy(EmbeddedPostgresServer.port())) {
      component()
          .setJdbcUrl(
              "jdbc:postgresql://localhost:"
                  + proxy.port()
                  + "/"
                  + EmbeddedPostgresServer.freshDatabase());
      component().setUsername(EmbeddedPostgresServer.USER);
      start();
      assertThat(readiness()).isEqualTo(State.UP);

      proxy.cut();
      await().atMost(Duration.ofSeconds(10)).until(this::readiness, State.DOWN::equals);
      assertThat(liveness()).isEqualTo(State.UP);
      assertThat(console(MediaType.JSON)).contains("ready=false", "sentence=The");
      // What was counted before the outage counts for some seconds.
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> console(MediaType.JSON).contains("code=unknown, subject=store"));
      proxy.restore();

      HealthCheck check = HealthCheckHelper.getHealthCheck(camel, "webhooks", HealthCheck.class);
      check.setEnabled(false);
      assertThat(check.call(Map.of()).getState()).isEqualTo(State.UNKNOWN);
    }
  }
}
