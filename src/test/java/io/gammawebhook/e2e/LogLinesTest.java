package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the product writes into its log when destinations fail. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LogLinesTest {

  private static final String ERROR_HANDLER =
      "logging.level.org.apache.camel.processor.errorhandler";

  @TempDir private Path folder;

  @Test
  void aFailedAttemptIsOneLineWithClassMessageAndDeliveryId(CapturedOutput output) {
    String reference = fail("WARN");

    List<String> lines = output.getOut().lines().filter(line -> line.contains(reference)).toList();
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("attempt-failed", "delivery-id=" + reference + ".1.0", "attempt=1")
        .contains("java.lang.IllegalStateException", "gamma.http.url is not set");
    assertThat(output.getOut()).doesNotContain("\tat ", "Message History", "Failed delivery for");
  }

  @Test
  void atDebugItsStackTraceIsThereToo(CapturedOutput output) {
    fail("DEBUG");

    assertThat(output.getOut()).contains("DEBUG", "Failed delivery for", "\tat org.apache.camel");
  }

  @Test
  void theFailureOfARouteThatIsNoDeliveryIsLoggedAsCamelDoes(CapturedOutput output)
      throws Exception {
    try (App app = product("WARN")) {
      CamelContext camel = app.bean(CamelContext.class);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:own").throwException(new IllegalStateException("my own route"));
            }
          });
      try (var template = camel.createProducerTemplate()) {
        template.send("direct:own", exchange -> exchange.getMessage().setBody("x"));
      }
    }

    assertThat(output.getOut()).contains("ERROR", "Failed delivery for", "my own route", "\tat ");
  }

  /** An attempt that fails, since the address of {@code to-http} is not set. */
  private String fail(String level) {
    try (App app = product(level)) {
      String reference = app.sender().accepted("order-1", "order.paid");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> app.inbox().audit("order-1").size(), size -> size == 2);
      return reference;
    }
  }

  private App product(String level) {
    return App.product(
        folder,
        Map.of(
            ERROR_HANDLER,
            level,
            "logging.level.io.gammawebhook.audit",
            "WARN",
            "gamma.webhook.retry.schedule",
            "1h"));
  }
}
