package io.gammawebhook.audit;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One structured log line for each audit entry, by the logger {@code io.gammawebhook.audit}, with
 * source, event id and delivery id in the MDC: the kind, and fields as {@link LogText#value} writes
 * them. It holds no secret and no body; set the logger to {@code WARN} to keep the failures only.
 */
public final class AuditLog {

  public static final String MDC_SOURCE = "webhook.source";
  public static final String MDC_EVENT_ID = "webhook.event-id";
  public static final String MDC_REFERENCE = "webhook.reference";
  public static final String MDC_DELIVERY_ID = "webhook.delivery-id";
  public static final String MDC_ATTEMPT = "webhook.attempt";

  private static final Logger LOG = LoggerFactory.getLogger("io.gammawebhook.audit");

  private AuditLog() {}

  public static void log(AuditEntry entry) {
    boolean failure =
        switch (entry.kind()) {
          case RECEIVED,
              DUPLICATE,
              HANDSHAKE,
              NOTED,
              DELIVERED,
              REPLAYED,
              MADE_DUE,
              DISCARDED,
              RELEASED,
              ERASED,
              PAUSED,
              RESUMED,
              RETIRED ->
              false;
          case REJECTED, QUARANTINED, ATTEMPT_FAILED, DEAD -> true;
        };
    if (!(failure ? LOG.isWarnEnabled() : LOG.isInfoEnabled())) {
      return;
    }
    // As one map: each single change would copy it.
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.setContextMap(mdc(before, entry));
    try {
      write(failure ? LOG.atWarn() : LOG.atInfo(), entry);
    } finally {
      MDC.setContextMap(before == null ? Map.of() : before);
    }
  }

  private static Map<String, String> mdc(@Nullable Map<String, String> before, AuditEntry entry) {
    Map<String, String> mdc = before == null ? new HashMap<>() : new HashMap<>(before);
    mdc.put(MDC_SOURCE, entry.source().value());
    put(mdc, MDC_EVENT_ID, entry.eventId() == null ? null : LogText.value(entry.eventId()));
    mdc.put(MDC_REFERENCE, entry.reference().toString());
    put(mdc, MDC_DELIVERY_ID, entry.delivery() == null ? null : entry.delivery().toString());
    put(mdc, MDC_ATTEMPT, entry.attempt() == 0 ? null : Integer.toString(entry.attempt()));
    return mdc;
  }

  private static void put(Map<String, String> mdc, String key, @Nullable String value) {
    if (value == null) {
      mdc.remove(key);
    } else {
      mdc.put(key, value);
    }
  }

  private static void write(LoggingEventBuilder line, AuditEntry entry) {
    StringBuilder text = new StringBuilder(160);
    add(text, "", entry.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    add(text, " source=", entry.source().value());
    add(text, " subscription=", entry.subject() == null ? null : entry.subject().name().value());
    add(text, " event-id=", entry.eventId());
    add(text, " reference=", entry.reference().toString());
    if (entry.delivery() != null) {
      add(text, " delivery-id=", entry.delivery().toString());
      add(text, " attempt=", Integer.toString(entry.attempt()));
      add(text, " duration-ms=", Long.toString(entry.durationMillis()));
    }
    add(text, " reason=", entry.reason());
    add(text, " detail=", entry.detail());
    add(text, " origin=", entry.origin());
    line.log(text.toString());
  }

  private static void add(StringBuilder text, String label, @Nullable String value) {
    if (value != null) {
      text.append(label).append(LogText.value(value));
    }
  }
}
