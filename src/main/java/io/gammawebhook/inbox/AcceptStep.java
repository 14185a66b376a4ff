package io.gammawebhook.inbox;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Dialect.EventKey;
import io.gammawebhook.inbox.Dialect.StoredKey;
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
  private final Subscriptions subscriptions;
  private final long leaseMillis;

  AcceptStep(Dialect dialect, Subscriptions subscriptions, long leaseMillis) {
    this.dialect = dialect;
    this.subscriptions = subscriptions;
    this.leaseMillis = leaseMillis;
  }

  void run(Batch batch, List<Write.Accept> accepts) throws SQLException {
    if (accepts.isEmpty()) {
      return;
    }
    dialect.beginAccept(batch.connection());
    Subscriptions.Active active = subscriptions.read(batch.connection());

    // In the order of the keys, so that two nodes with the same events cannot deadlock. Copies
    // within the batch follow the first one.
    Map<EventKey, Write.Accept> firsts = new TreeMap<>();
    for (Write.Accept accept : accepts) {
      firsts.putIfAbsent(EventKey.of(accept.event()), accept);
    }
    Set<Reference> inserted = insertEvents(batch, active, firsts);
    Map<EventKey, StoredKey> stored = findStored(batch, firsts, inserted);
    insertBodies(batch, firsts, inserted);
    insertDeliveries(batch, active, firsts, inserted);
    for (Write.Accept accept : accepts) {
      answer(batch, active, accept, inserted, stored, firsts);
    }
  }

  private Set<Reference> insertEvents(
      Batch batch, Subscriptions.Active active, Map<EventKey, Write.Accept> firsts)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Write.Accept accept : firsts.values()) {
      WebhookEvent e = accept.event();
      rows.add(
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
            active.wanting(e.source(), e.eventType()).isEmpty() ? 0L : 1L
          });
    }
    return dialect.insertNewEvents(batch.connection(), rows);
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

  private void insertBodies(
      Batch batch, Map<EventKey, Write.Accept> firsts, Set<Reference> inserted)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Write.Accept accept : firsts.values()) {
      if (inserted.contains(accept.event().reference())) {
        rows.add(
            new @Nullable Object[] {accept.event().reference(), accept.event().body().bytes()});
      }
    }
    dialect.insert(batch.connection(), Table.BODY, rows);
  }

  private void insertDeliveries(
      Batch batch,
      Subscriptions.Active active,
      Map<EventKey, Write.Accept> firsts,
      Set<Reference> inserted)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Write.Accept accept : firsts.values()) {
      WebhookEvent event = accept.event();
      if (inserted.contains(event.reference())) {
        for (Subscription subscription : active.wanting(event.source(), event.eventType())) {
          rows.add(delivery(batch, event, subscription, active.handOff(subscription)));
        }
      }
    }
    dialect.insert(batch.connection(), Table.DELIVERY, rows);
  }

  /** Leased to a local worker whose permit is reserved now, or waiting. */
  private @Nullable Object[] delivery(
      Batch batch, WebhookEvent event, Subscription subscription, @Nullable HandOff handOff) {
    boolean leased = handOff != null && handOff.tryReserve();
    if (handOff != null && leased) {
      DeliveryId id = new DeliveryId(event.reference(), subscription.number(), 0);
      LeasedDelivery delivery = new LeasedDelivery(new Lease(id, 1, 1), event, batch.now());
      batch.ifNotCommitted(handOff::cancel);
      batch.afterCommit(() -> handOff.deliver(delivery));
    } else if (handOff != null) {
      batch.afterCommit(handOff::waiting);
    }
    return new @Nullable Object[] {
      event.reference(),
      (long) subscription.number(),
      0L,
      leased ? "leased" : "waiting",
      leased ? 1L : 0L,
      leased ? 1L : 0L,
      leased ? batch.now() + leaseMillis : batch.now(),
      leased ? batch.node() : null,
      batch.now()
    };
  }

  private static void answer(
      Batch batch,
      Subscriptions.Active active,
      Write.Accept accept,
      Set<Reference> inserted,
      Map<EventKey, StoredKey> stored,
      Map<EventKey, Write.Accept> firsts) {
    WebhookEvent event = accept.event();
    EventKey key = EventKey.of(event);
    if (accept.equals(firsts.get(key)) && inserted.contains(event.reference())) {
      boolean wanted = !active.wanting(event.source(), event.eventType()).isEmpty();
      audit(batch, event.reference(), AuditKind.RECEIVED, event, wanted ? null : "no-subscription");
      batch.afterCommit(() -> accept.done().complete(new Acceptance.Accepted(event.reference())));
      return;
    }
    StoredKey first = first(key, stored, firsts, inserted);
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
    audit(batch, first.reference(), AuditKind.DUPLICATE, event, differs ? "body-differs" : null);
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

  private static void audit(
      Batch batch,
      Reference reference,
      AuditKind kind,
      WebhookEvent event,
      @Nullable String reason) {
    String eventId = event.eventId() == null ? null : event.eventId().value();
    batch.audit(AuditEntry.of(reference, kind, event.source(), eventId, reason, event.eventType()));
  }
}
