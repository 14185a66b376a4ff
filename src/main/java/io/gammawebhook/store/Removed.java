package io.gammawebhook.store;

/**
 * What retention removed, in rows.
 *
 * @param bodies all bodies
 * @param unsubscribed the events among them that no subscription had wanted
 * @param events with their dedup keys and deliveries
 * @param idempotentKeys expired ones
 * @param quarantined requests that no operator released or discarded
 */
record Removed(
    int bodies, int unsubscribed, int events, int audit, int idempotentKeys, int quarantined) {

  static final Removed NOTHING = new Removed(0, 0, 0, 0, 0, 0);

  Removed plus(Removed other) {
    return new Removed(
        bodies + other.bodies,
        unsubscribed + other.unsubscribed,
        events + other.events,
        audit + other.audit,
        idempotentKeys + other.idempotentKeys,
        quarantined + other.quarantined);
  }
}
