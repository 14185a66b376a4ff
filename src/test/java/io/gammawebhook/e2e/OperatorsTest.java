package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.gammawebhook.audit.Operator;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Actuator endpoint, as an operator meets it. */
@Timeout(120)
class OperatorsTest {

  private static final String REFERENCE = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}";

  private static final String ROUTES =
      """
      - route:
          id: invoices
          from:
            uri: webhook-inbox:gamma?types=invoice.*&retrySchedule=6h
            steps:
              - to: {{ledger}}/invoices
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?types=order.*&retrySchedule=1ms,1ms
            steps:
              - to: {{ledger}}/orders
      """;

  /** A documented request and its documented answer. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "```http\\n(GET|POST) (\\S+)\\n(?:Content-Type: application/json\\n\\n(.*?)\\n)?```"
              + "\\s+```json\\n(.*?)```",
          Pattern.DOTALL);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WireMockServer ledger = new WireMockServer(wireMockConfig().dynamicPort());
  @TempDir private Path folder;
  private App app;
  private final List<String> references = new ArrayList<>();

  /** One dead letter, one delivery that waits for hours, one event without a subscription. */
  @BeforeEach
  void start() throws Exception {
    ledger.start();
    ledger.stubFor(any(anyUrl()).willReturn(serviceUnavailable()));
    Files.writeString(
        folder.resolve("routes.camel.yaml"), ROUTES.replace("{{ledger}}", ledger.baseUrl()));
    app =
        App.host(
            folder,
            Map.of("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml"));
    references.add(app.sender().accepted("msg_1", "order.paid"));
    references.add(app.sender().accepted("msg_2", "invoice.paid"));
    references.add(app.sender().accepted("msg_3", "customer.created"));
    delivery("msg_1", "orders 0 dead 3");
    delivery("msg_2", "invoices 0 waiting 1");
  }

  @AfterEach
  void stop() {
    app.close();
    ledger.stop();
  }

  private void delivery(String eventId, String... states) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(app.inbox().deliveries(eventId)).containsExactly(states));
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(app.url("/actuator/webhooks" + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode problem(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = call(method, path, body);
    assertThat(answer.statusCode()).as(path + " " + body + ": " + answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    JsonNode problem = json.readTree(answer.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    return problem;
  }

  private String detail(int status, String method, String path, String body) throws Exception {
    return problem(status, method, path, body).get("detail").asText();
  }

  private static String order(String subject, String who, String why) {
    return "{%s\"who\":\"%s\",\"why\":\"%s\"}".formatted(subject, who, why);
  }

  private static String ann(String subject) {
    return order(subject, "ann", "destination repaired");
  }

  private String delivery(int event, int subscription, int run) {
    return references.get(event) + "." + subscription + "." + run;
  }

  private static String field(String name, String value) {
    return "\"" + name + "\":\"" + value + "\",";
  }

  @Test
  void theDocumentedRequestsAreAnsweredAsDocumented() throws Exception {
    String page = Files.readString(Path.of("docs/operations.md"));
    List<String> documented = documentedReferences(page);
    Matcher sample = SAMPLE.matcher(page);
    int samples = 0;
    while (sample.find()) {
      String body = sample.group(3) == null ? "" : sample.group(3);
      for (int i = 0; i < documented.size(); i++) {
        body = body.replace(documented.get(i), references.get(i));
      }
      String path = sample.group(2).substring("/actuator/webhooks".length());

      String answer = call(sample.group(1), path, body).body();

      for (int i = 0; i < documented.size(); i++) {
        answer = answer.replace(references.get(i), documented.get(i));
      }
      assertThat(comparable(answer)).as(path).isEqualTo(comparable(sample.group(4)));
      samples++;
    }
    assertThat(samples).isEqualTo(10);
  }

  @Test
  void theDocumentedHistoryOfAnEventIsInTheOrderOfWhatHappened() throws Exception {
    Matcher history =
        Pattern.compile("```sql\\n(select datetime\\(at [^`]*?);\\n```")
            .matcher(Files.readString(Path.of("docs/operations.md")));
    assertThat(history.find()).isTrue();

    List<List<String>> rows =
        app.inbox().rows(history.group(1).replaceFirst(REFERENCE, references.get(0)));

    assertThat(rows)
        .extracting(row -> row.get(1))
        .containsExactly("received", "attempt_failed", "attempt_failed", "attempt_failed", "dead");
  }

  /** The events of the samples, in the order in which they are received here. */
  private static List<String> documentedReferences(String page) {
    List<String> found = new ArrayList<>();
    for (String event : List.of("msg_1", "msg_2", "msg_3")) {
      Matcher row = Pattern.compile("\\| `" + event + "` \\| `(" + REFERENCE + ")`").matcher(page);
      assertThat(row.find()).as(event).isTrue();
      found.add(row.group(1));
    }
    return found;
  }

  /** With the order of the fields, without the times, and with the destination's name. */
  private String comparable(String text) throws Exception {
    return json.readTree(text)
        .toPrettyString()
        .replaceAll("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z", "(time)")
        .replaceAll("localhost:\\d+", "orders.example.com");
  }

  @Test
  void whatIsNotThereIs404AndNamesWhatIs() throws Exception {
    assertThat(detail(404, "GET", "/dead", ""))
        .contains("events, event, history, dead-letters, causes, audit");
    assertThat(detail(404, "POST", "/repeat", ann("")))
        .contains("replay, retry and discard", "pause");
    String other = references.get(2) + ".1.0";
    for (String path : List.of("/replay", "/retry", "/discard")) {
      assertThat(detail(404, "POST", path, ann(field("delivery", other))))
          .contains("no such delivery", "dead-letters");
    }
    assertThat(detail(404, "POST", "/" + other, ann(""))).contains("no such delivery");
    assertThat(
            detail(
                404,
                "POST",
                "/pause",
                ann(field("source", "gamma") + field("subscription", "other"))))
        .contains("list subscriptions");
  }

  @Test
  void aDeliveryInAnotherStateIs409AndSaysWhatToDo() throws Exception {
    assertThat(detail(409, "POST", "/replay", ann(field("delivery", delivery(1, 1, 0)))))
        .contains("is waiting", "retry");
    assertThat(detail(409, "POST", "/retry", ann(field("delivery", delivery(0, 2, 0)))))
        .contains("is dead", "replay");

    String orders = field("source", "gamma") + field("subscription", "orders");
    assertThat(call("POST", "/retire", ann(orders)).statusCode()).isEqualTo(200);
    assertThat(detail(409, "POST", "/" + delivery(0, 2, 0), ann("")))
        .contains("is retired", "resume");
  }

  @Test
  void aSecondReplayIs409AndNamesTheOpenOne() throws Exception {
    ledger.stubFor(any(anyUrl()).willReturn(serverError().withFixedDelay(3_000)));
    assertThat(app.replay(delivery(0, 2, 0))).isEqualTo(delivery(0, 2, 1));
    delivery("msg_1", "orders 0 dead 3", "orders 1 leased 1");

    JsonNode problem = problem(409, "POST", "/" + delivery(0, 2, 0), ann(""));

    assertThat(problem.get("delivery").asText()).isEqualTo(delivery(0, 2, 1));
    assertThat(problem.get("detail").asText()).contains(delivery(0, 2, 1), "leased");
  }

  @Test
  void whatWasDeliveredSinceIs409UnlessTheOrderSaysAgain() throws Exception {
    ledger.stubFor(any(anyUrl()).willReturn(ok()));
    assertThat(app.replay(delivery(0, 2, 0))).isEqualTo(delivery(0, 2, 1));
    delivery("msg_1", "orders 0 dead 3", "orders 1 delivered 1");
    assertThat(app.actuator("").get("subscriptions").get(1).get("dead").asInt()).isZero();
    String dead = field("delivery", delivery(0, 2, 0));

    for (String again : List.of("", "\"again\":false,", "\"again\":\"false\",")) {
      JsonNode problem = problem(409, "POST", "/replay", ann(dead + again));
      assertThat(problem.get("delivery").asText()).isEqualTo(delivery(0, 2, 1));
      assertThat(problem.get("detail").asText()).contains(delivery(0, 2, 1), "\"again\":true");
    }
    assertThat(detail(400, "POST", "/replay", ann(dead + field("again", "yes"))))
        .contains("'again' must be true");

    JsonNode done = json.readTree(call("POST", "/replay", ann(dead + "\"again\":true,")).body());
    assertThat(done.get("delivery").asText()).isEqualTo(delivery(0, 2, 2));
    delivery("msg_1", "orders 0 dead 3", "orders 1 delivered 1", "orders 2 delivered 1");
  }

  @Test
  void aDiscardedDeadLetterIsNeitherListedNorCounted() throws Exception {
    String dead = field("delivery", delivery(0, 2, 0));
    assertThat(detail(409, "POST", "/discard", ann(field("delivery", delivery(1, 1, 0)))))
        .contains("is waiting", "pause");

    JsonNode done = json.readTree(call("POST", "/discard", ann(dead)).body());

    assertThat(done.toString())
        .isEqualTo("{\"delivery\":\"" + delivery(0, 2, 0) + "\",\"state\":\"discarded\"}");
    assertThat(app.actuator("/dead-letters")).isEmpty();
    assertThat(app.actuator("").get("subscriptions").get(1).get("dead").asInt()).isZero();
    assertThat(detail(409, "POST", "/discard", ann(dead))).contains("discarded already");
    assertThat(detail(409, "POST", "/retry", ann(dead))).contains("is discarded", "replay");
    assertThat(app.inbox().audit("msg_1")).last().asString().contains("discarded");
  }

  @Test
  void aMalformedRequestIs400AndNamesTheParameter() throws Exception {
    for (String id : List.of("abc.1", "01a20fb1.1.0", "1".repeat(36) + ".1.0", "%20")) {
      assertThat(detail(400, "POST", "/" + id, ann(""))).contains("'delivery' is malformed");
    }
    assertThat(detail(400, "POST", "/replay", ann(""))).contains("'delivery' is missing");
    assertThat(detail(400, "POST", "/discard", ann("")))
        .contains("'delivery' is missing", "'request'", "'source'");
    assertThat(detail(400, "POST", "/pause", ann(""))).contains("'source' is missing");
    assertThat(detail(400, "POST", "/pause", ann(field("source", "GAMMA"))))
        .contains("'source' is malformed");
    assertThat(
            detail(
                400, "POST", "/pause", ann(field("source", "gamma") + field("subscription", " "))))
        .contains("'subscription' is malformed");
    assertThat(detail(400, "GET", "/history", "")).contains("'event' is missing");
    assertThat(detail(400, "GET", "/history?event=msg_1", "")).contains("'event' is malformed");
    for (String limit :
        List.of(
            "0", "-1", "1001", "many", "", "99999999999", "+5", "%EF%BC%91%EF%BC%90", "%D9%A5")) {
      assertThat(detail(400, "GET", "/dead-letters?limit=" + limit, "")).contains("1 to 1000");
      assertThat(detail(400, "GET", "/unsubscribed?limit=" + limit, "")).contains("1 to 1000");
      String history = "/history?event=" + references.get(0) + "&limit=" + limit;
      assertThat(detail(400, "GET", history, "")).contains("1 to 1000");
    }
  }

  @Test
  void whoAndWhyAreNeverMissingBlankOrTooLong() throws Exception {
    String dead = field("delivery", delivery(0, 2, 0));
    String orders = field("source", "gamma") + field("subscription", "orders");
    String longWho = "w".repeat(Operator.MAX_WHO + 1);
    String longWhy = "w".repeat(Operator.MAX_WHY + 1);
    for (String operation :
        List.of("/replay", "/retry", "/discard", "/pause", "/resume", "/retire")) {
      String subject = List.of("/replay", "/retry", "/discard").contains(operation) ? dead : orders;
      for (String who : List.of("", " ", "\\t\\n", longWho)) {
        assertThat(detail(400, "POST", operation, order(subject, who, "test"))).contains("'who'");
      }
      for (String why : List.of("", " ", longWhy)) {
        assertThat(detail(400, "POST", operation, order(subject, "ann", why))).contains("'why'");
      }
      assertThat(detail(400, "POST", operation, "{" + subject + "\"why\":\"test\"}"))
          .contains("'who' is missing");
      assertThat(detail(400, "POST", operation, "{" + subject + "\"who\":\"ann\"}"))
          .contains("'why' is missing");
    }
    assertThat(detail(400, "POST", "/" + delivery(0, 2, 0), "")).contains("'who' is missing");
    assertThat(
            app.inbox()
                .count(
                    "select count(*) from webhook_audit where kind in ('replayed', 'discarded')"))
        .isZero();
    assertThat(
            app.inbox().count("select count(*) from webhook_subscription where state = 'active'"))
        .isEqualTo(2);
  }

  @Test
  void aPausedRouteGetsItsEventsWhenItIsResumed() throws Exception {
    ledger.stubFor(any(anyUrl()).willReturn(ok()));
    String orders = field("source", "gamma") + field("subscription", "orders");
    call("POST", "/pause", ann(orders));
    app.sender().accepted("msg_4", "order.paid");
    app.sender().accepted("msg_5", "invoice.paid");
    delivery("msg_5", "invoices 0 delivered 1");
    delivery("msg_4", "orders 0 waiting 0");

    call("POST", "/resume", ann(orders));

    delivery("msg_4", "orders 0 delivered 1");
    assertThat(
            app.inbox()
                .lines(
                    "select kind, reason, detail from webhook_audit"
                        + " where kind in ('paused', 'resumed') order by entry"))
        .containsExactly("paused ann destination repaired", "resumed ann destination repaired");
  }
}
