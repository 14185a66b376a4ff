package io.gammawebhook.audit;

import io.gammawebhook.event.TraceContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One structured log line for each audit entry, by the logger {@code io.gammawebhook.audit}, with
 * source, event id and delivery id in the MDC: the kind, and fields as {@link LogText#value} writes
 * them. What the MDC does not have goes with the line as key-value pairs too, for logs in JSON. It
 * holds no secret and no body; set the logger to {@code WARN} to keep the failures only.
 */
public final class AuditLog {

  public static final String MDC_SOURCE = "webhook.source";
  public static final String MDC_EVENT_ID = "webhook.event-id";
  public static final String MDC_REFERENCE = "webhook.reference";
  public static final String MDC_DELIVERY_ID = "webhook.delivery-id";
  public static final String MDC_ATTEMPT = "webhook.attempt";
  public static final String MDC_SUBSCRIPTION = "webhook.subscription";
  public static final String MDC_TRACE_ID = "webhook.trace-id";

  /** Of which none is a key of the MDC: a log in JSON may refuse two of one name. */
  private static final String KIND = "webhook.kind";

  private static final String DURATION = "webhook.duration-ms";
  private static final String REASON = "webhook.reason";
  private static final String DETAIL = "webhook.detail";
  private static final String ORIGIN = "webhook.origin";
  private static final String LEFT_OUT = "webhook.left-out";

  private static final Logger LOG = LoggerFactory.getLogger("io.gammawebhook.audit");

  private AuditLog() {}

  /** The line of an entry before which none was left out. */
  public static void log(AuditEntry entry) {
    log(entry, null, 0);
  }

  /**
   * @param trace the trace of the event that it is about
   * @param leftOut how many lines like this were left out before it
   */
  static void log(AuditEntry entry, @Nullable TraceContext trace, long leftOut) {
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
              ORDERED,
              CANCELLED,
              PAUSED,
              RESUMED,
              RETIRED,
              REGISTRATION_ORDERED,
              REGISTRATION_CREATED,
              REGISTRATION_UPDATED,
              REGISTRATION_ENABLED,
              REGISTRATION_REMOVED,
              SECRET_MADE,
              SECRET_CHANGED,
              SECRET_RETIRED ->
              false;
          case REJECTED,
              QUARANTINED,
              ATTEMPT_FAILED,
              DEAD,
              REGISTRATION_DISABLED,
              REGISTRATION_FAILED ->
              true;
        };
    if (!(failure ? LOG.isWarnEnabled() : LOG.isInfoEnabled())) {
      return;
    }
    // As one map: each single change would copy it.
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.setContextMap(mdc(before, entry, trace));
    try {
      write(failure ? LOG.atWarn() : LOG.atInfo(), entry, leftOut);
    } finally {
      if (before == null || before.isEmpty()) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    }
  }

  private static Map<String, String> mdc(
      @Nullable Map<String, String> before, AuditEntry entry, @Nullable TraceContext trace) {
    Map<String, String> mdc = before == null ? new HashMap<>() : new HashMap<>(before);
    mdc.put(MDC_SOURCE, entry.source().value());
    put(mdc, MDC_EVENT_ID, entry.eventId() == null ? null : LogText.value(entry.eventId()));
    mdc.put(MDC_REFERENCE, entry.reference().toString());
    put(mdc, MDC_DELIVERY_ID, entry.delivery() == null ? null : entry.delivery().toString());
    put(mdc, MDC_ATTEMPT, entry.attempt() == 0 ? null : Integer.toString(entry.attempt()));
    put(mdc, MDC_SUBSCRIPTION, entry.subject() == null ? null : entry.subject().name().value());
    put(mdc, MDC_TRACE_ID, trace == null ? null : trace.traceId());
    return mdc;
  }

  private static void put(Map<String, String> mdc, String key, @Nullable String value) {
    if (value == null) {
      mdc.remove(key);
    } else {
      mdc.put(key, value);
    }
  }

  private static void write(LoggingEventBuilder line, AuditEntry entry, long leftOut) {
    StringBuilder text = new StringBuilder(160);
    String kind = entry.kind().code();
    add(text, "", kind);
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
    add(text, " left-out=", leftOut == 0 ? null : Long.toString(leftOut));
    withPairs(line, entry, kind, leftOut).log(text.toString());
  }

  private static LoggingEventBuilder withPairs(
      LoggingEventBuilder line, AuditEntry entry, String kind, long leftOut) {
    if (!(LOG instanceof LoggingEventAware)) {
      // SLF4J itself would write them, before the text.
      return line;
    }
    LoggingEventBuilder paired = line.addKeyValue(KIND, kind);
    paired = pair(paired, REASON, entry.reason());
    paired = pair(paired, DETAIL, entry.detail());
    paired = pair(paired, ORIGIN, entry.origin());
    if (entry.delivery() != null) {
      paired = paired.addKeyValue(DURATION, entry.durationMillis());
    }
    return leftOut == 0 ? paired : paired.addKeyValue(LEFT_OUT, leftOut);
  }

  /** Layouts of text put values in double quotes, and let those within them be. */
  private static LoggingEventBuilder pair(
      LoggingEventBuilder line, String key, @Nullable String value) {
    return value == null
        ? line
        : line.addKeyValue(key, LogText.printable(value).replace('"', '\''));
  }

  private static void add(StringBuilder text, String label, @Nullable String value) {
    if (value != null) {
      text.append(label).append(LogText.value(value));
    }
  }
}
