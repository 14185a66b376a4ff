package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a route says of an event is in the event's history, on every database. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class AuditActionTest {

  private static final String ROUTES =
      """
      - route:
          id: forgers
          from:
            uri: webhook-inbox
            parameters: { source: gamma, types: "forged.*" }
            steps:
              - removeHeaders: { pattern: "*" }
              - setHeader:
                  name: CamelWebhookReference
                  constant: { expression: 01a20fb1-6c83-7074-a275-a13807c62a78 }
              - setHeader:
                  name: CamelWebhookDeliveryId
                  constant: { expression: 01a20fb1-6c83-7074-a275-a13807c62a78.1.0 }
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: delivered, value: $.note }
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: bare }
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: nothing-found, detail: No value, value: $.data }
              - multicast:
                  stopOnException: true
                  steps:
                    - to:
                        uri: kamelet:webhook-audit-action
                        parameters: { fact: branch }
      - route:
          id: twice
          from:
            uri: webhook-inbox
            parameters: { source: gamma, types: "twice.*" }
            steps:
              - to: { uri: "{{ledger.url}}" }
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: booked, value: $.entry }
              - to: { uri: "{{archive.url}}" }
      - route:
          id: text
          from:
            uri: webhook-inbox
            parameters: { source: gamma, types: "text.*" }
            steps:
              - setBody: { constant: { expression: no JSON } }
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: answered, detail: In plain text, value: $.entry }
      """;

  /** Where the inbox is, and how it refuses one kind of entry. */
  private enum Store {
    SQLITE(
        "create trigger refuse before insert on webhook_audit when new.kind = 'noted'"
            + " begin select raise(abort, 'no room'); end",
        "drop trigger refuse"),
    POSTGRESQL(
        "create function refuse() returns trigger language plpgsql as"
            + " $$ begin raise exception 'no room'; end $$;"
            + " create trigger refuse before insert on webhook_audit for each row"
            + " when (new.kind = 'noted') execute function refuse()",
        "drop trigger refuse on webhook_audit");

    private final String refuse;
    private final String admit;

    Store(String refuse, String admit) {
      this.refuse = refuse;
      this.admit = admit;
    }

    String url(Path folder) {
      return this == SQLITE
          ? "jdbc:sqlite:" + folder.resolve("inbox.db")
          : EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    }
  }

  private final WireMockServer http = new WireMockServer(wireMockConfig().dynamicPort());
  @TempDir private Path folder;
  private App app;
  private Database inbox;

  private void start(Store store) throws Exception {
    http.start();
    http.stubFor(post(anyUrl()).willReturn(okJson("{\"entry\":4711}")));
    inbox = new Database(store.url(folder));
    Path routes = Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
    Map<String, Object> properties =
        new HashMap<>(
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + routes + ",file:docs/kamelets/webhook-audit-action.camel.yaml",
                "gamma.webhook.inbox.jdbc-url",
                inbox.url(),
                "gamma.webhook.retry.schedule",
                "50ms,50ms,50ms,50ms",
                "gamma.webhook.retry.jitter",
                "0"));
    for (String name : List.of("ledger", "archive")) {
      properties.put(name + ".url", http.baseUrl() + "/" + name);
    }
    app = App.host(folder, properties);
  }

  @AfterEach
  void stop() {
    app.close();
    http.stop();
  }

  @ParameterizedTest
  @EnumSource
  void theHistoryOfAnEventShowsWhatTheRouteSaid(Store store) throws Exception {
    start(store);
    String reference = sent("c-1", "charge.made", "\"amount\":12500.50");
    assertThat(history(reference, "delivered"))
        .containsExactly(
            "received 0 null charge.made",
            "noted 1 left-to-a-person Above the limit, with an amount of 12500.5",
            "delivered 1 null null");
    JsonNode entries = app.actuator("/history?event=" + reference);
    JsonNode noted = entries.get(1);
    assertThat(noted.get("source").asText()).isEqualTo("gamma");
    assertThat(noted.get("event-id").asText()).isEqualTo("c-1");
    assertThat(noted.get("delivery").asText()).startsWith(reference + ".");
    assertThat(noted.get("delivery")).isEqualTo(entries.get(2).get("delivery"));
    assertThat(noted.get("subscription").asText()).isEqualTo("charges");
    assertThat(noted.get("at").asText()).matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z");
    assertThat(noted.get("node").asText()).isNotEmpty();
    String booked = sent("c-3", "charge.made", "\"amount\":12");
    assertThat(history(booked, "delivered")).contains("noted 1 booked null");
    assertThat(http.findAll(postRequestedFor(urlEqualTo("/ledger")))).hasSize(1);
    assertThat(app.actuator("/history?limit=1&event=" + reference))
        .singleElement()
        .satisfies(last -> assertThat(last.get("kind").asText()).isEqualTo("delivered"));
  }

  @ParameterizedTest
  @EnumSource
  void anAttemptThatIsMadeAgainSaysItAgainAndWhatFollowsGetsTheBody(Store store) throws Exception {
    start(store);
    http.stubFor(
        post(urlEqualTo("/archive"))
            .inScenario("archive")
            .whenScenarioStateIs(STARTED)
            .willReturn(serviceUnavailable())
            .willSetStateTo("up"));
    String reference = app.sender().accepted("t-1", "twice.made");
    assertThat(history(reference, "delivered"))
        .extracting(line -> line.replaceAll("(attempt-failed 1 http-503) .*", "$1"))
        .containsExactly(
            "received 0 null twice.made",
            "noted 1 booked 4711",
            "attempt-failed 1 http-503",
            "noted 2 booked 4711",
            "delivered 2 null null");
    assertThat(http.findAll(postRequestedFor(urlEqualTo("/archive"))))
        .extracting(LoggedRequest::getBodyAsString)
        .containsExactly("{\"entry\":4711}", "{\"entry\":4711}");
  }

  @ParameterizedTest
  @EnumSource
  void aRouteForgesNothingAndTheEventNeitherALineNorALength(Store store) throws Exception {
    start(store);
    String note = "a\\r\\ndelivered source=gamma\\u0000\\u202e" + "x".repeat(300);
    String reference = sent("f-1", "forged.made", "\"note\":\"" + note + "\",\"data\":{\"a\":1}");
    String written = "a??delivered source=gamma??" + "x".repeat(173) + "…";
    assertThat(history(reference, "delivered"))
        .containsExactly(
            "received 0 null forged.made",
            "noted 1 delivered " + written,
            "noted 1 bare null",
            "noted 1 nothing-found No value",
            "noted 1 branch null",
            "delivered 1 null null");
    assertThat(inbox.count("select count(*) from webhook_audit where kind = 'delivered'"))
        .isEqualTo(1);
    assertThat(app.actuator("/history?event=01a20fb1-6c83-7074-a275-a13807c62a78")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aBodyThatIsNoJsonIsNoReasonToDoItAgain(Store store) throws Exception {
    start(store);
    String reference = app.sender().accepted("x-1", "text.made");
    assertThat(history(reference, "delivered"))
        .containsExactly(
            "received 0 null text.made", "noted 1 answered In plain text", "delivered 1 null null");
  }

  @ParameterizedTest
  @EnumSource
  void aFactThatTheStoreDoesNotTakeFailsTheAttempt(Store store) throws Exception {
    start(store);
    execute(store.refuse);
    String reference = sent("c-2", "charge.made", "\"amount\":1");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> lines(reference).stream().anyMatch(l -> l.startsWith("attempt-failed 1")));
    execute(store.admit);
    List<String> history = history(reference, "delivered");
    assertThat(history.get(1))
        .startsWith("attempt-failed 1 io.gammawebhook.inbox.StoreException ")
        .contains("The fact 'booked' could not be written", "no room");
    assertThat(history.stream().filter(line -> line.startsWith("noted"))).hasSize(1);
  }

  /** Sends an event with more fields, and returns its reference. */
  private String sent(String id, String type, String more) throws Exception {
    String body = "{\"id\":\"" + id + "\",\"type\":\"" + type + "\"," + more + "}";
    Sender sender = app.sender();
    return sender.post(sender.url(), body, sender.signed(id, body)).reference();
  }

  private void execute(String sql) throws Exception {
    try (Connection c = DriverManager.getConnection(inbox.url());
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }

  /** Kind, attempt, reason and detail of each entry, once there is one of a kind. */
  private List<String> history(String reference, String kind) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> lines(reference).stream().anyMatch(line -> line.startsWith(kind + " ")));
    return lines(reference);
  }

  private List<String> lines(String reference) {
    return StreamSupport.stream(app.actuator("/history?event=" + reference).spliterator(), false)
        .map(
            row ->
                String.join(
                    " ",
                    row.path("kind").asText(),
                    String.valueOf(row.path("attempt").asInt()),
                    text(row, "reason"),
                    text(row, "detail")))
        .toList();
  }

  private static String text(JsonNode row, String field) {
    return row.has(field) ? row.get(field).asText() : "null";
  }
}
