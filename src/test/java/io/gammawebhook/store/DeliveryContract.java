package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Claim, renew, finish, and the hand-off to local workers. */
abstract class DeliveryContract extends InboxContract {

  private static final Duration LEASE = InboxSettings.DEFAULT_LEASE;

  DeliveryContract(TestStore store) {
    super(store);
  }

  @Test
  void aClaimRaisesAttemptAndEpochOldestDueFirst() {
    Subscription all = subscribe("all");
    List<Reference> accepted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      accepted.add(accepted(event("evt-" + i)));
      store.time.advance(Duration.ofMillis(10));
    }

    List<LeasedDelivery> first = claim(all, 3);

    assertThat(first.stream().map(d -> d.event().reference()))
        .containsExactlyElementsOf(accepted.subList(0, 3));
    assertThat(first)
        .allSatisfy(d -> assertThat(d.lease().attempt()).isEqualTo(1))
        .allSatisfy(d -> assertThat(d.lease().epoch()).isEqualTo(1));
    assertThat(claim(all, 3).stream().map(d -> d.event().reference()))
        .containsExactlyElementsOf(accepted.subList(3, 5));
    assertThat(claim(all, 3)).isEmpty();
  }

  @Test
  void aClaimTakesNoMoreBodiesThanABatchHasRoomForAndAtLeastOne() {
    Subscription all = subscribe("all");
    byte[] large = new byte[InboxSettings.DEFAULT_MAX_BATCH_BYTES / 4 * 3];
    for (int i = 0; i < 4; i++) {
      accepted(event(GAMMA, "evt-" + i, "t", large));
      store.time.advance(Duration.ofMillis(10));
    }
    accepted(event(GAMMA, "evt-4", "t", new byte[InboxSettings.DEFAULT_MAX_BATCH_BYTES * 2]));

    Claimed first = join(inbox.claim(all, 10));

    assertThat(first.deliveries()).hasSize(2);
    assertThat(first.nextDueInMillis()).isZero();
    assertThat(claim(all, 10)).hasSize(2);
    assertThat(claim(all, 10)).hasSize(1);
  }

  @Test
  void aRetryQueuesByItsDueTimeNotByItsAge() {
    Subscription all = subscribe("all");
    for (int i = 0; i < 3; i++) {
      accepted(event("evt-" + i));
      store.time.advance(Duration.ofMillis(10));
    }
    List<LeasedDelivery> first = claim(all, 3);
    finish(first.get(0), new Outcome.Retry(1, 3_000, "r", "d"));
    finish(first.get(1), new Outcome.Retry(1, 1_000, "r", "d"));
    finish(first.get(2), new Outcome.Retry(1, 2_000, "r", "d"));
    store.time.advance(Duration.ofSeconds(4));

    assertThat(claim(all, 3).stream().map(d -> String.valueOf(d.event().eventId())))
        .containsExactly("evt-1", "evt-2", "evt-0");
  }

  @Test
  void aDeliveryWhoseEventIsGoneIsDeadAndKeepsNoOtherFromItsClaim() {
    Subscription all = subscribe("all");
    Reference gone = accepted(event("evt-1"));
    Reference kept = accepted(event("evt-2"));
    store.execute("delete from webhook_body where reference = '" + gone + "'");

    assertThat(claim(all, 10).stream().map(d -> d.event().reference())).containsExactly(kept);

    assertThat(inbox.deadLetters(10))
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).isEqualTo("event-lost"));
    assertThat(store.rows("select kind from webhook_audit where reason = 'event-lost'"))
        .containsExactly("dead");
  }

  @Test
  void theHistoryIsTheLatestOfAnEventInTheOrderOfWhatHappened() {
    Subscription all = subscribe("all");
    Reference reference = accepted(event("evt-1"));
    accepted(event("evt-2"));
    LeasedDelivery delivery = claim(all, 1).get(0);
    store.time.advance(Duration.ofMillis(10));
    join(
        inbox.record(
            new AuditEntry(
                reference,
                AuditKind.NOTED,
                GAMMA,
                "evt-1",
                delivery.lease().delivery(),
                1,
                0,
                "booked",
                "as 4711")));
    finish(delivery, new Outcome.Delivered(14, false));

    List<AuditRow> history = inbox.history(reference, 10);

    assertThat(history)
        .extracting(AuditRow::kind)
        .containsExactly("received", "noted", "delivered");
    assertThat(inbox.history(reference, 2)).isEqualTo(history.subList(1, 3));
    assertThat(history.get(0).delivery()).isNull();
    assertThat(history.get(1))
        .isEqualTo(
            new AuditRow(
                history.get(1).at(),
                "noted",
                GAMMA,
                "evt-1",
                delivery.lease().delivery(),
                new SubscriptionName("all"),
                1,
                0,
                "booked",
                "as 4711",
                history.get(0).node(),
                null));
    assertThat(history.get(1).at()).isBetween(history.get(0).at() + 10, history.get(2).at());
    assertThat(history.get(2).durationMillis()).isEqualTo(14);
    assertThat(inbox.history(Reference.parse("01a20fb1-6c83-7074-a275-a13807c62a78"), 10))
        .isEmpty();
  }

  @Test
  void aClaimSaysWhenTheNextMayBeDue() {
    Subscription all = subscribe("all");
    assertThat(join(inbox.claim(all, 1)).nextDueInMillis()).isEqualTo(Long.MAX_VALUE);
    accepted(event("evt-1"));
    accepted(event("evt-2"));

    assertThat(join(inbox.claim(all, 1)).nextDueInMillis()).isZero();
    // Two may be asked for and one is there: the next is due when a lease ends.
    assertThat(join(inbox.claim(all, 2)).nextDueInMillis())
        .isBetween(LEASE.toMillis() - 5_000, LEASE.toMillis());
  }

  @Test
  void concurrentClaimsNeverGetTheSameDelivery() throws Exception {
    Subscription all = subscribe("all");
    for (int i = 0; i < 200; i++) {
      accepted(event("evt-" + i));
    }
    Callable<List<LeasedDelivery>> claims =
        () -> {
          List<LeasedDelivery> mine = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            mine.addAll(claim(all, 7));
          }
          return mine;
        };

    List<LeasedDelivery> got =
        atOnce(Collections.nCopies(6, claims)).stream().flatMap(List::stream).toList();

    assertThat(got).hasSize(200);
    assertThat(new HashSet<>(got.stream().map(LeasedDelivery::lease).toList())).hasSize(200);
  }

  @Test
  void anExpiredLeaseIsClaimedAgainAndTheOldOwnerIsRefused() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    LeasedDelivery first = claimOne(all);
    store.time.advance(LEASE.minusSeconds(5));
    assertThat(claim(all, 1)).isEmpty();
    store.time.advance(Duration.ofSeconds(6));

    LeasedDelivery second = claimOne(all);

    assertThat(second.lease().attempt()).isEqualTo(2);
    assertThat(second.lease().epoch()).isEqualTo(2);
    List<String> before = store.rows("select * from webhook_delivery");
    List<String> audit = store.auditKinds();
    assertThat(deliver(first)).isFalse();
    assertThat(finish(first, dead())).isFalse();
    assertThat(finish(first, new Outcome.Released())).isFalse();
    assertThat(store.rows("select * from webhook_delivery")).isEqualTo(before);
    assertThat(store.auditKinds()).isEqualTo(audit);
    assertThat(deliver(second)).isTrue();
  }

  @Test
  void anOldAndTheNewOwnerFinishingAtOnceAreNotMixedUp() {
    Subscription all = subscribe("all");
    for (int round = 0; round < 20; round++) {
      accepted(event("evt-" + round));
      LeasedDelivery old = claimOne(all);
      store.time.advance(LEASE.plusSeconds(1));
      LeasedDelivery current = claimOne(all);

      // All in the line together, so that some share a transaction.
      List<CompletionStage<Boolean>> late = new ArrayList<>();
      late.add(inbox.finish(old, dead()));
      CompletionStage<Boolean> inTime = inbox.finish(current, new Outcome.Delivered(1, false));
      late.add(inbox.finish(old, new Outcome.Released()));

      assertThat(join(inTime)).isTrue();
      assertThat(late).noneMatch(InboxContract::join);
    }
    assertThat(store.rows("select distinct state from webhook_delivery"))
        .containsExactly("delivered");
  }

  @Test
  void anAttemptEndsOnce() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    LeasedDelivery delivery = claimOne(all);

    CompletionStage<Boolean> first = inbox.finish(delivery, new Outcome.Delivered(5, false));
    CompletionStage<Boolean> second = inbox.finish(delivery, dead());

    assertThat(List.of(join(first), join(second))).containsExactlyInAnyOrder(true, false);
    assertThat(deliver(delivery)).isFalse();
  }

  @Test
  void aReleasedAttemptDoesNotCount() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));

    assertThat(finish(claimOne(all), new Outcome.Released())).isTrue();

    LeasedDelivery again = claimOne(all);
    assertThat(again.lease().attempt()).isEqualTo(1);
    assertThat(again.lease().epoch()).isEqualTo(2);
    assertThat(store.auditKinds()).containsExactly("received");
  }

  @Test
  void aRetryIsNotDueBeforeItsDelay() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    finish(claimOne(all), new Outcome.Retry(5, 60_000, "http-503", "Busy"));
    store.time.advance(Duration.ofSeconds(50));

    Claimed tooEarly = join(inbox.claim(all, 1));

    assertThat(tooEarly.deliveries()).isEmpty();
    assertThat(tooEarly.nextDueInMillis()).isBetween(1L, 10_000L);
    store.time.advance(Duration.ofSeconds(10));
    assertThat(claimOne(all).lease().attempt()).isEqualTo(2);
  }

  @Test
  void renewingExtendsALease() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    Lease lease = claimOne(all).lease();
    store.time.advance(LEASE.minusSeconds(5));

    assertThat(join(inbox.renew(List.of(lease)))).containsExactly(lease);

    store.time.advance(LEASE.minusSeconds(5));
    assertThat(claim(all, 1)).isEmpty();
  }

  @Test
  void aLostLeaseIsNotRenewed() {
    Subscription all = subscribe("all");
    for (int i = 0; i < 3; i++) {
      accepted(event("evt-" + i));
    }
    LeasedDelivery lost = claimOne(all);
    store.time.advance(LEASE.plusSeconds(1));
    List<LeasedDelivery> current = claim(all, 3);
    LeasedDelivery ended = current.get(0);
    deliver(ended);
    Set<Lease> asked = new HashSet<>(current.stream().map(LeasedDelivery::lease).toList());
    asked.add(lost.lease());

    assertThat(join(inbox.renew(asked)))
        .containsExactlyInAnyOrder(current.get(1).lease(), current.get(2).lease());
    assertThat(join(inbox.renew(List.of()))).isEmpty();
  }

  @Test
  void everyEndIsAuditedWithItsTransaction() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    finish(claimOne(all), new Outcome.Retry(7, 0, "http-503", "Busy"));
    finish(claimOne(all), new Outcome.Delivered(8, true));
    accepted(event("evt-2"));
    finish(claimOne(all), dead());

    assertThat(
            store.rows(
                "select kind, attempt, duration_ms, reason, detail from webhook_audit"
                    + " where kind <> 'received' order by event_id, attempt, kind"))
        .containsExactly(
            "attempt_failed 1 7 http-503 Busy (next attempt in 0 ms)",
            "delivered 2 8 handled null",
            "attempt_failed 1 5 http-410 Gone",
            "dead 1 0 http-410 Gone");
    assertThat(store.rows("select state, reason from webhook_delivery order by state"))
        .containsExactly("dead http-410", "delivered null");
  }

  @Test
  void statusCountsWhatWaitsWhatIsAtWorkAndWhatIsDead() {
    Subscription all = subscribe("all");
    for (int i = 0; i < 4; i++) {
      accepted(event("evt-" + i));
    }
    List<LeasedDelivery> leased = claim(all, 2);
    finish(leased.get(0), dead());
    store.time.advance(Duration.ofSeconds(10));

    InboxStatus.SubscriptionStatus status = inbox.status().subscriptions().get(0);

    assertThat(status.waiting()).isEqualTo(2);
    assertThat(status.leased()).isEqualTo(1);
    assertThat(status.dead()).isEqualTo(1);
    assertThat(status.oldestWaitingMillis()).isBetween(10_000L, 20_000L);
  }

  @Test
  void aReservedPermitMakesTheDeliveryLeasedInTheInsert() {
    Subscription all = subscribe("all");
    RecordingHandOff handOff = new RecordingHandOff(2);
    inbox.attach(all, handOff);
    for (int i = 0; i < 3; i++) {
      accepted(event("evt-" + i));
    }

    assertThat(handOff.delivered()).hasSize(2);
    assertThat(handOff.waited()).isEqualTo(1);
    assertThat(handOff.cancelled()).isZero();
    LeasedDelivery handed = handOff.delivered().get(0);
    assertThat(handed.lease().attempt()).isEqualTo(1);
    assertThat(claim(all, 10)).hasSize(1);
    assertThat(deliver(handed)).isTrue();
  }

  @Test
  void aDetachedWorkerGetsNothing() {
    Subscription all = subscribe("all");
    RecordingHandOff handOff = new RecordingHandOff(2);
    inbox.attach(all, handOff);
    inbox.detach(all);
    accepted(event("evt-1"));

    assertThat(handOff.delivered()).isEmpty();
    assertThat(claim(all, 10)).hasSize(1);
  }

  @Test
  void aWorkerThatThrowsDoesNotKeepTheAnswersOfItsBatch() {
    Subscription all = subscribe("all");
    RecordingHandOff handOff = new RecordingHandOff(1_000);
    handOff.throwOnce();
    inbox.attach(all, handOff);

    List<CompletionStage<Acceptance>> stages = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      stages.add(inbox.accept(event("evt-" + i)));
    }

    assertThat(stages).allSatisfy(s -> assertThat(join(s)).isInstanceOf(Acceptance.Accepted.class));
  }
}
