package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.store.Dialect.EventKey;
import io.gammawebhook.store.Dialect.StoredKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores the events of a batch: the insert of the event is the deduplication, and its deliveries go
 * into the same transaction.
 */
final class AcceptStep {

  private final Dialect dialect;
  private final long leaseMillis;
  private final DuplicateAudit duplicateAudit;

  AcceptStep(Dialect dialect, long leaseMillis) {
    this.dialect = dialect;
    this.leaseMillis = leaseMillis;
    this.duplicateAudit = new DuplicateAudit(dialect);
  }

  /**
   * @param active the subscriptions that the batch's transaction began with
   */
  void run(Batch batch, Subscriptions.Active active, List<Write.Accept> accepts)
      throws SQLException {
    // In the order of the keys, so that two nodes with the same events cannot deadlock. Copies
    // within the batch follow the first one.
    Map<EventKey, Write.Accept> firsts = new TreeMap<>();
    for (Write.Accept accept : accepts) {
      firsts.putIfAbsent(EventKey.of(accept.event()), accept);
    }
    Dialect.NewRows rows = new Dialect.NewRows();
    List<Reservation> reservations = new ArrayList<>();
    for (Write.Accept accept : firsts.values()) {
      addRows(batch, accept, active, rows, reservations);
    }
    Set<Reference> inserted = dialect.insertNew(batch.connection(), rows);
    reservations.forEach(reservation -> reservation.settle(batch, inserted));
    Map<EventKey, StoredKey> stored = findStored(batch, firsts, inserted);
    List<AuditEntry> duplicates = new ArrayList<>();
    for (Write.Accept accept : accepts) {
      answer(batch, active, accept, inserted, stored, firsts, duplicates);
    }
    duplicateAudit.add(batch, duplicates);
  }

  /** The rows of an event, should its key be new. */
  private void addRows(
      Batch batch,
      Write.Accept accept,
      Subscriptions.Active active,
      Dialect.NewRows rows,
      List<Reservation> reservations) {
    WebhookEvent e = accept.event();
    List<Subscription> wanting = active.wanting(e.source(), e.eventType());
    rows.events()
        .add(
            new @Nullable Object[] {
              e.reference(),
              e.source().value(),
              e.dedupKey().value(),
              e.eventId() == null ? null : StorableText.ofNullable(e.eventId().value()),
              StorableText.ofNullable(e.eventType()),
              StorableText.ofNullable(e.orderingKey()),
              StorableText.ofNullable(e.contentType()),
              HeadersJson.write(e.headers()),
              batch.now(),
              accept.bodySha256(),
              wanting.isEmpty() ? 0L : 1L,
              e.trace() == null ? null : e.trace().parent(),
              e.trace() == null ? null : e.trace().state()
            });
    rows.bodies().add(new @Nullable Object[] {e.reference(), e.body().bytes()});
    rows.audit().add(batch.auditRow(received(e, wanting)));
    for (Subscription subscription : wanting) {
      Reservation reservation = new Reservation(e, subscription, active.handOff(subscription));
      reservations.add(reservation);
      batch.ifNotCommitted(reservation::cancel);
      rows.deliveries().add(delivery(batch, reservation));
    }
  }

  private Map<EventKey, StoredKey> findStored(
      Batch batch, Map<EventKey, Write.Accept> firsts, Set<Reference> inserted)
      throws SQLException {
    List<WebhookEvent> known =
        firsts.values().stream()
            .map(Write.Accept::event)
            .filter(event -> !inserted.contains(event.reference()))
            .toList();
    return known.isEmpty() ? Map.of() : dialect.findByKey(batch.connection(), known);
  }

  /** Leased to a local worker whose permit is reserved now, or waiting. */
  private @Nullable Object[] delivery(Batch batch, Reservation reservation) {
    boolean leased = reservation.reserve();
    return new @Nullable Object[] {
      reservation.event.reference(),
      (long) reservation.subscription.number(),
      0L,
      leased ? "leased" : "waiting",
      leased ? 1L : 0L,
      leased ? 1L : 0L,
      leased ? batch.now() + leaseMillis : batch.now(),
      leased ? batch.node() : null,
      batch.now()
    };
  }

