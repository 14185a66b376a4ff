package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Search, the whole story of an event, and orders on many events, over Actuator. */
@Timeout(120)
class SearchAndReplayTest {

  private static final String ROUTES =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?types=order.*&retrySchedule=1ms,1ms
            steps:
              - to: {{ledger}}/orders?token=RAW(hush)
      - route:
          id: archive
          from:
            uri: webhook-inbox:gamma?types=archive.*
            steps:
              - log: "${header.CamelWebhookEventId}"
      """;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WireMockServer ledger = new WireMockServer(wireMockConfig().dynamicPort());
  @TempDir private Path folder;
  private App app;
  private String dead;
  private String unsubscribed;

  @BeforeEach
  void start() throws Exception {
    ledger.start();
    ledger.stubFor(any(anyUrl()).willReturn(serviceUnavailable()));
    Files.writeString(
        folder.resolve("routes.camel.yaml"), ROUTES.replace("{{ledger}}", ledger.baseUrl()));
    app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + folder + "/*.camel.yaml",
                "gamma.webhook.admin.show-bodies",
                true,
                "gamma.webhook.redact.json-paths",
                "$.customer.name"));
    dead = app.sender().accepted("msg_1", "order.paid");
    unsubscribed = app.sender().accepted("msg_2", "customer.created");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(app.inbox().deliveries("msg_1")).containsExactly("orders 0 dead 3"));
  }

  @AfterEach
  void stop() {
    app.close();
    ledger.stop();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
  }

  private JsonNode get(int status, String list, String... namesAndValues) throws Exception {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query
          .append(i == 0 ? '?' : '&')
          .append(namesAndValues[i])
          .append('=')
          .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(app.url("/actuator/webhooks/" + list + query)));
    assertThat(answer.statusCode()).as(list + query + " " + answer.body()).isEqualTo(status);
    return json.readTree(answer.body());
  }

  private JsonNode post(int status, String order, String... namesAndValues) throws Exception {
    Map<String, String> body = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      body.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(app.url("/actuator/webhooks/" + order))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body))));
    assertThat(answer.statusCode()).as(order + body + " " + answer.body()).isEqualTo(status);
    return json.readTree(answer.body());
  }

  private JsonNode ended(JsonNode started) {
    String id = started.get("operation").asText();
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> get(200, "operations", "operation", id).get(0),
            operation -> operation.has("ended-at"));
  }

  private static List<String> texts(JsonNode array, String field) {
    return array.findValuesAsText(field).stream().collect(Collectors.toList());
  }

  @Test
  void anOperatorFindsTheDeadLetterItsCauseAndSendsItAgain() throws Exception {
    JsonNode found = get(200, "events", "state", "dead", "from", "1h");
    assertThat(found.get("events")).hasSize(1);
    JsonNode event = found.get("events").get(0);
    assertThat(event.get("reference").asText()).isEqualTo(dead);
    assertThat(event.get("state").asText()).isEqualTo("dead");
    assertThat(event.get("deliveries").get(0).get("destination").asText())
        .isEqualTo(ledger.baseUrl());
    assertThat(found.has("next")).isFalse();

    JsonNode whole = get(200, "event", "event", dead);
    assertThat(texts(whole.get("timeline"), "kind"))
        .containsExactly("received", "attempt-failed", "attempt-failed", "attempt-failed", "dead");
    assertThat(whole.has("body")).isFalse();

    JsonNode cause = get(200, "causes").get("causes").get(0);
    assertThat(cause.get("reason").asText()).isEqualTo("http-503");
    assertThat(cause.get("count").asInt()).isEqualTo(1);
    assertThat(cause.toString()).contains(ledger.baseUrl()).doesNotContain("hush");

    String[] criteria = {
      "state", "dead", "reason", "http-503", "who", "ann", "why", "the ledger is back"
    };
    JsonNode counted = ended(post(202, "replay", with(criteria, "dry", "true")));
    assertThat(counted.get("done").asInt()).isEqualTo(1);
    assertThat(counted.get("dry-run").asBoolean()).isTrue();
    assertThat(app.inbox().deliveries("msg_1")).hasSize(1);
    ledger.stubFor(any(anyUrl()).willReturn(ok()));

    JsonNode done = ended(post(202, "replay", criteria));

    assertThat(done.get("state").asText()).isEqualTo("done");
    assertThat(done.get("origin").asText()).isEqualTo("127.0.0.1");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries("msg_1"))
                    .containsExactly("orders 0 dead 3", "orders 1 delivered 1"));
    JsonNode audited = get(200, "audit", "kind", "operator").get("entries").get(0);
    assertThat(audited.get("kind").asText()).isEqualTo("replayed");
    assertThat(audited.get("reason").asText()).isEqualTo("ann");
    assertThat(audited.get("origin").asText()).isEqualTo("127.0.0.1");
    assertThat(get(200, "causes").get("causes")).isEmpty();
  }

  private static String[] with(String[] all, String... more) {
    return java.util.stream.Stream.concat(
            java.util.Arrays.stream(all), java.util.Arrays.stream(more))
        .toArray(String[]::new);
  }

  @Test
  void anEventThatNobodyHadGoesToTheSubscriptionThatIsNamed() throws Exception {
    assertThat(texts(get(200, "events", "state", "unsubscribed").get("events"), "reference"))
        .containsExactly(unsubscribed);

    JsonNode done =
        ended(
            post(
                202,
                "replay",
                "event",
                unsubscribed,
                "target",
                "archive",
                "who",
                "ann",
                "why",
                "it belongs there"));

    assertThat(done.get("done").asInt()).isEqualTo(1);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries("msg_2"))
                    .containsExactly("archive 0 delivered 1"));
  }

  @Test
  void oneEventIsErasedAndItsStoryStays() throws Exception {
    JsonNode shown = get(200, "event", "event", dead, "body", "true");
    assertThat(shown.get("body").asText()).contains("msg_1");

    JsonNode done =
        ended(post(202, "erase", "event", dead, "who", "ann", "why", "the customer asked"));

    assertThat(done.get("done").asInt()).isEqualTo(1);
    JsonNode erased = get(200, "event", "event", dead, "body", "true");
    assertThat(erased.get("body-gone").asBoolean()).isTrue();
    assertThat(erased.has("body")).isFalse();
    assertThat(texts(erased.get("timeline"), "kind")).endsWith("erased");
    assertThat(erased.get("state").asText()).isEqualTo("discarded");
  }

  /** Questions and orders are allowed apart. */
  @Test
  void ordersCanBeTakenAway() throws Exception {
    app.close();
    app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + folder + "/*.camel.yaml",
                "management.endpoint.webhooks.access",
                "read-only"));

    assertThat(get(200, "events", "state", "dead").get("events")).hasSize(1);
    assertThat(get(403, "event", "event", dead, "body", "true").get("detail").asText())
        .contains("gamma.webhook.admin.show-bodies");
    HttpResponse<String> refused =
        send(
            HttpRequest.newBuilder(app.url("/actuator/webhooks/replay"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"state\":\"dead\"}")));
    assertThat(refused.statusCode()).isEqualTo(405);
  }

  @Test
  void whatANodeHasIsListed() throws Exception {
    JsonNode subscriptions = get(200, "subscriptions");
    assertThat(texts(subscriptions, "subscription")).containsExactlyInAnyOrder("orders", "archive");
    assertThat(subscriptions.get(0).get("route").asBoolean()).isTrue();
    JsonNode source = get(200, "sources").get(0);
    assertThat(source.get("source").asText()).isEqualTo("gamma");
    assertThat(source.get("path").asText()).isEqualTo("/webhooks/gamma");
    assertThat(source.get("scheme").asText()).isEqualTo("standard-webhooks");
    assertThat(source.get("secrets").get(0).get("state").asText()).isEqualTo("counts");
    assertThat(source.toString()).doesNotContain("whsec");
  }

  @Test
  void whatCannotBeUnderstoodIsAnsweredWithTheCure() throws Exception {
    assertThat(detail(get(400, "events", "state", "lost"))).contains("'state'", "waiting");
    assertThat(detail(get(400, "events", "from", "yesterday"))).contains("'from'", "7d");
    assertThat(detail(get(400, "events", "match", "$[?("))).contains("'match'", "JSONPath");
    assertThat(detail(get(400, "events", "source", "No Such"))).contains("'source'");
    assertThat(detail(get(400, "events", "after", "x"))).contains("'after'");
    assertThat(detail(get(400, "audit", "after", "x"))).contains("'after'");
    assertThat(detail(get(404, "event", "event", "01a20fb1-6c83-7074-a275-a13807c62a78")))
        .contains("history");
    assertThat(detail(get(404, "operations", "operation", dead))).contains("list operations");
    assertThat(detail(post(400, "replay", "who", "ann", "why", "because"))).contains("criteria");
    assertThat(detail(post(400, "replay", "state", "dead", "who", "ann"))).contains("'why'");
    assertThat(detail(post(400, "replay", "state", "dead", "rate", "0"))).contains("'who'");
    assertThat(
            detail(
                post(400, "replay", "state", "dead", "rate", "0", "who", "ann", "why", "because")))
        .contains("'rate'", "10000");
    assertThat(detail(post(400, "discard", "state", "waiting", "who", "a", "why", "b")))
        .contains("Only dead letters");
    assertThat(detail(post(404, "cancel", "operation", dead, "who", "a", "why", "b")))
        .contains("no such operation");
    assertThat(detail(get(404, "nothing"))).contains("causes");
    assertThat(detail(get(400, "events", "match", "abc["))).contains("begin with $");
    assertThat(detail(get(400, "events", "match", "$[?(@.a =~ /(.*a){20}/)]")))
        .contains("regular expression");
    for (String far : new String[] {"+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z"}) {
      assertThat(detail(get(400, "events", "from", far))).contains("between 1970 and 9999");
      assertThat(detail(get(400, "audit", "to", far))).contains("between 1970 and 9999");
    }
    assertThat(get(200, "events", "from", "999999999d").get("events")).hasSize(2);
    assertThat(detail(get(400, "events", "typ", "order.*"))).contains("no parameter 'typ'", "type");
    assertThat(detail(post(400, "erase", "type", "no.*", "typ", "x", "who", "a", "why", "b")))
        .contains("no parameter 'typ'");
    // What an order has no ear for would make it wider than it was meant.
    assertThat(
            detail(post(400, "discard", "source", "gamma", "dry", "true", "who", "a", "why", "b")))
        .contains("'dry'", "'state' dead");
    assertThat(detail(post(400, "replay", "delivery", dead + ".1.0", "dry", "true", "why", "b")))
        .contains("'dry' is not for this order");
  }

  private static String detail(JsonNode problem) {
    return problem.get("detail").asText();
  }
}
