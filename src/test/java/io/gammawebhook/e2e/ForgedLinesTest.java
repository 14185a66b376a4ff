package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A sender who holds the secret types ids and types that look like lines of the log. */
@Timeout(120)
class ForgedLinesTest {

  private static final String SECRET = "a secret of the hub";
  private static final String FORGED =
      "\\n\\u2028\\u001b[2K\\u009b\\u0085LINE INFO delivered, webhook.source=forged";

  @TempDir private Path folder;

  @Test
  void noneBeginsALineOrIsAFieldWhereTheLayoutPrintsTheMdc() throws Exception {
    Files.writeString(
        folder.resolve("routes.camel.yaml"),
        """
        - route:
            id: orders
            from:
              uri: webhook-inbox:gamma
              steps:
                - log:
                    loggingLevel: INFO
                    logName: orders
                    message: at work
        """);
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Printed printed = new Printed(root);
    try (App app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml",
                "gamma.webhook.sources.gamma.scheme", "gamma-hub",
                "gamma.webhook.sources.gamma.secrets[0]", SECRET,
                "logging.level.orders", "INFO",
                "logging.level.io.gammawebhook.audit", "INFO"))) {
      root.addAppender(printed);
      Sender sender = new Sender(app.url("/webhooks/gamma"), "gamma-hub", SECRET);
      sender.accepted("x" + FORGED, "order.paid" + FORGED);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> printed.text().contains("LINE INFO  delivered source=gamma"));
    } finally {
      root.detachAppender(printed);
    }

    // As Unicode breaks lines, which is more often than a terminal does.
    List<String> lines = List.of(printed.text().split("\\R"));
    assertThat(lines)
        .filteredOn(line -> line.contains("forged"))
        .hasSizeGreaterThanOrEqualTo(3)
        .anySatisfy(line -> assertThat(line).contains("at work [", "id=\"x?"))
        .anySatisfy(line -> assertThat(line).contains("received source=", "id=\"x?"))
        .anySatisfy(line -> assertThat(line).contains("delivered source=", "id=\"x?"));
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", ""))
                    .startsWith("LINE")
                    .doesNotStartWith("LINE INFO delivered")
                    .doesNotContain("forged"));
    assertThat(printed.text()).doesNotContain("\u001b", "\u009b");
  }

  /** The log as a common layout prints it. */
  private static final class Printed extends AppenderBase<ILoggingEvent> {
    private final PatternLayout layout = new PatternLayout();
    private final StringBuffer text = new StringBuffer();

    Printed(Logger logger) {
      layout.setContext(logger.getLoggerContext());
      layout.setPattern("LINE %-5level %m [%X] id=%X{webhook.event-id}%n%nopex");
      layout.start();
      start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      text.append(layout.doLayout(event));
    }

    String text() {
      return text.toString();
    }
  }
}
