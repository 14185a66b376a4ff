package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.UnsubscribedEvent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is finished goes when its time is over, in small steps; what is not finished stays. */
abstract class RetentionContract extends InboxContract {
  private static final Operator ANN = new Operator("ann", "test");

  private static final SourceName HUB = new SourceName("hub");

  private final ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());
  private final Retention retention = Retention.DEFAULT;

  RetentionContract(TestStore store) {
    super(store);
  }

  /** An event whose reference was made now, by the store's clock. */
  private WebhookEvent eventNow(SourceName source, String id, String type) {
    return new WebhookEvent(
        references.next(store.now()),
        source,
        DedupKey.ofEventId(new EventId(id)),
        new EventId(id),
        type,
        null,
        "application/json",
        Map.of(),
        RawBody.of(("{\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8)));
  }

  private Reference acceptNow(String id) {
    return accepted(eventNow(GAMMA, id, "invoice.paid"));
  }

  /** A whole turn, without the rests. */
  private Removed keepHouse() {
    Housekeeping housekeeping = inbox.housekeeping(retention, 50);
    int steps = 0;
    while (steps++ < 10_000) {
      Housekeeping.Step step = housekeeping.step();
      if (step instanceof Housekeeping.Step.Done done) {
        return done.removed();
      }
      assertThat(step).isInstanceOf(Housekeeping.Step.More.class);
    }
    throw new AssertionError("The turn has no end");
  }

  private void age(Duration by) {
    store.time.advance(by);
  }

  private List<String> bodies() {
    return store.rows("select reference from webhook_body order by reference");
  }

  private List<String> events() {
    return store.rows("select reference from webhook_event order by reference");
  }

  private static String[] texts(Reference... references) {
    return List.of(references).stream().map(Reference::toString).toArray(String[]::new);
  }

  @Test
  void theBodyOfAFinishedEventGoesAtItsTimeAndItsDedupKeyStays() {
    Subscription all = subscribe("all");
    Reference old = acceptNow("evt-1");
    deliver(claimOne(all));
    age(retention.bodies().minusMinutes(5));
    assertThat(keepHouse()).isEqualTo(Removed.NOTHING);
    Reference young = acceptNow("evt-2");
    deliver(claimOne(all));
    age(Duration.ofMinutes(15));

    assertThat(keepHouse()).isEqualTo(new Removed(1, 0, 0, 0, 0, 0));

    assertThat(bodies()).containsExactlyInAnyOrder(texts(young));
    assertThat(events()).containsExactlyInAnyOrder(texts(old, young));
    assertThat(accept(eventNow(GAMMA, "evt-1", "invoice.paid")))
        .isEqualTo(new Acceptance.Duplicate(old, false));
  }

  private DeliveryId replay(DeliveryId delivery) {
    return ((DeliveryOrder.Done) inbox.replay(delivery, ANN)).delivery();
  }

  @Test
  void whatIsNotFinishedStaysHoweverOldAndGoesOnceItIs() {
    Subscription all = subscribe("all");
    inbox.receives(GAMMA, true);
    Reference dead = acceptNow("evt-dead");
    finish(claimOne(all), dead());
    Reference replayed = acceptNow("evt-replayed");
    LeasedDelivery first = claimOne(all);
    finish(first, dead());
    DeliveryId again = replay(first.lease().delivery());
    deliver(claimOne(all));
    assertThat(again.reference()).isEqualTo(replayed);
    Reference retried = acceptNow("evt-retried");
    finish(claimOne(all), new Outcome.Retry(1, Duration.ofDays(3_000).toMillis(), "r", "d"));
    Reference leased = acceptNow("evt-leased");
    LeasedDelivery atWork = claimOne(all);
    Reference waiting = acceptNow("evt-waiting");
    age(Duration.ofDays(1_000));

    assertThat(keepHouse().bodies()).as("the replayed one").isEqualTo(1);

    assertThat(bodies()).containsExactlyInAnyOrder(texts(dead, retried, leased, waiting));
    assertThat(events()).containsExactlyInAnyOrder(texts(dead, retried, leased, waiting));
    assertThat(
            store.rows(
                "select distinct reference from webhook_audit where kind = 'received'"
                    + " order by reference"))
        .as("the history of an open case")
        .containsExactlyInAnyOrder(texts(dead, retried, leased, waiting));
    assertThat(inbox.deadLetters(10)).hasSize(1);
    assertThat(deliver(atWork)).isTrue();
    replay(new DeliveryId(dead, all.number(), 0));
    // The one that waited, and the replay.
    assertThat(claim(all, 10)).hasSize(2).allSatisfy(d -> assertThat(deliver(d)).isTrue());
    age(Duration.ofMinutes(10));

    keepHouse();

    assertThat(bodies()).containsExactlyInAnyOrder(texts(retried));
    assertThat(events()).containsExactlyInAnyOrder(texts(retried));
  }

  @Test
  void aDeadLetterThatWasDiscardedGoesByItsAge() {
    Subscription all = subscribe("all");
    acceptNow("evt-1");
    LeasedDelivery delivery = claimOne(all);
    finish(delivery, dead());
    age(retention.unsubscribed().plusDays(1));
    assertThat(keepHouse()).isEqualTo(Removed.NOTHING);
    inbox.discard(delivery.lease().delivery(), ANN);
    age(Duration.ofMinutes(10));

    assertThat(keepHouse().bodies()).isEqualTo(1);
  }

  @Test
  void anEventThatFinishesLateGoesWithTheOldestSweep() {
    Subscription all = subscribe("all");
    Reference late = acceptNow("evt-1");
    finish(claimOne(all), dead());
    age(retention.bodies().plusDays(1));
    assertThat(keepHouse()).isEqualTo(Removed.NOTHING);
    replay(new DeliveryId(late, all.number(), 0));
    deliver(claimOne(all));
    age(retention.unsubscribed().minus(retention.bodies()));

    assertThat(keepHouse().bodies()).isEqualTo(1);
  }

  @Test
  void anEventThatNobodyWantedIsKeptLongerAndThenNoLateSubscriptionGetsIt() {
    Reference early = acceptNow("evt-1");
    age(retention.unsubscribed().minusHours(1));
    assertThat(keepHouse()).isEqualTo(Removed.NOTHING);
    Reference later = acceptNow("evt-2");
    age(Duration.ofHours(2));

    assertThat(keepHouse()).isEqualTo(new Removed(1, 1, 0, 0, 0, 0));

    assertThat(inbox.unsubscribedEvents(10).stream().map(UnsubscribedEvent::reference))
        .containsExactly(later);
    assertThat(events()).containsExactlyInAnyOrder(texts(early, later));
    Subscription all = subscribe("all");
    assertThat(claim(all, 10).stream().map(d -> d.event().reference())).containsExactly(later);
    assertThat(inbox.deadLetters(10)).isEmpty();
  }

  @Test
  void aDedupKeyLivesLongerWhereNothingSignedHasATime() {
    Subscription gamma = subscribe("all");
    inbox.receives(GAMMA, true);
    inbox.receives(HUB, false);
    acceptNow("evt-1");
    deliver(claimOne(gamma));
    Reference hub = accepted(eventNow(HUB, "evt-1", "x"));
    Reference unspoken = accepted(eventNow(new SourceName("unspoken"), "evt-1", "x"));
    age(retention.dedupKeys().plusMinutes(10));

    assertThat(keepHouse()).isEqualTo(new Removed(3, 2, 1, 0, 0, 0));

    assertThat(events()).containsExactlyInAnyOrder(texts(hub, unspoken));
    assertThat(store.number("select count(*) from webhook_delivery")).isZero();
    assertThat(accept(eventNow(GAMMA, "evt-1", "invoice.paid")))
        .as("accepted as new")
        .isInstanceOf(Acceptance.Accepted.class);
    assertThat(accept(eventNow(HUB, "evt-1", "x"))).isInstanceOf(Acceptance.Duplicate.class);
    age(retention.untimedDedupKeys().minus(retention.dedupKeys()));

    assertThat(keepHouse().events()).isEqualTo(2);

    assertThat(accept(eventNow(HUB, "evt-1", "x"))).isInstanceOf(Acceptance.Accepted.class);
  }

  @Test
  void theAuditGoesByTheAgeOfItsEntries() {
    Subscription all = subscribe("all");
    Reference reference = acceptNow("evt-1");
    deliver(claimOne(all));
    Reference rejected = references.next(store.now());
    join(inbox.record(AuditEntry.of(rejected, AuditKind.REJECTED, GAMMA, null, "no", null)));
    age(retention.audit().minusDays(1));
    accept(eventNow(GAMMA, "evt-1", "invoice.paid"));
    age(Duration.ofDays(1).plusMinutes(1));

    assertThat(keepHouse().audit()).isEqualTo(3);

    assertThat(store.rows("select reference, kind from webhook_audit"))
        .containsExactly(reference + " duplicate");
  }

  @Test
  void expiredIdempotentKeysGo() {
    IdempotentKeys keys = inbox.idempotentKeys();
    for (int i = 0; i < 1_001; i++) {
      keys.take("mail", "expired-" + i, "me", 60_000);
    }
    keys.take("mail", "kept", "me", 60_000);
    keys.confirm("mail", "kept", "me", Duration.ofDays(30).toMillis());
    age(Duration.ofDays(29));

    assertThat(keepHouse().idempotentKeys()).isEqualTo(1_001);

    assertThat(store.rows("select name from webhook_idempotent")).containsExactly("kept");
  }

  @Test
  void aReplayOfAnEventWithoutBodyIsRefusedWithTheReason() {
    Subscription all = subscribe("all");
    Reference reference = acceptNow("evt-1");
    deliver(claimOne(all));
    age(retention.bodies().plusMinutes(1));
    keepHouse();

    assertThat(inbox.replay(new DeliveryId(reference, all.number(), 0), ANN))
        .isEqualTo(new DeliveryOrder.BodyGone());
    assertThat(claim(all, 10)).isEmpty();
  }

  @Test
  void manyRowsGoInManySmallSteps() {
    Subscription all = subscribe("all");
    inbox.receives(GAMMA, true);
    List<CompletionStage<Acceptance>> accepts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      accepts.add(inbox.accept(eventNow(GAMMA, "evt-" + i, "invoice.paid")));
    }
    accepts.forEach(InboxContract::join);
    claim(all, 2_000).forEach(d -> inbox.finish(d, new Outcome.Delivered(1, false)));
    join(inbox.record(AuditEntry.of(references.next(0), AuditKind.REJECTED, GAMMA, "", "", "")));
    age(Duration.ofDays(400));

    Housekeeping housekeeping = inbox.housekeeping(retention, 50);
    long most = 0;
    long before = 2_000;
    while (!(housekeeping.step() instanceof Housekeeping.Step.Done)) {
      long now = store.number("select count(*) from webhook_body");
      most = Math.max(most, before - now);
      before = now;
    }

    assertThat(most).isBetween(1L, 50L);
    assertThat(store.number("select count(*) from webhook_event")).isZero();
    assertThat(store.number("select count(*) from webhook_audit")).isZero();
  }

  @Test
  void acceptingGoesOnWhileManyOldRowsAreDeletedAndNothingNewIs() throws Exception {
    Subscription all = subscribe("all");
    inbox.receives(GAMMA, true);
    List<CompletionStage<Acceptance>> old = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      old.add(inbox.accept(eventNow(GAMMA, "old-" + i, "invoice.paid")));
    }
    old.forEach(InboxContract::join);
    List<CompletionStage<Boolean>> finished = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      claim(all, 1_000)
          .forEach(d -> finished.add(inbox.finish(d, new Outcome.Delivered(1, false))));
    }
    finished.forEach(InboxContract::join);
    age(Duration.ofDays(400));
    AtomicBoolean swept = new AtomicBoolean();
    AtomicInteger fresh = new AtomicInteger();
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int sender = 0; sender < 4; sender++) {
      tasks.add(
          () -> {
            long slowest = 0;
            while (!swept.get() || fresh.get() < 100) {
              long start = System.nanoTime();
              acceptNow("new-" + fresh.incrementAndGet());
              slowest = Math.max(slowest, System.nanoTime() - start);
            }
            return slowest;
          });
    }
    tasks.add(
        () -> {
          Housekeeping housekeeping = inbox.housekeeping(retention, 200);
          while (!(housekeeping.step() instanceof Housekeeping.Step.Done)) {
            Thread.onSpinWait();
          }
          swept.set(true);
          return 0L;
        });

    List<Long> slowest = atOnce(tasks);

    assertThat(slowest).allSatisfy(nanos -> assertThat(nanos).isLessThan(2_000_000_000L));
    assertThat(store.number("select count(*) from webhook_event where event_id like 'old%'"))
        .isZero();
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(fresh.get());
    assertThat(store.number("select count(*) from webhook_delivery")).isEqualTo(fresh.get());
  }

  @Test
  void aReplayAndTheDeletionOfABodyNeverBothWin() throws Exception {
    Subscription all = subscribe("all");
    List<DeliveryId> ended = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      acceptNow("evt-" + i);
    }
    for (LeasedDelivery delivery : claim(all, 400)) {
      deliver(delivery);
      ended.add(delivery.lease().delivery());
    }
    age(retention.bodies().plusMinutes(1));
    AtomicBoolean done = new AtomicBoolean();
    List<DeliveryId> replayed = Collections.synchronizedList(new ArrayList<>());
    Consumer<List<DeliveryId>> replaying =
        deliveries -> {
          for (DeliveryId delivery : deliveries) {
            DeliveryOrder order = inbox.replay(delivery, ANN);
            if (order instanceof DeliveryOrder.Done next) {
              replayed.add(next.delivery());
            } else {
              assertThat(order).isEqualTo(new DeliveryOrder.BodyGone());
            }
          }
        };
    Housekeeping housekeeping = inbox.housekeeping(retention, 7);
    List<Callable<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<DeliveryId> part = ended.subList(i * 100, i * 100 + 100);
      tasks.add(
          () -> {
            replaying.accept(part);
            return done;
          });
    }
    tasks.add(
        () -> {
          Housekeeping.Step step = housekeeping.step();
          while (!(step instanceof Housekeeping.Step.Done)) {
            step = housekeeping.step();
          }
          return step;
        });

    atOnce(tasks);

    List<LeasedDelivery> claimed = claim(all, 400);
    assertThat(claimed).hasSize(replayed.size());
    assertThat(inbox.deadLetters(10)).as("none was claimed without its body").isEmpty();
    assertThat(bodies()).hasSize(replayed.size());
  }
}
