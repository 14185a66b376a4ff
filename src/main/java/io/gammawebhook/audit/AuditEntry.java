package io.gammawebhook.audit;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import org.jspecify.annotations.Nullable;

/**
 * One fact, written in the transaction of what it tells and never changed. It holds no secret and
 * no body.
 *
 * @param reference the request or event that it is about
 * @param kind what happened
 * @param source the source concerned
 * @param eventId the sender's id, if known
 * @param delivery the delivery concerned, if one is
 * @param attempt 1-based, or 0 where no attempt is concerned
 * @param durationMillis how long the attempt took, or 0
 * @param reason a short fixed code, such as {@code stale-timestamp} or an exception's class name
 * @param detail a sentence for people, bounded to {@value #MAX_DETAIL} characters
 */
public record AuditEntry(
    Reference reference,
    AuditKind kind,
    SourceName source,
    @Nullable String eventId,
    @Nullable DeliveryId delivery,
    int attempt,
    long durationMillis,
    @Nullable String reason,
    @Nullable String detail) {

  public static final int MAX_DETAIL = 500;

  public AuditEntry {
    if (detail != null && detail.length() > MAX_DETAIL) {
      detail = detail.substring(0, MAX_DETAIL);
    }
  }

  /** An entry about a request or event, without a delivery. */
  public static AuditEntry of(
      Reference reference,
      AuditKind kind,
      SourceName source,
      @Nullable String eventId,
      @Nullable String reason,
      @Nullable String detail) {
    return new AuditEntry(reference, kind, source, eventId, null, 0, 0, reason, detail);
  }
}
