package io.gammawebhook.audit;

import java.util.Locale;

/** What happened. The names are stored, so they never change; new ones may come. */
public enum AuditKind {
  /** A verified event was stored. */
  RECEIVED,
  /** The same dedup key came again; not stored, answered 2xx. */
  DUPLICATE,
  /** A request failed verification; nothing of it was stored. */
  REJECTED,
  /** A request failed verification, and was kept apart for an operator; no event was stored. */
  QUARANTINED,
  /** An operator verified a quarantined request once more, and it became an event. */
  RELEASED,
  /** A sender's handshake was answered; nothing of it was stored. The reason is its name. */
  HANDSHAKE,
  /** One try of a delivery failed; the reason and the next due time are in the detail. */
  ATTEMPT_FAILED,
  /** A route wrote a fact of its own about the delivery at work. The reason is the fact's name. */
  NOTED,
  /** A route completed the delivery. */
  DELIVERED,
  /** The delivery used up its attempts, or failed for good. */
  DEAD,
  /** An operator made a delivery go again. */
  REPLAYED,
  /** An operator made a waiting delivery due at once. */
  MADE_DUE,
  /** An operator settled a dead letter without a replay, or threw a quarantined request away. */
  DISCARDED,
  /** An operator ordered something for many events; the reference is that of the operation. */
  ORDERED,
  /** An operator ended such an order. */
  CANCELLED,
  /** An operator erased an event's or a quarantined request's body and headers. */
  ERASED,
  /** An operator paused a subscription: its events are accepted and wait. */
  PAUSED,
  /** An operator made a subscription active again. */
  RESUMED,
  /** An operator retired a subscription: it gets no events any more. */
  RETIRED,
  /** An operator ordered something for a registration; the reference is the order's own. */
  REGISTRATION_ORDERED,
  /** Our entry was made at a sender's API, or found there and taken as ours. */
  REGISTRATION_CREATED,
  /** Our entry was changed at a sender's API. */
  REGISTRATION_UPDATED,
  /** Our entry was found switched off at a sender's API. */
  REGISTRATION_DISABLED,
  /** Our entry was switched on again by rule or by an order. */
  REGISTRATION_ENABLED,
  /** An entry of ours was deleted at a sender's API: a double, a replaced one, or by an order. */
  REGISTRATION_REMOVED,
  /** A registration came into a state that somebody has to look at. */
  REGISTRATION_FAILED,
  /** A managed secret was made or received; it verifies from now on. */
  SECRET_MADE,
  /** A sender's API signs with a managed secret from now on. */
  SECRET_CHANGED,
  /** A managed secret was removed: unused, too old, one too many, or by an order. */
  SECRET_RETIRED;

  private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The name as it is logged. */
  String code() {
    return code;
  }
}
