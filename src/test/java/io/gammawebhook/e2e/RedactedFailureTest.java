package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gammawebhook.audit.Redaction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a route's exception or note gives away reaches neither the log, nor the audit, nor HTTP. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class RedactedFailureTest {

  private static final String ROUTES =
      """
      - route:
          id: leaky
          from:
            uri: webhook-inbox
            parameters: { source: gamma }
            steps:
              - to:
                  uri: kamelet:webhook-audit-action
                  parameters: { fact: seen, detail: For, value: $.note }
              - throwException:
                  exceptionType: java.lang.IllegalStateException
                  message: >-
                    Card 4111 1111 1111 1111 of ann@example.com refused with Bearer abc123.def456,
                    purchase PO-77
      """;

  @TempDir private Path folder;

  @Test
  void whatIsRedactedIsNeitherInTheLogNorInTheAuditNorInTheHistory(CapturedOutput output)
      throws Exception {
    Path routes = Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("camel.main.routes-include-pattern", "file:" + routes);
    properties.put("logging.level.io.gammawebhook.audit", "INFO");
    properties.put("gamma.webhook.retry.schedule", "1h");
    properties.put("gamma.webhook.redact.emails", "true");
    properties.put("gamma.webhook.redact.headers", "x-shop-*");
    properties.put("gamma.webhook.redact.json-paths", "$..iban");
    properties.put("gamma.webhook.redact.patterns[0]", "PO-[0-9]{1,9}");
    try (App app = App.host(folder, properties)) {
      Sender sender = app.sender();
      String body =
          "{\"id\":\"e-1\",\"type\":\"order.paid\",\"note\":\"bob@other.org 5555555555554444\"}";
      String reference = sender.post(sender.url(), body, sender.signed("e-1", body)).reference();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> app.actuator("/history?event=" + reference).size() == 3);

      JsonNode history = app.actuator("/history?event=" + reference);
      assertThat(history.get(1).get("detail").asText()).isEqualTo("For *** ***");
      assertThat(history.get(2).get("detail").asText())
          .startsWith("Card *** of *** refused with Bearer ***, purchase *** (next attempt in ");
      String audited =
          "select count(*) from webhook_audit where detail like '%1111%' or detail like '%4444%'"
              + " or detail like '%@%' or detail like '%abc123%' or detail like '%PO-7%'";
      assertThat(app.inbox().count(audited)).isZero();
      assertThat(output.getAll())
          .contains("attempt-failed source=gamma", "Card *** of *** refused")
          .doesNotContain("1111", "5555", "example.com", "other.org", "abc123", "PO-77");

      // What shows an event asks this bean.
      Redaction redaction = app.bean(Redaction.class);
      assertThat(redaction.headers(Map.of("x-shop-domain", "a", "webhook-signature", "b")).values())
          .containsOnly("***");
      assertThat(redaction.body("{\"iban\":\"DE12\"}".getBytes(StandardCharsets.UTF_8), null))
          .isEqualTo("{\"iban\":\"***\"}");
    }
  }
}
