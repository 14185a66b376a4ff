package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of the running product as JSON, while a destination is down. */
@Timeout(120)
class StructuredLogsIT {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final int EVENTS = 100;

  private static final String ROUTE =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?retrySchedule=1h
            steps:
              - log:
                  message: at work
              - threads:
                  poolSize: 2
                  maxPoolSize: 2
              - log:
                  message: behind a hand-over
              - throwException:
                  exceptionType: java.lang.IllegalStateException
                  message: the "ledger" is down
      """;

  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder;

  @Test
  void eachLineIsJsonWithItsFieldsAndAFaultThatRepeatsIsSummedUp() throws Exception {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.writeString(routes.resolve("orders.camel.yaml"), ROUTE);
    Path file = folder.resolve("product.json");
    try (ProductProcess product =
        new ProductProcess(folder)
            .packaged()
            .with("camel.main.routes-include-pattern", "file:" + routes + "/*.camel.yaml")
            .with("camel.main.use-mdc-logging", "true")
            .with("camel.main.mdc-logging-keys-pattern", "webhook.*")
            .with("logging.structured.format.console", "ecs")
            .with("logging.structured.format.file", "logstash")
            .with("logging.file.name", file)
            .with("logging.level.io.gammawebhook.audit", "INFO")
            .with("logging.level.org.apache.camel.processor.errorhandler", "INFO")
            .start()
            .awaitReady()) {
      for (int i = 1; i <= EVENTS; i++) {
        post(product, "msg \"" + i + "\"");
      }
      Database inbox = new Database("jdbc:sqlite:" + folder.resolve("inbox.db"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> inbox.count("select count(*) from webhook_audit where kind = 'attempt_failed'"),
              count -> count == EVENTS);
      product.terminate();
    }

    List<JsonNode> console = lines(folder.resolve("product.log"));
    JsonNode received = first(console, line -> isOfKind(line, "received"));
    assertThat(received.at("/webhook/source").asText()).isEqualTo("gamma");
    assertThat(received.at("/webhook/event-id").asText()).isEqualTo("\"msg \\\"1\\\"\"");
    assertThat(received.at("/webhook/trace-id").asText()).isEqualTo(TRACE);
    String reference = received.at("/webhook/reference").asText();

    for (String message : List.of("at work", "behind a hand-over")) {
      JsonNode step = first(console, line -> line.path("message").asText().equals(message));
      assertThat(step.at("/webhook/source").asText()).isEqualTo("gamma");
      assertThat(step.at("/webhook/subscription").asText()).isEqualTo("orders");
      assertThat(step.at("/webhook/delivery-id").asText()).isEqualTo(reference + ".1.0");
      assertThat(step.at("/webhook/attempt").asText()).isEqualTo("1");
      assertThat(step.at("/webhook/trace-id").asText()).isEqualTo(TRACE);
    }

    List<JsonNode> failed =
        console.stream().filter(line -> isOfKind(line, "attempt-failed")).toList();
    JsonNode one = failed.get(0);
    assertThat(one.at("/log/level").asText()).isEqualTo("WARN");
    assertThat(one.at("/message").asText()).startsWith("attempt-failed source=gamma event-id=");
    assertThat(one.at("/webhook/reason").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(one.at("/webhook/detail").asText()).startsWith("the 'ledger' is down (next attempt");
    assertThat(one.at("/webhook/duration-ms").isIntegralNumber()).isTrue();
    assertThat(one.at("/webhook/trace-id").asText()).isEqualTo(TRACE);
    assertThat(failed.size()).isBetween(61, EVENTS - 1);
    assertThat(
            failed.size()
                + failed.stream().mapToLong(n -> n.at("/webhook/left-out").asLong()).sum())
        .isEqualTo(EVENTS);
    assertThat(console).noneMatch(line -> line.at("/log/level").asText().equals("ERROR"));

    JsonNode flat =
        first(lines(file), line -> line.path("webhook.kind").asText().equals("attempt-failed"));
    assertThat(flat.path("webhook.delivery-id").asText()).startsWith(reference.substring(0, 8));
  }

  private static void post(ProductProcess product, String eventId) throws Exception {
    Sender sender = product.sender();
    String body = "{\"type\":\"order.paid\"}";
    Map<String, String> headers = new LinkedHashMap<>(sender.signed(eventId, body));
    headers.put("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
    assertThat(sender.post(sender.url(), body, headers).status()).isEqualTo(202);
  }

  private List<JsonNode> lines(Path file) throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(json.readTree(line));
    }
    return lines;
  }

  private static boolean isOfKind(JsonNode line, String kind) {
    return line.at("/webhook/kind").asText().equals(kind);
  }

  private static JsonNode first(List<JsonNode> lines, Predicate<JsonNode> wanted) {
    return lines.stream().filter(wanted).findFirst().orElseThrow();
  }
}
