package io.gammawebhook.audit;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
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
 * @param subject the subscription concerned, where no delivery names it
 * @param origin from where an operator acted, if one did and it is known
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
    @Nullable String detail,
    @Nullable Subject subject,
    @Nullable String origin) {

  public static final int MAX_DETAIL = 500;

  /**
   * A subscription that an entry is about.
   *
   * @param number the store's number for it
   */
  public record Subject(int number, SubscriptionName name) {}

  public AuditEntry {
    if (detail != null && detail.length() > MAX_DETAIL) {
      detail = detail.substring(0, MAX_DETAIL);
    }
  }

  /** An entry about an event, a request or a delivery. */
  public AuditEntry(
      Reference reference,
      AuditKind kind,
      SourceName source,
      @Nullable String eventId,
      @Nullable DeliveryId delivery,
      int attempt,
      long durationMillis,
      @Nullable String reason,
      @Nullable String detail) {
    this(
        reference,
        kind,
        source,
        eventId,
        delivery,
        attempt,
        durationMillis,
        reason,
        detail,
        null,
        null);
  }

  /** What an operator did to a subscription. */
  public static AuditEntry ofSubscription(
      Reference reference, AuditKind kind, SourceName source, Subject subject, Operator operator) {
    return new AuditEntry(
        reference,
        kind,
        source,
        null,
        null,
        0,
        0,
        operator.who(),
        operator.why(),
        subject,
        operator.origin());
  }

  /**
   * What an operator did to an event, a delivery or a request.
   *
   * @param delivery the delivery concerned; null if the whole event or request is
   */
  public static AuditEntry ofOperator(
      Reference reference,
      AuditKind kind,
      SourceName source,
      @Nullable String eventId,
      @Nullable DeliveryId delivery,
      Operator operator) {
    return new AuditEntry(
        reference,
        kind,
        source,
        eventId,
        delivery,
        0,
        0,
        operator.who(),
        operator.why(),
        null,
        operator.origin());
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