  /** A worker's permit for a delivery that is being stored. Used by one thread at a time. */
  private static final class Reservation {
    private final WebhookEvent event;
    private final Subscription subscription;
    private final @Nullable HandOff handOff;
    private boolean reserved;

    Reservation(WebhookEvent event, Subscription subscription, @Nullable HandOff handOff) {
      this.event = event;
      this.subscription = subscription;
      this.handOff = handOff;
    }

    boolean reserve() {
      reserved = handOff != null && handOff.tryReserve();
      return reserved;
    }

    void cancel() {
      if (handOff != null && reserved) {
        reserved = false;
        handOff.cancel();
      }
    }

    /** Hands over what was new after the commit; the permit of a duplicate is not needed. */
    void settle(Batch batch, Set<Reference> inserted) {
      HandOff to = handOff;
      if (to == null) {
        return;
      }
      if (!inserted.contains(event.reference())) {
        cancel();
      } else if (reserved) {
        DeliveryId id = new DeliveryId(event.reference(), subscription.number(), 0);
        LeasedDelivery delivery =
            new LeasedDelivery(new Lease(id, 1, 1), event, batch.now(), batch.beganNanos());
        batch.afterCommit(() -> to.deliver(delivery));
      } else {
        batch.afterCommit(to::waiting);
      }
    }
  }

  private static void answer(
      Batch batch,
      Subscriptions.Active active,
      Write.Accept accept,
      Set<Reference> inserted,
      Map<EventKey, StoredKey> stored,
      Map<EventKey, Write.Accept> firsts,
      List<AuditEntry> duplicates) {
    WebhookEvent event = accept.event();
    EventKey key = EventKey.of(event);
    if (accept.equals(firsts.get(key)) && inserted.contains(event.reference())) {
      batch.log(received(event, active.wanting(event.source(), event.eventType())), event.trace());
      batch.afterCommit(() -> accept.done().complete(new Acceptance.Accepted(event.reference())));
      return;
    }
    StoredKey first = first(key, stored, firsts, inserted);
    if (first == null && accept.decided()) {
      throw new IllegalStateException("The event's dedup key was there, and is gone: try again");
    }
    if (first == null) {
      // Deleted between the insert and the look-up: the sender's retry will find its place.
      batch.afterCommit(
          () ->
              accept
                  .done()
                  .complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.STORE_DOWN)));
      return;
    }
    boolean differs = !Arrays.equals(first.bodySha256(), accept.bodySha256());
    duplicates.add(
        entry(first.reference(), AuditKind.DUPLICATE, event, differs ? "body-differs" : null));
    batch.afterCommit(
        () -> accept.done().complete(new Acceptance.Duplicate(first.reference(), differs)));
  }

  private static @Nullable StoredKey first(
      EventKey key,
      Map<EventKey, StoredKey> stored,
      Map<EventKey, Write.Accept> firsts,
      Set<Reference> inserted) {
    StoredKey known = stored.get(key);
    Write.Accept first = firsts.get(key);
    if (known == null && first != null && inserted.contains(first.event().reference())) {
      return new StoredKey(first.event().reference(), first.bodySha256());
    }
    return known;
  }

  private static AuditEntry received(WebhookEvent event, List<Subscription> wanting) {
    return entry(
        event.reference(), AuditKind.RECEIVED, event, wanting.isEmpty() ? "no-subscription" : null);
  }

  private static AuditEntry entry(
      Reference reference, AuditKind kind, WebhookEvent event, @Nullable String reason) {
    String eventId = event.eventId() == null ? null : event.eventId().value();
    return AuditEntry.of(reference, kind, event.source(), eventId, reason, event.eventType());
  }
}
