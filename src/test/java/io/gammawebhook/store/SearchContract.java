package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventSearch.AuditPage;
import io.gammawebhook.inbox.EventSearch.Cause;
import io.gammawebhook.inbox.EventSearch.Page;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a search finds, and that it finds nothing else. */
abstract class SearchContract extends InboxContract {

  private final ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());
  private long millis = store.now();

  SearchContract(TestStore store) {
    super(store);
  }

  /** An event of now; each one a millisecond later than the one before. */
  final WebhookEvent event(String source, String id, String type, String body) {
    EventId eventId = new EventId(id);
    return new WebhookEvent(
        references.next(++millis),
        new SourceName(source),
        DedupKey.ofEventId(eventId),
        eventId,
        type,
        null,
        "application/json",
        Map.of("x-request", "of " + source),
        RawBody.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  final Reference received(String id, String type, String body) {
    return accepted(event("gamma", id, type, body));
  }

  final EventFilter filter(String... namesAndValues) {
    Map<String, String> criteria = new java.util.LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      criteria.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return EventFilter.of(criteria, Instant.ofEpochMilli(store.now()));
  }

  private List<String> found(String... namesAndValues) {
    return ids(all(filter(namesAndValues), 100));
  }

  private static List<String> ids(List<FoundEvent> events) {
    return events.stream().map(FoundEvent::eventId).toList();
  }

  /** All pages. */
  private List<FoundEvent> all(EventFilter filter, int limit) {
    List<FoundEvent> found = new ArrayList<>();
    Reference after = null;
    do {
      Page page = inbox.search().events(filter, after, limit);
      assertThat(page.events()).hasSizeLessThanOrEqualTo(limit);
      found.addAll(page.events());
      after = page.next();
    } while (after != null);
    return found;
  }

  final void die(
      Subscription subscription, String reason, String detail, @Nullable String destination) {
    finish(claimOne(subscription), new Outcome.Dead(5, reason, detail, destination));
  }

  @Test
  void everyCriterionNarrowsTheSearch() {
    Subscription orders = subscribe("orders", "order.*");
    // As every source that opens its path says.
    inbox.receives(new SourceName("other"), false);
    received("evt-1", "order.paid", "{\"customer\":{\"email\":\"ann@example.com\"},\"n\":1}");
    deliver(claimOne(orders));
    received("evt-2", "order.Paid", "{\"customer\":{\"email\":\"bob@example.com\"},\"n\":null}");
    die(orders, "http-503", "Attempt 3 of 3: The destination a answered", "https://a.example.com");
    received("evt-3", "order.paid", "no json");
    finish(claimOne(orders), new Outcome.Retry(5, 60_000, "java.net.ConnectException", "refused"));
    received("evt-4", "invoice.paid", "{}");
    accepted(event("other", "evt-1", "order.paid", "{}"));
    received("evt-5", "order.paid", "[1]");

    assertThat(found()).containsExactly("evt-5", "evt-1", "evt-4", "evt-3", "evt-2", "evt-1");
    assertThat(found("source", "other")).containsExactly("evt-1");
    assertThat(found("type", "order.*"))
        .containsExactly("evt-5", "evt-1", "evt-3", "evt-2", "evt-1");
    assertThat(found("type", "order.p*")).containsExactly("evt-5", "evt-1", "evt-3", "evt-1");
    assertThat(found("id", "evt-1")).hasSize(2);
    assertThat(found("id", "evt-1", "source", "gamma")).containsExactly("evt-1");
    assertThat(found("id", "evt-")).isEmpty();
    assertThat(found("state", "delivered")).containsExactly("evt-1");
    assertThat(found("state", "dead")).containsExactly("evt-2");
    assertThat(found("state", "waiting")).containsExactly("evt-5", "evt-3");
    assertThat(found("state", "leased")).isEmpty();
    assertThat(found("state", "unsubscribed")).containsExactly("evt-1", "evt-4");
    assertThat(found("subscription", "orders", "type", "*paid"))
        .containsExactly("evt-5", "evt-3", "evt-1");
    assertThat(found("subscription", "nobody")).isEmpty();
    assertThat(found("reason", "http-*")).containsExactly("evt-2");
    assertThat(found("reason", "*connectexception")).isEmpty();
    assertThat(found("reason", "*ConnectException")).containsExactly("evt-3");
    assertThat(found("reason", "ConnectException")).containsExactly("evt-3");
    assertThat(found("reason", "onnectException")).isEmpty();
    assertThat(found("destination", "https://a.*")).containsExactly("evt-2");
    assertThat(found("match", "$.customer.email=bob@example.com")).containsExactly("evt-2");
    assertThat(found("match", "$[?(@.customer.email == 'ann@example.com')]"))
        .containsExactly("evt-1");
    assertThat(found("match", "$.n")).containsExactly("evt-2", "evt-1");
    assertThat(found("match", "$.customer.email=bob@example.com", "state", "delivered")).isEmpty();
    assertThat(found("state", "dead", "reason", "http-503", "subscription", "orders"))
        .containsExactly("evt-2");
  }

  @Test
  void timesAreThoseOfTheStore() {
    received("evt-1", "t", "{}");
    Instant between = Instant.ofEpochMilli(store.now() + 500);
    store.time.advance(Duration.ofHours(3));
    millis = store.now();
    received("evt-2", "t", "{}");

    assertThat(found("from", between.toString())).containsExactly("evt-2");
    assertThat(found("to", between.toString())).containsExactly("evt-1");
    assertThat(found("from", "2h")).containsExactly("evt-2");
    assertThat(found("from", "4h", "to", "1h")).containsExactly("evt-1");
    assertThat(found("from", "2020-01-01")).containsExactly("evt-2", "evt-1");
    assertThat(found("to", "2020-01-01")).isEmpty();
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      received("evt-" + i, i % 2 == 0 ? "even" : "odd", "{\"n\":" + i + "}");
      sent.add(0, "evt-" + i);
    }

    for (int limit : new int[] {1, 7, 25, 26}) {
      assertThat(ids(all(filter(), limit))).isEqualTo(sent);
      assertThat(ids(all(filter("match", "$.n"), limit))).isEqualTo(sent);
      assertThat(ids(all(filter("state", "unsubscribed"), limit))).isEqualTo(sent);
      assertThat(ids(all(filter("type", "odd"), limit))).hasSize(12);
    }
    assertThat(inbox.search().events(filter("type", "odd"), null, 100).lookedAt()).isEqualTo(25);
  }

  /** An event stands as its newest runs do. */
  @Test
  void anEventHasTheStateOfItsNewestRuns() {
    Subscription orders = subscribe("orders");
    Subscription ledger = subscribe("ledger");
    Reference reference = received("evt-1", "t", "{}");
    die(orders, "http-410", "Gone", null);
    deliver(claimOne(ledger));
    FoundEvent event = inbox.search().find(reference).orElseThrow().summary();
    assertThat(event.state()).isEqualTo(EventState.DEAD);

    inbox.replay(event.deliveries().get(0).delivery(), new Operator("ann", "again"));
    assertThat(found("state", "dead")).isEmpty();
    assertThat(found("state", "waiting")).containsExactly("evt-1");
    deliver(claimOne(orders));

    event = inbox.search().find(reference).orElseThrow().summary();
    assertThat(event.state()).isEqualTo(EventState.DELIVERED);
    assertThat(event.deliveries())
        .extracting(d -> d.subscription() + " " + d.delivery().run() + " " + d.state().text())
        .containsExactly("orders 0 dead", "orders 1 delivered", "ledger 0 delivered");
    assertThat(found("state", "dead")).isEmpty();
    assertThat(inbox.search().find(Reference.lowest(7))).isEmpty();
  }

  @Test
  void aWholeEventHasWhatWasStored() {
    Reference reference = received("evt-1", "t", "{\"a\":1}");

    var whole = inbox.search().find(reference).orElseThrow();

    assertThat(whole.event().headers()).containsEntry("x-request", "of gamma");
    assertThat(new String(whole.event().body().bytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":1}");
    assertThat(whole.summary().bytes()).isEqualTo(7);
    store.execute("delete from webhook_body");
    assertThat(inbox.search().find(reference).orElseThrow().summary().bytes()).isEqualTo(-1);
    assertThat(found("match", "$.a")).isEmpty();
  }

  @Test
  void deadLettersAreGroupedByWhatTheyDiedOf() {
    Subscription orders = subscribe("orders");
    Subscription ledger = subscribe("ledger");
    for (int i = 0; i < 3; i++) {
      received("evt-" + i, "order." + i, "{}");
      die(
          orders,
          "http-503",
          "Attempt 8 of 8: The destination a answered HTTP 503 for '" + i + "'",
          "https://a");
      die(ledger, "java.sql.SQLException", "ERROR: row " + i, null);
      store.time.advance(Duration.ofSeconds(10));
    }
    received("evt-9", "order.9", "{}");
    die(orders, "http-503", "Attempt 8 of 8: The destination b answered HTTP 503", "https://b");

    var causes = inbox.search().causes(null, null);

    assertThat(causes.complete()).isTrue();
    assertThat(causes.lookedAt()).isEqualTo(7);
    assertThat(causes.causes())
        .extracting(
            c -> c.count() + " " + c.subscription() + " " + c.destination() + " " + c.shape())
        .containsExactlyInAnyOrder(
            "3 orders https://a The destination a answered HTTP … for …",
            "3 ledger null ERROR: row …",
            "1 orders https://b The destination b answered HTTP …");
    Cause first = inbox.search().causes(GAMMA, orders.name()).causes().get(0);
    assertThat(first.eventTypes()).containsExactly("order.0", "order.1", "order.2");
    assertThat(first.lastSeen() - first.firstSeen()).isBetween(20_000L, 25_000L);
    assertThat(inbox.search().causes(new SourceName("other"), null).causes()).isEmpty();

    inbox.replay(
        io.gammawebhook.event.DeliveryId.parse(first.example()), new Operator("ann", "again"));
    assertThat(inbox.search().causes(GAMMA, orders.name()).causes().get(0).count()).isEqualTo(2);
  }

  @Test
  void theAuditIsFoundByKindSourceOperatorAndTime() {
    Subscription orders = subscribe("orders");
    Reference reference = received("evt-1", "t", "{}");
    LeasedDelivery leased = claimOne(orders);
    finish(leased, dead());
    Operator ann = new Operator("ann", "repaired", "ann@10.0.0.7");
    inbox.replay(leased.lease().delivery(), ann);
    inbox.replay(leased.lease().delivery(), new Operator("bob", "late"));
    join(
        inbox.record(
            AuditEntry.of(
                references.next(++millis),
                AuditKind.REJECTED,
                new SourceName("other"),
                null,
                "signature-mismatch",
                null)));
    store.time.advance(Duration.ofSeconds(1));
    inbox.change(
        GAMMA,
        orders.name(),
        io.gammawebhook.inbox.SubscriptionState.PAUSED,
        new Operator("bob", "moving"));

    assertThat(kinds(audit(Set.of(), null, null, null)))
        .containsExactly("paused", "rejected", "replayed", "dead", "attempt_failed", "received");
    assertThat(kinds(audit(Set.of("rejected"), null, null, null))).containsExactly("rejected");
    assertThat(kinds(audit(Set.of(), "other", null, null))).containsExactly("rejected");
    assertThat(kinds(audit(AuditFilter.OPERATORS, null, null, null)))
        .containsExactly("paused", "replayed");
    assertThat(kinds(audit(Set.of(), null, "ann", null))).containsExactly("replayed");
    assertThat(kinds(audit(Set.of(), null, null, reference)))
        .containsExactly("replayed", "dead", "attempt_failed", "received");
    var replayed = audit(Set.of("replayed"), null, null, null).get(0);
    assertThat(replayed.reference()).isEqualTo(reference);
    assertThat(replayed.row().origin()).isEqualTo("ann@10.0.0.7");
    assertThatThrownBy(() -> inbox.search().audit(none(), "x", 10))
        .hasMessageContaining("'after' is malformed");
  }

  private static AuditFilter none() {
    return new AuditFilter(Set.of(), null, null, null, null, null);
  }

  private static List<String> kinds(List<AuditPage.Entry> entries) {
    return entries.stream().map(entry -> entry.row().kind()).toList();
  }

  /** All pages of two. */
  private List<AuditPage.Entry> audit(
      Set<String> kinds,
      @Nullable String source,
      @Nullable String who,
      @Nullable Reference reference) {
    AuditFilter filter =
        new AuditFilter(
            kinds, source == null ? null : new SourceName(source), who, null, null, reference);
    List<AuditPage.Entry> entries = new ArrayList<>();
    String after = null;
    do {
      AuditPage page = inbox.search().audit(filter, after, 2);
      entries.addAll(page.entries());
      after = page.next();
    } while (after != null);
    return entries;
  }
}
