package io.gammawebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What operators do is written down with who and why. */
class OperatorEntriesTest {

  private static final Reference REFERENCE =
      Reference.parse("01a20fb1-6c83-7074-a275-a13807c62a78");

  @Test
  void aChangeOfASubscriptionIsOneLogLineThatNamesIt() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.gammawebhook.audit");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    try {
      AuditLog.log(
          AuditEntry.ofSubscription(
              REFERENCE,
              AuditKind.PAUSED,
              new SourceName("gamma"),
              new AuditEntry.Subject(7, new SubscriptionName("orders")),
              new Operator(" ann ", "shop moved\nforged")));
    } finally {
      logger.setLevel(null);
      logger.detachAppender(lines);
    }

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "paused source=gamma subscription=orders reference="
                + REFERENCE
                + " reason=ann detail=\"shop moved?forged\"");
  }

  @Test
  void whoAndWhyAreNeitherBlankNorTooLong() {
    assertThat(new Operator("w".repeat(100), "y".repeat(500)).who()).hasSize(100);
    assertThatThrownBy(() -> new Operator(" \t", "why")).hasMessageContaining("'who' is missing");
    assertThatThrownBy(() -> new Operator("who", "")).hasMessageContaining("'why' is missing");
    assertThatThrownBy(() -> new Operator("w".repeat(101), "why"))
        .hasMessageContaining("'who' is too long");
    assertThatThrownBy(() -> new Operator("who", "y".repeat(501)))
        .hasMessageContaining("'why' is too long");
  }
}
