package io.gammawebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a sender types cannot be taken for what we say. */
class AuditLogTest {

  private static final Reference REFERENCE =
      Reference.parse("01a20fb1-6c83-7074-a275-a13807c62a78");
  private static final DeliveryId DELIVERY = new DeliveryId(REFERENCE, 2, 1);
  private static final SourceName GAMMA = new SourceName("gamma");

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.gammawebhook.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    logger.setLevel(null);
    logger.detachAppender(lines);
  }

  private ILoggingEvent logged(AuditEntry entry) {
    AuditLog.log(entry);
    assertThat(lines.list).hasSize(1);
    return lines.list.get(0);
  }

  @Test
  void whatARouteSaysIsNeitherAFailureNorAnyOtherKindOfLine() {
    ILoggingEvent line =
        logged(
            new AuditEntry(
                REFERENCE,
                AuditKind.NOTED,
                GAMMA,
                "msg_1",
                DELIVERY,
                3,
                0,
                "delivered",
                "by hand"));
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getFormattedMessage())
        .startsWith("noted source=gamma event-id=msg_1 ")
        .endsWith(" attempt=3 duration-ms=0 reason=delivered detail=\"by hand\"");
  }

  @Test
  void theMdcOfAnAuditLineNamesTheEventAndTheDelivery() {
    MDC.put("host", "kept");
    MDC.put(AuditLog.MDC_ATTEMPT, "9");
    Map<String, String> before = MDC.getCopyOfContextMap();
    try {
      ILoggingEvent line =
          logged(
              new AuditEntry(
                  REFERENCE, AuditKind.DELIVERED, GAMMA, "msg_1", DELIVERY, 3, 14, null, null));

      assertThat(line.getMDCPropertyMap())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "host", "kept",
                  "webhook.source", "gamma",
                  "webhook.event-id", "msg_1",
                  "webhook.reference", REFERENCE.toString(),
                  "webhook.delivery-id", DELIVERY.toString(),
                  "webhook.attempt", "3"));
      assertThat(MDC.getCopyOfContextMap()).isEqualTo(before);
    } finally {
      MDC.clear();
    }
  }

  @Test
  void theMdcOfARejectionHasNeitherAnEventIdNorADeliveryOfAnotherLine() {
    MDC.put(AuditLog.MDC_EVENT_ID, "other");
    MDC.put(AuditLog.MDC_DELIVERY_ID, "other");
    try {
      ILoggingEvent line =
          logged(
              AuditEntry.of(
                  REFERENCE,
                  AuditKind.REJECTED,
                  GAMMA,
                  null,
                  "stale-timestamp",
                  "signed 900 s ago"));

      assertThat(line.getMDCPropertyMap()).containsOnlyKeys("webhook.source", "webhook.reference");
    } finally {
      MDC.clear();
    }
  }

  @Test
  void aValueCannotBeTakenForAnotherField() {
    ILoggingEvent line =
        logged(
            AuditEntry.of(
                REFERENCE,
                AuditKind.RECEIVED,
                GAMMA,
                "x outcome=delivered",
                "no-subscription",
                "a\" reason=\"none"));

    assertThat(line.getFormattedMessage())
        .isEqualTo(
            "received source=gamma event-id=\"x outcome=delivered\" reference="
                + REFERENCE
                + " reason=no-subscription detail=\"a\\\" reason=\\\"none\"");
    assertThat(line.getMDCPropertyMap())
        .contains(entry("webhook.event-id", "\"x outcome=delivered\""));
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "msg_1,msg_1",
        "größe-☃,größe-☃",
        "a\\b,a\\b",
        "a b,'\"a b\"'",
        "a\u00A0b,'\"a\u00A0b\"'",
        "a\u3000b,'\"a\u3000b\"'",
        "a=b,'\"a=b\"'",
        "a\"\\,'\"a\\\"\\\\\"'",
        "'','\"\"'",
        "'a\r\nb','a??b'",
        "a\u001B[2Jb,a?[2Jb",
        "a\u009B2Jb,a?2Jb",
        "a\tb,a?b",
        "a\u2028b\u2029c,a?b?c",
        "a\u0085b,a?b",
        "a\u202Eb\u200Bc,a?b?c",
        "a\uD800b,a?b",
        "a\uDB40\uDC41b,a?b"
      })
  void aValueIsOneFieldOfOneLine(String text, String written) {
    assertThat(LogText.value(text)).isEqualTo(written);
  }

  @Test
  void theMessageOfADatabaseCannotForgeALineEither() {
    assertThat(OneLine.of(new SQLException("refused: 'a\u2028forged\u001B[2K'")))
        .isEqualTo("java.sql.SQLException: refused: 'a?forged?[2K'");
  }
}
