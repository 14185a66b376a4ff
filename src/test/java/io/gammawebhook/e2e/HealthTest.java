package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.admin.health.CamelHealthChecks;
import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.gammawebhook.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What probes and people are told, over HTTP and by Camel's own means. */
@Timeout(120)
class HealthTest {

  private static final SourceName GAMMA = new SourceName("gamma");
  private static final String READINESS = "/actuator/health/readiness";
  private static final String LIVENESS = "/actuator/health/liveness";

  /** A probe is answered in that time, whatever the store does, also on a busy machine. */
  private static final Duration BOUND = Duration.ofMillis(2_900);

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;

  /** Routes of which each fails in a way of its own. */
  @Configuration(proxyBeanMethods = false)
  static class Routes {
    @Bean
    RouteBuilder failing() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gamma?subscription=slow").throwException(new IOException("later"));
          from("webhook-inbox:gamma?subscription=mail").throwException(new IOException("later"));
          from("webhook-inbox:gamma?subscription=strict"
                  + "&permanentExceptions=java.lang.IllegalStateException")
              .throwException(new IllegalStateException("never"));
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OneRoute {
    @Bean
    RouteBuilder route() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gamma?subscription=all").log("${header.CamelWebhookEventId}");
        }
      };
    }
  }

  private enum Store {
    SQLITE,
    POSTGRESQL
  }

  private App app(Map<String, ?> more, Class<?> routes) {
    Map<String, Object> properties = new LinkedHashMap<>(more);
    properties.put("management.endpoints.web.exposure.include", "health");
    properties.put("management.endpoint.health.show-details", "always");
    // As in the runnable application.
    properties.put("management.endpoint.health.probes.enabled", "true");
    properties.put("management.endpoint.health.group.readiness.include", "readinessState,webhooks");
    properties.put(
        "management.endpoint.health.group.liveness.include", "livenessState,webhookWriter");
    properties.put("logging.level.io.gammawebhook", "OFF");
    return App.host(folder, properties, routes);
  }

  @ParameterizedTest
  @EnumSource
  void everyWarningIsShownByActuatorByCamelAndByTheConsole(Store store) throws Exception {
    Map<String, Object> properties = new LinkedHashMap<>();
    String url = "jdbc:sqlite:" + folder.resolve("inbox.db");
    if (store == Store.POSTGRESQL) {
      url = databaseWithItsClockAhead();
      properties.put("gamma.webhook.inbox.jdbc-url", url);
    }
    // Nobody takes what becomes due but the test.
    properties.put("gamma.webhook.dispatch.poll-interval", "1h");
    properties.put("gamma.webhook.retry.schedule", "1h");
    properties.put("gamma.webhook.sources.gamma.secrets[0].value", Sender.SECRET);
    properties.put("gamma.webhook.sources.gamma.secrets[0].name", "old");
    properties.put(
        "gamma.webhook.sources.gamma.secrets[0].not-after", Instant.now().plusSeconds(86_400));
    properties.put("gamma.webhook.sources.billing.secrets[0].value", Sender.SECRET);
    properties.put("gamma.webhook.sources.billing.secrets[0].not-before", "2099-01-01T00:00:00Z");
    try (App app = app(properties, Routes.class)) {
      WebhookRuntime runtime = app.bean(WebhookRuntime.class);
      runtime.inbox().register(GAMMA, new SubscriptionName("gone"), List.of());
      runtime
          .inbox()
          .change(
              GAMMA,
              new SubscriptionName("mail"),
              SubscriptionState.PAUSED,
              new Operator("ann", "the mail server is moved"));
      app.sender().accepted("evt-1", "order.paid");
      Database inbox = new Database(url);
      List<String> ended =
          List.of("gone 0 waiting 0", "mail 0 waiting 0", "slow 0 waiting 1", "strict 0 dead 1");
      await().until(() -> inbox.deliveries("evt-1"), ended::equals);
      execute(
          url, "update webhook_delivery set due_at = due_at - 18000000 where state = 'waiting'");

      Map<String, String> expected = new TreeMap<>();
      expected.put("no-secret billing", "No secret of the source counts now");
      expected.put("secret-ends gamma.old", "The secret ends at ");
      expected.put("paused gamma/mail", "It is paused, and its oldest delivery has been due for ");
      expected.put("no-route gamma/gone", "No route on this node consumes it, and its oldest");
      expected.put("oldest-waiting gamma/slow", "Its oldest delivery has been due for ");
      expected.put("dead-letters gamma/strict", "1 of its deliveries became dead letters within ");
      if (store == Store.POSTGRESQL) {
        expected.put("clock-skew clock", "The store's clock is 3 minutes ahead of this machine's");
      }

      // By Actuator: a warning, which takes nothing out of service.
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> isShown(expected, get(app, "/actuator/health/webhooks").body()));
      assertThat(get(app, "/actuator/health").statusCode()).isEqualTo(200);
      assertThat(get(app, READINESS).statusCode()).isEqualTo(200);

      CamelContext camel = app.bean(CamelContext.class);
      CamelHealthChecks.register(camel, app.bean(InboxHealth.class));
      isTold(expected, camel);
      isOnTheConsole(expected, camel);
    }
  }

  private static void isShown(Map<String, String> expected, String body) {
    assertThat(body).contains("\"status\":\"WARNING\"");
    expected.forEach(
        (what, sentence) -> {
          String[] parts = what.split(" ");
          assertThat(body)
              .contains(
                  "\"code\":\"%s\",\"subject\":\"%s\",\"sentence\":\"%s"
                      .formatted(parts[0], parts[1], sentence));
        });
    assertThat(body.split("\"code\"")).hasSize(expected.size() + 1);
  }

  private static void isTold(Map<String, String> expected, CamelContext camel) {
    // Else Camel shows one check of all that are up.
    HealthCheckRegistry.get(camel).setExposureLevel("full");
    HealthCheck.Result result =
        HealthCheckHelper.invokeReadiness(camel).stream()
            .filter(each -> each.getCheck().getId().equals("webhooks"))
            .findFirst()
            .orElseThrow();
    assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
    assertThat(result.getDetails().keySet().stream().filter(key -> key.startsWith("warning.")))
        .hasSize(expected.size());
    expected.forEach(
        (what, sentence) ->
            assertThat(result.getDetails().values())
                .anyMatch(text -> text.toString().startsWith(what + ": " + sentence)));
  }

  private static void isOnTheConsole(Map<String, String> expected, CamelContext camel) {
    DevConsoleRegistry consoles = DevConsoleRegistry.get(camel);
    consoles.setEnabled(true);
    DevConsole console = consoles.resolveById("webhook");
    String text = String.valueOf(console.call(MediaType.TEXT));
    assertThat(text)
        .contains(
            "ready: true",
            "    source: gamma, path: /webhooks/gamma, scheme: standard-webhooks, live-secrets: 1",
            "    source: gamma, subscription: mail, state: paused, route: true, waiting: 1,",
            "    source: gamma, subscription: gone, state: active, route: false, waiting: 1,",
            "dead-letters: 1",
            "unsubscribed-events: 0");
    expected.forEach(
        (what, sentence) ->
            assertThat(text)
                .contains("code: " + what.replace(" ", ", subject: ") + ", sentence: " + sentence));
    Map<?, ?> json = (Map<?, ?>) console.call(MediaType.JSON);
    assertThat((List<?>) json.get("subscriptions")).hasSize(4);
    assertThat((List<?>) json.get("warnings")).hasSize(expected.size());
    // Nothing of an event, and no secret.
    assertThat(text + json).doesNotContain("129.00", "evt-1", Sender.SECRET);
  }

  /** Functions of another schema come before those of the system. */
  private static String databaseWithItsClockAhead() {
    String database = EmbeddedPostgresServer.freshDatabase();
    String url = EmbeddedPostgresServer.jdbcUrl(database);
    execute(url, "create schema ahead");
    execute(
        url,
        "create function ahead.clock_timestamp() returns timestamptz language sql as"
            + " $$select pg_catalog.clock_timestamp() + interval '200 seconds'$$");
    execute(url, "alter database " + database + " set search_path = ahead, pg_catalog, public");
    return url;
  }

  @Test
  void aStoreThatIsAwayOrHangsTakesTheNodeOutAndAsksForNoRestart() throws Exception {
    String database = EmbeddedPostgresServer.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(EmbeddedPostgresServer.port());
        App app =
            app(
                Map.of(
                    "gamma.webhook.inbox.jdbc-url",
                    "jdbc:postgresql://localhost:" + proxy.port() + "/" + database,
                    "gamma.webhook.inbox.username",
                    EmbeddedPostgresServer.USER),
                OneRoute.class)) {
      assertThat(statuses(app)).containsExactly(200, 200, 200);

      // It takes the question, and does not answer it.
      proxy.hang();
      becomes(app, 503);
      assertThat(get(app, READINESS).body())
          .contains("The inbox's store has not answered within 1000 ms");
      proxy.restore();
      becomes(app, 200);

      proxy.cut();
      becomes(app, 503);
      assertThat(statuses(app)).containsExactly(503, 503, 200);
      assertThat(get(app, READINESS).body()).contains("\"status\":\"DOWN\"", "\"sentence\":\"");
      assertThat(send(app, "evt-1")).isEqualTo(503);
      proxy.restore();
      becomes(app, 200);
      assertThat(statuses(app)).containsExactly(200, 200, 200);
    }
  }

  /** Another session holds up the writer; what waits for it fills the line. */
  @Test
  void aNodeThatShedsOrWhoseWriterIsHeldUpIsTakenOut() throws Exception {
    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    try (App app =
        app(
            Map.of(
                "gamma.webhook.inbox.jdbc-url",
                url,
                "gamma.webhook.http.waiting-line.requests",
                "1",
                "gamma.webhook.health.shedding",
                "1s"),
            OneRoute.class)) {
      CompletableFuture<Integer> first;
      try (Connection other = DriverManager.getConnection(url);
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("lock table webhook_event in access exclusive mode");
        first = CompletableFuture.supplyAsync(() -> send(app, "evt-1"));
        await()
            .until(
                () -> app.bean(WebhookRuntime.class).inbox().vitals().writing(),
                writing -> !writing.isZero());
        assertThat(send(app, "evt-2")).isEqualTo(503);
        HttpResponse<String> sheds = get(app, READINESS);
        assertThat(sheds.statusCode()).isEqualTo(503);
        assertThat(sheds.body())
            .contains("\"status\":\"OUT_OF_SERVICE\"", "requests were answered 503 because");

        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () ->
                    get(app, READINESS)
                        .body()
                        .contains("A write to the inbox's store has not ended for "));
        assertThat(get(app, LIVENESS).statusCode()).isEqualTo(200);
      }
      assertThat(first.get()).isEqualTo(202);
      becomes(app, 200);
    }
  }

  @Test
  void anEmbeddedStoreThatIsGoneTheGateAndTheWriterAreSeen() throws Exception {
    try (App app = app(Map.of(), OneRoute.class)) {
      assertThat(statuses(app)).containsExactly(200, 200, 200);

      app.bean(IngressGate.class).close();
      assertThat(get(app, READINESS).statusCode()).isEqualTo(503);
      assertThat(get(app, READINESS).body())
          .contains("\"status\":\"OUT_OF_SERVICE\"", "The paths are closed");
      app.bean(IngressGate.class).open();
      assertThat(get(app, READINESS).statusCode()).isEqualTo(200);

      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().contains("inbox.db")).toList()) {
          Files.delete(file);
        }
      }
      assertThat(send(app, "evt-1")).isEqualTo(503);
      assertThat(statuses(app)).containsExactly(503, 503, 200);

      // As if a fault had ended it: nobody of this process closes it while it runs.
      app.bean(WebhookRuntime.class).inbox().close();
      assertThat(get(app, LIVENESS).statusCode()).isEqualTo(503);
    }
  }

  private static int send(App app, String id) {
    try {
      return app.sender().send(id, "order.paid").status();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void becomes(App app, int status) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> get(app, READINESS).statusCode() == status);
  }

  /** Of the whole, of readiness and of liveness; each was there in time. */
  private List<Integer> statuses(App app) {
    return Stream.of("/actuator/health", READINESS, LIVENESS)
        .map(path -> get(app, path).statusCode())
        .toList();
  }

  private HttpResponse<String> get(App app, String path) {
    URI url = app.url(path);
    try {
      long began = System.nanoTime();
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(Duration.ofNanos(System.nanoTime() - began)).as(path).isLessThan(BOUND);
      return answer;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void execute(String url, String sql) {
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement()) {
      s.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
