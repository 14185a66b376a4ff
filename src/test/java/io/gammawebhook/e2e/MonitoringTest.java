package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What the product shows to Prometheus, and the dashboard, alerts and page that are made of it. */
@Timeout(120)
class MonitoringTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String RECEIVED = "gamma_webhook_received_total";

  private static final String ROUTES =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?types=order.*
            steps:
              - setBody: { constant: { expression: done } }
      - route:
          id: invoices
          from:
            uri: webhook-inbox:gamma?types=invoice.*&retrySchedule=1ms
            steps:
              - throwException: { exceptionType: java.lang.IllegalStateException, message: no }
      """;

  /** Given by Prometheus itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

  private static final Path PAGE = Path.of("docs/monitoring.md");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private App product(Map<String, ?> properties) throws IOException {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.writeString(routes.resolve("all.camel.yaml"), ROUTES);
    Map<String, Object> all = new HashMap<>(properties);
    all.put("camel.main.routes-include-pattern", "file:" + routes + "/*.camel.yaml");
    all.put("management.endpoints.web.exposure.include", "health,prometheus");
    all.put("gamma.webhook.sources.gamma.max-body-size", "10KB");
    all.put("gamma.webhook.sources.gamma.secrets[0].value", Sender.SECRET);
    all.put("gamma.webhook.sources.gamma.secrets[0].name", "old");
    all.put("gamma.webhook.sources.gamma.secrets[0].not-after", "2126-01-01T00:00:00Z");
    all.put("gamma.webhook.sources.shop.secrets[0]", Sender.SECRET);
    all.put("gamma.webhook.sources.shop.on-invalid-signature", "quarantine");
    all.put("gamma.webhook.registrations.gamma.mode", "off");
    all.put("gamma.webhook.registrations.gamma.api-url", "https://api.gamma.example/v1");
    all.put(
        "gamma.webhook.registrations.gamma.public-url", "https://hooks.example.com/webhooks/gamma");
    return App.product(folder, all);
  }

  private static Map<String, ?> inbox(String store) {
    return store.equals("postgresql")
        ? Map.of(
            "gamma.webhook.inbox.jdbc-url",
            EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase()))
        : Map.of();
  }

  private static Scrape scrape(App app) {
    return Scrape.of(app.url("/actuator/prometheus"));
  }

  private int get(URI url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(url).timeout(PATIENCE).build(), BodyHandlers.discarding())
        .statusCode();
  }

  /** One request with each outcome that a sender can bring about. */
  private void drive(App app) throws Exception {
    Sender sender = app.sender();
    sender.accepted("msg_1", "order.paid");
    sender.accepted("msg_2", "order.paid");
    assertThat(sender.send("msg_1", "order.paid").status()).isEqualTo(200);
    sender.accepted("msg_3", "invoice.paid");
    sender.accepted("msg_4", "customer.created");
    URI path = app.url("/webhooks/gamma");
    assertThat(new Sender(path, "standard-webhooks", NEXT).send("msg_5", "order.x").status())
        .isEqualTo(401);
    assertThat(sender.post(path, "{}", Map.of()).status()).isEqualTo(401);
    assertThat(get(path)).isEqualTo(405);
    assertThat(get(app.url("/webhooks/%67amma"))).isEqualTo(404);
    assertThat(sender.post(path, "x".repeat(20_000), Map.of()).status()).isEqualTo(413);
    assertThat(
            new Sender(app.url("/webhooks/shop"), "standard-webhooks", NEXT)
                .send("msg_6", "order.x")
                .status())
        .isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  void everyOutcomeIsCountedAndTheFilesAndThePageNameWhatThereIs(String store) throws Exception {
    try (App app = product(inbox(store))) {
      drive(app);
      await().atMost(PATIENCE).untilAsserted(() -> assertEverything(scrape(app)));
      Scrape scrape = scrape(app);
      assertThat(scrape.metrics()).isEqualTo(documented());
      assertThat(problemsOfTheFiles(scrape)).isEmpty();
      hostile(app);
      Scrape after = scrape(app);
      // The hostile ones were counted, and under no new name.
      assertThat(after.value(RECEIVED, "outcome", "accepted")).isEqualTo(24);
      Set<String> more = new TreeSet<>(after.series());
      more.removeAll(scrape.series());
      assertThat(more).isEmpty();
    }
  }

  private static void assertEverything(Scrape s) {
    received(s, "gamma", "accepted", "none", 4);
    received(s, "gamma", "duplicate", "none", 1);
    received(s, "gamma", "rejected", "signature-mismatch", 1);
    received(s, "gamma", "rejected", "missing-header", 1);
    received(s, "gamma", "refused", "method-not-allowed", 1);
    received(s, "gamma", "refused", "not-found", 1);
    received(s, "gamma", "refused", "body-too-large", 1);
    received(s, "gamma", "unavailable", "store-down", 0);
    received(s, "shop", "quarantined", "signature-mismatch", 1);
    String[] orders = {"source", "gamma", "subscription", "orders"};
    String[] invoices = {"source", "gamma", "subscription", "invoices"};
    assertThat(s.value("gamma_webhook_answer_latency_seconds_count", "outcome", "accepted"))
        .isEqualTo(4);
    assertThat(s.value("gamma_webhook_answer_latency_seconds_sum", "outcome", "accepted"))
        .isBetween(0.0001, 60.0);
    assertThat(s.value("gamma_webhook_verified_total", "source", "gamma", "secret", "old"))
        .isEqualTo(5);
    assertThat(s.value("gamma_webhook_secret_not_after_seconds", "secret", "old"))
        .isEqualTo(4_922_899_200d);
    assertThat(s.value("gamma_webhook_secret_not_after_seconds", "source", "shop")).isNaN();
    // Four events, their duplicate, and what is kept apart.
    assertThat(s.value("gamma_webhook_batch_requests_sum")).isEqualTo(6);
    assertThat(s.value("gamma_webhook_commit_duration_seconds_count")).isGreaterThanOrEqualTo(6);
    assertThat(s.value("gamma_webhook_transaction_duration_seconds_sum"))
        .isGreaterThan(s.value("gamma_webhook_commit_duration_seconds_sum"));
    assertThat(s.value("gamma_webhook_transactions_failed_total")).isZero();
    assertThat(s.value("gamma_webhook_attempts_total", with(orders, "outcome", "delivered")))
        .isEqualTo(2);
    assertThat(
            s.value(
                "gamma_webhook_attempts_total",
                with(invoices, "outcome", "retry", "reason", "java.lang.IllegalStateException")))
        .isEqualTo(1);
    assertThat(s.value("gamma_webhook_attempts_total", with(invoices, "outcome", "dead")))
        .isEqualTo(1);
    assertThat(s.value("gamma_webhook_attempt_duration_seconds_count", invoices)).isEqualTo(2);
    assertThat(s.value("gamma_webhook_delivery_latency_seconds_count", orders)).isEqualTo(2);
    assertThat(s.value("gamma_webhook_delivery_latency_seconds_sum", orders)).isBetween(0.0, 60.0);
    assertThat(s.value("gamma_webhook_dead_letters_total", invoices)).isEqualTo(1);
    assertThat(s.value("gamma_webhook_dead_letters_total", orders)).isZero();
    assertThat(s.value("gamma_webhook_leases_lost_total", orders)).isZero();
    assertThat(s.value("gamma_webhook_store_up")).isEqualTo(1);
    assertThat(s.value("gamma_webhook_deliveries", with(invoices, "state", "dead"))).isEqualTo(1);
    assertThat(s.value("gamma_webhook_deliveries", with(orders, "state", "waiting"))).isZero();
    assertThat(s.value("gamma_webhook_oldest_waiting_seconds", orders)).isZero();
    assertThat(s.value("gamma_webhook_unsubscribed_events")).isEqualTo(1);
    assertThat(s.value("gamma_webhook_quarantined_requests", "source", "shop")).isEqualTo(1);
    assertThat(s.value("gamma_webhook_worker_max", orders)).isEqualTo(10);
    assertThat(s.value("gamma_webhook_worker_busy", orders)).isZero();
    assertThat(s.value("gamma_webhook_line_requests", "line", "receive")).isZero();
    assertThat(s.value("gamma_webhook_line_max_requests", "line", "receive")).isEqualTo(1024);
    assertThat(s.value("gamma_webhook_line_max_bytes", "line", "store")).isPositive();
    assertThat(s.value("gamma_webhook_pool_max_connections")).isEqualTo(4);
  }

  private static void received(
      Scrape scrape, String source, String outcome, String reason, double expected) {
    assertThat(scrape.value(RECEIVED, "source", source, "outcome", outcome, "reason", reason))
        .as(source + " " + outcome + " " + reason)
        .isEqualTo(expected);
  }

  private static String[] with(String[] labels, String... more) {
    return Stream.concat(Stream.of(labels), Stream.of(more)).toArray(String[]::new);
  }

  /** Types, ids, methods, paths and headers of all kinds. */
  private void hostile(App app) throws Exception {
    Random random = new Random(1);
    Sender sender = app.sender();
    for (int i = 0; i < 20; i++) {
      String word = Long.toString(random.nextLong(), 36);
      sender.accepted("msg_" + word, "order." + word);
      assertThat(sender.post(app.url("/webhooks/" + word), "{}", Map.of()).status()).isEqualTo(404);
      assertThat(
              sender
                  .post(
                      app.url("/webhooks/gamma?" + word + "=" + word),
                      word,
                      Map.of("x-" + word, word, "content-type", word))
                  .status())
          .isEqualTo(401);
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                scrape(app).value("gamma_webhook_attempts_total", "subscription", "orders") == 22);
  }

  /** The names in the column of docs/monitoring.md. */
  private static Set<String> documented() throws IOException {
    return Files.readString(PAGE)
        .lines()
        .filter(line -> line.startsWith("| `gamma.webhook."))
        .map(line -> line.split("\\|")[2].strip().replace("`", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All that the dashboard and the alerts name, and that is not there. */
  private static List<String> problemsOfTheFiles(Scrape scrape) throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    JsonNode dashboard =
        new ObjectMapper().readTree(Path.of("docs/monitoring/grafana-dashboard.json").toFile());
    for (JsonNode target : dashboard.findParents("expr")) {
      String expression = target.get("expr").asText();
      expressions.add(expression);
      problems.addAll(problems(expression, target.get("legendFormat").asText(), scrape));
    }
    Pattern query = Pattern.compile("label_values\\((.*), (\\w+)\\)");
    for (JsonNode variable : dashboard.get("templating").get("list")) {
      Matcher asked = query.matcher(variable.path("definition").asText());
      if (asked.matches()) {
        problems.addAll(
            problems("sum by (" + asked.group(2) + ") (" + asked.group(1) + ")", "", scrape));
      }
    }
    JsonNode rules =
        new ObjectMapper()
            .valueToTree(
                new Yaml().load(Files.readString(Path.of("docs/monitoring/alert-rules.yaml"))));
    String page = Files.readString(PAGE);
    for (JsonNode rule : rules.at("/groups/0/rules")) {
      String expression = rule.get("expr").asText();
      expressions.add(expression);
      problems.addAll(problems(expression, rule.at("/annotations/summary").asText(), scrape));
      if (!page.contains("| `" + rule.get("alert").asText() + "` | ")) {
        problems.add("The page does not say what to do about " + rule.get("alert").asText());
      }
    }
    assertThat(expressions).hasSizeGreaterThan(40);
    return problems;
  }

  /**
   * @param text in which labels of the result are shown
   */
  private static List<String> problems(String expression, String text, Scrape scrape)
      throws IOException {
    List<String> problems = new ArrayList<>();
    PromQl query = PromQl.of(expression);
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    for (PromQl.Selector selector : query.selectors()) {
      List<Scrape.Sample> samples = scrape.named(selector.metric());
      if (samples.isEmpty()) {
        problems.add("There is no " + selector.metric() + ": " + expression);
      }
      samples.forEach(sample -> labels.addAll(sample.labels().keySet()));
      for (PromQl.Match match : selector.matches()) {
        Set<String> values =
            samples.stream()
                .map(sample -> sample.labels().get(match.label()))
                .filter(value -> value != null)
                .collect(Collectors.toSet());
        for (String value : match.value().split("\\|")) {
          boolean told = match.operator().startsWith("!") && isOnThePage(value);
          if (!value.startsWith("$") && !values.contains(value) && !told && !isUnknown(value)) {
            problems.add("No " + match.label() + " is " + value + ": " + expression);
          }
        }
        if (values.isEmpty()) {
          problems.add(selector.metric() + " has no label " + match.label() + ": " + expression);
        }
      }
    }
    Set<String> used = new TreeSet<>(query.grouping());
    used.removeAll(labels);
    used.forEach(label -> problems.add("There is no label " + label + ": " + expression));
    Matcher shown = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}").matcher(text);
    while (shown.find()) {
      if (!query.grouping().contains(shown.group(1))) {
        problems.add("It shows a label that it does not have, " + shown.group(1) + ": " + text);
      }
    }
    return problems;
  }

  private static boolean isOnThePage(String value) throws IOException {
    return Files.readString(PAGE).contains("`" + value + "`");
  }

  /** Of a path that no source is known to have, which only a start shows. */
  private static boolean isUnknown(String value) {
    return value.equals("unknown");
  }

  @Test
  void whatIsMisspeltIsFound() throws Exception {
    Scrape scrape =
        new Scrape(
            List.of(
                new Scrape.Sample(RECEIVED, Map.of("source", "gamma", "outcome", "accepted"), 1)),
            Map.of());
    String right = "sum by (source) (rate(gamma_webhook_received_total{outcome=\"accepted\"}[5m]))";
    assertThat(problems(right, "{{source}}", scrape)).isEmpty();
    for (String wrong :
        List.of(
            right.replace("_total", ""),
            right.replace("outcome", "outcom"),
            right.replace("\"accepted\"", "\"acepted\""),
            right.replace("\"accepted\"", "\"accepted|rejeted\"").replace("=", "=~"),
            right.replace("(source)", "(sorce)"))) {
      assertThat(problems(wrong, "", scrape)).as(wrong).isNotEmpty();
    }
    assertThat(problems(right, "{{sorce}}", scrape)).isNotEmpty();
    assertThat(problems("absent(gamma_webhook_stor_up) > 1", "", scrape)).isNotEmpty();
  }
}
