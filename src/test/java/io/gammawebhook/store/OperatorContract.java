package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.DeliveryOrder.AnotherIsOpen;
import io.gammawebhook.inbox.DeliveryOrder.DeliveredSince;
import io.gammawebhook.inbox.DeliveryOrder.Done;
import io.gammawebhook.inbox.DeliveryOrder.SubscriptionRetired;
import io.gammawebhook.inbox.DeliveryOrder.Unknown;
import io.gammawebhook.inbox.DeliveryOrder.WrongState;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What an operator orders: replay, retry now, discard, pause, resume, retire. */
abstract class OperatorContract extends InboxContract {

  private static final Operator ANN = new Operator("ann", "destination repaired");
  private static final String OPERATOR_AUDIT =
      "select kind, source, subscription, run, reason, detail from webhook_audit"
          + " where reason = 'ann' order by entry";

  OperatorContract(TestStore store) {
    super(store);
  }

  private DeliveryId deadLetter(Subscription subscription, String eventId) {
    Reference reference = accepted(event(eventId));
    finish(claimOne(subscription), dead());
    return new DeliveryId(reference, subscription.number(), 0);
  }

  private static DeliveryId run(DeliveryId delivery, int run) {
    return new DeliveryId(delivery.reference(), delivery.subscription(), run);
  }

  private SubscriptionState change(Subscription subscription, SubscriptionState state) {
    return inbox.change(GAMMA, subscription.name(), state, ANN).orElseThrow();
  }

  private SubscriptionStatus status() {
    return inbox.status().subscriptions().get(0);
  }

  @Test
  void onlyAnEndedDeliveryIsReplayedAsTheNextRun() {
    Subscription all = subscribe("all");
    DeliveryId delivery = new DeliveryId(accepted(event("evt-1")), all.number(), 0);
    assertThat(inbox.replay(delivery, ANN)).isEqualTo(new WrongState("waiting"));
    LeasedDelivery leased = claimOne(all);
    assertThat(inbox.replay(delivery, ANN)).isEqualTo(new WrongState("leased"));
    finish(leased, dead());

    assertThat(inbox.replay(delivery, ANN)).isEqualTo(new Done(run(delivery, 1)));

    LeasedDelivery again = claimOne(all);
    assertThat(again.lease()).isEqualTo(new Lease(run(delivery, 1), 1, 1));
    deliver(again);
    assertThat(inbox.replay(run(delivery, 1), ANN)).isEqualTo(new Done(run(delivery, 2)));
    assertThat(store.rows(OPERATOR_AUDIT))
        .containsExactly(
            "replayed gamma " + all.number() + " 1 ann destination repaired",
            "replayed gamma " + all.number() + " 2 ann destination repaired");
    assertThat(inbox.replay(run(delivery, 9), ANN)).isEqualTo(new Unknown());
  }

  @Test
  void aDeadLetterIsNotReplayedWhileItsReplayIsOpen() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    inbox.replay(dead, ANN);

    assertThat(inbox.replay(dead, ANN)).isEqualTo(new AnotherIsOpen(run(dead, 1), "waiting"));
    LeasedDelivery again = claimOne(all);
    assertThat(inbox.replay(dead, ANN)).isEqualTo(new AnotherIsOpen(run(dead, 1), "leased"));

    finish(again, dead());
    assertThat(inbox.replay(run(dead, 1), ANN)).isEqualTo(new Done(run(dead, 2)));
    assertThat(store.auditKinds().stream().filter("replayed"::equals)).hasSize(2);
  }

  /** The second operator who replays it has not seen that the first one did. */
  @Test
  void aDeadLetterThatWasDeliveredSinceIsReplayedOnlyIfItIsToGoAgain() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    inbox.replay(dead, ANN);
    deliver(claimOne(all));

    assertThat(inbox.replay(dead, ANN)).isEqualTo(new DeliveredSince(run(dead, 1)));
    assertThat(claim(all, 10)).isEmpty();

    assertThat(inbox.replayAgain(dead, ANN)).isEqualTo(new Done(run(dead, 2)));
    assertThat(inbox.replayAgain(dead, ANN)).isEqualTo(new AnotherIsOpen(run(dead, 2), "waiting"));
    finish(claimOne(all), dead());
    assertThat(inbox.replay(dead, ANN)).isEqualTo(new DeliveredSince(run(dead, 1)));
    // Run 2 died after the last run that was delivered.
    assertThat(inbox.replay(run(dead, 2), ANN)).isEqualTo(new Done(run(dead, 3)));
    deliver(claimOne(all));
    assertThat(inbox.replay(dead, ANN)).isEqualTo(new DeliveredSince(run(dead, 3)));
    assertThat(store.auditKinds().stream().filter("replayed"::equals)).hasSize(3);
  }

  @Test
  void aDeadLetterCountsUntilItIsReplayedAndItsReplayCountsIfItDies() {
    Subscription all = subscribe("all");
    DeliveryId first = deadLetter(all, "evt-1");
    DeliveryId second = deadLetter(all, "evt-2");
    DeliveryId ofAnother = deadLetter(subscribe("other"), "evt-3");
    assertThat(status().dead()).isEqualTo(2);

    inbox.replay(first, ANN);
    assertThat(status().dead()).isEqualTo(1);
    LeasedDelivery again = claimOf(all, first);
    assertThat(status().dead()).isEqualTo(1);
    finish(again, dead());
    assertThat(status().dead()).isEqualTo(2);

    inbox.replay(first, ANN);
    deliver(claimOf(all, first));
    assertThat(status().dead()).isEqualTo(1);
    inbox.discard(second, ANN);
    assertThat(status().dead()).isZero();
    assertThat(inbox.status().subscriptions().get(1).dead()).isEqualTo(1);
    assertThat(inbox.deadLetters(10))
        .filteredOn(letter -> letter.replay() == null)
        .extracting(DeadLetter::delivery)
        .containsExactly(ofAnother);
  }

  /** What waits is taken until it is a run of the same event. */
  private LeasedDelivery claimOf(Subscription subscription, DeliveryId delivery) {
    for (LeasedDelivery claimed : claim(subscription, 10)) {
      if (claimed.lease().delivery().reference().equals(delivery.reference())) {
        return claimed;
      }
      deliver(claimed);
    }
    throw new AssertionError("Nothing of " + delivery + " waits");
  }

  @Test
  void aDiscardedDeadLetterIsNoneAnyMoreAndSaysWhoAndWhy() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");

    assertThat(inbox.discard(dead, ANN)).isEqualTo(new Done(dead));

    assertThat(inbox.deadLetters(10)).isEmpty();
    assertThat(status().dead()).isZero();
    assertThat(claim(all, 10)).isEmpty();
    assertThat(store.rows("select state, reason, detail from webhook_delivery"))
        .containsExactly("discarded ann destination repaired");
    assertThat(store.rows(OPERATOR_AUDIT))
        .containsExactly("discarded gamma " + all.number() + " 0 ann destination repaired");
    assertThat(inbox.discard(dead, ANN)).isEqualTo(new WrongState("discarded"));
    assertThat(inbox.makeDue(dead, ANN)).isEqualTo(new WrongState("discarded"));
    // The operator thought better of it.
    assertThat(inbox.replay(dead, ANN)).isEqualTo(new Done(run(dead, 1)));
  }

  @Test
  void onlyADeadLetterThatIsNotOnItsWayAgainIsDiscarded() {
    Subscription all = subscribe("all");
    DeliveryId delivery = new DeliveryId(accepted(event("evt-1")), all.number(), 0);
    assertThat(inbox.discard(delivery, ANN)).isEqualTo(new WrongState("waiting"));
    LeasedDelivery leased = claimOne(all);
    assertThat(inbox.discard(delivery, ANN)).isEqualTo(new WrongState("leased"));
    finish(leased, dead());
    inbox.replay(delivery, ANN);

    assertThat(inbox.discard(delivery, ANN))
        .isEqualTo(new AnotherIsOpen(run(delivery, 1), "waiting"));
    deliver(claimOne(all));
    assertThat(inbox.discard(run(delivery, 1), ANN)).isEqualTo(new WrongState("delivered"));
    assertThat(inbox.discard(run(delivery, 5), ANN)).isEqualTo(new Unknown());
    assertThat(inbox.discard(delivery, ANN)).isEqualTo(new Done(delivery));
    assertThat(store.auditKinds().stream().filter("discarded"::equals)).hasSize(1);
  }

  @Test
  void whoAndWhyOfADiscardAreStoredWhateverTheyHold() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");

    assertThat(inbox.discard(dead, new Operator("a\u0000b", "\ud800"))).isEqualTo(new Done(dead));

    assertThat(store.rows("select reason, detail from webhook_delivery"))
        .containsExactly("a\ufffdb \ufffd");
  }

  @Test
  void aDeadLetterOfARetiredSubscriptionIsDiscarded() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    change(all, SubscriptionState.RETIRED);

    assertThat(inbox.discard(dead, ANN)).isEqualTo(new Done(dead));
  }

  @Test
  void ofConcurrentDiscardsExactlyOneIsCarriedOut() throws Exception {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    Callable<DeliveryOrder> discard = () -> inbox.discard(dead, ANN);

    assertThat(atOnce(Collections.nCopies(8, discard)))
        .containsOnlyOnce(new Done(dead))
        .filteredOn(new WrongState("discarded")::equals)
        .hasSize(7);
  }

  @Test
  void ofConcurrentReplaysExactlyOneMakesARun() throws Exception {
    Subscription all = subscribe("all");
    for (int round = 0; round < 10; round++) {
      DeliveryId dead = deadLetter(all, "evt-" + round);
      Callable<DeliveryOrder> replay = () -> inbox.replay(dead, ANN);

      List<DeliveryOrder> orders = atOnce(Collections.nCopies(8, replay));

      assertThat(orders).containsOnlyOnce(new Done(run(dead, 1)));
      assertThat(orders).filteredOn(new AnotherIsOpen(run(dead, 1), "waiting")::equals).hasSize(7);
      deliver(claimOne(all));
    }
    assertThat(store.number("select count(*) from webhook_delivery")).isEqualTo(20);
  }

  @Test
  void theDeadLettersSayHowTheyWereReplayedSince() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    assertThat(inbox.deadLetters(10)).singleElement().extracting(DeadLetter::replay).isNull();
    store.time.advance(Duration.ofSeconds(10));
    inbox.replay(dead, ANN);

    assertThat(inbox.deadLetters(10))
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.replay())
                    .isEqualTo(
                        new DeadLetter.Replay(
                            run(dead, 1),
                            "waiting",
                            store.number(
                                "select created_at from webhook_delivery where run = 1"))));
    finish(claimOne(all), dead());
    assertThat(inbox.deadLetters(10))
        .extracting(DeadLetter::delivery)
        .containsExactlyInAnyOrder(dead, run(dead, 1));
  }

  @Test
  void aWaitingDeliveryIsMadeDueAndKeepsItsIdAndAttempts() {
    Subscription all = subscribe("all");
    DeliveryId delivery = new DeliveryId(accepted(event("evt-1")), all.number(), 0);
    finish(claimOne(all), new Outcome.Retry(5, 36_000_000, "http-503", "Busy"));
    assertThat(claim(all, 1)).isEmpty();

    assertThat(inbox.makeDue(delivery, ANN)).isEqualTo(new Done(delivery));

    LeasedDelivery again = claimOne(all);
    assertThat(again.lease()).isEqualTo(new Lease(delivery, 2, 2));
    assertThat(store.rows(OPERATOR_AUDIT))
        .containsExactly("made_due gamma " + all.number() + " 0 ann destination repaired");
    assertThat(inbox.makeDue(delivery, ANN)).isEqualTo(new WrongState("leased"));
    finish(again, dead());
    assertThat(inbox.makeDue(delivery, ANN)).isEqualTo(new WrongState("dead"));
    assertThat(inbox.makeDue(run(delivery, 7), ANN)).isEqualTo(new Unknown());
  }

  @Test
  void whatIsDueAlreadyKeepsItsPlaceWhenItIsMadeDue() {
    Subscription all = subscribe("all");
    DeliveryId first = new DeliveryId(accepted(event("evt-1")), all.number(), 0);
    store.time.advance(Duration.ofSeconds(1));
    accepted(event("evt-2"));
    store.time.advance(Duration.ofSeconds(1));

    inbox.makeDue(first, ANN);

    assertThat(claimOne(all).lease().delivery()).isEqualTo(first);
  }

  @Test
  void theEventsOfAPausedSubscriptionAreAcceptedAndWait() {
    Subscription all = subscribe("all");
    RecordingHandOff handOff = new RecordingHandOff(5);
    inbox.attach(all, handOff);
    assertThat(change(all, SubscriptionState.PAUSED)).isEqualTo(SubscriptionState.ACTIVE);

    accepted(event("evt-1"));
    accepted(event("evt-2"));
    store.time.advance(Duration.ofSeconds(1));

    assertThat(handOff.delivered()).isEmpty();
    assertThat(join(inbox.claim(all, 10))).isEqualTo(new Claimed(List.of(), Long.MAX_VALUE));
    assertThat(status().state()).isEqualTo(SubscriptionState.PAUSED);
    assertThat(status().waiting()).isEqualTo(2);

    int woken = handOff.waited();
    assertThat(change(all, SubscriptionState.ACTIVE)).isEqualTo(SubscriptionState.PAUSED);
    assertThat(handOff.waited()).isEqualTo(woken + 1);
    assertThat(claim(all, 10)).hasSize(2);
    accepted(event("evt-3"));
    assertThat(handOff.delivered()).hasSize(1);
  }

  @Test
  void whatIsAtWorkWhenItsSubscriptionIsPausedGoesOnToItsEnd() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    accepted(event("evt-2"));
    LeasedDelivery one = claimOne(all);
    LeasedDelivery two = claimOne(all);
    change(all, SubscriptionState.PAUSED);

    assertThat(join(inbox.renew(List.of(one.lease())))).containsExactly(one.lease());
    assertThat(deliver(one)).isTrue();
    assertThat(finish(two, new Outcome.Retry(5, 0, "http-503", "Busy"))).isTrue();
    assertThat(claim(all, 1)).isEmpty();
  }

  @Test
  void anExpiredLeaseOfAPausedSubscriptionIsNotTakenOver() {
    Subscription all = subscribe("all");
    accepted(event("evt-1"));
    claimOne(all);
    change(all, SubscriptionState.PAUSED);
    store.time.advance(InboxSettings.DEFAULT_LEASE.plusSeconds(1));

    assertThat(claim(all, 1)).isEmpty();

    change(all, SubscriptionState.ACTIVE);
    assertThat(claimOne(all).lease().attempt()).isEqualTo(2);
  }

  @Test
  void aRetiredSubscriptionGetsNothingAndItsDeliveriesStay() {
    Subscription all = subscribe("all");
    DeliveryId dead = deadLetter(all, "evt-1");
    DeliveryId waiting = new DeliveryId(accepted(event("evt-2")), all.number(), 0);
    change(all, SubscriptionState.RETIRED);

    accepted(event("evt-3"));

    assertThat(claim(all, 10)).isEmpty();
    assertThat(status().state()).isEqualTo(SubscriptionState.RETIRED);
    assertThat(status().waiting()).isEqualTo(1);
    assertThat(status().dead()).isEqualTo(1);
    assertThat(inbox.replay(dead, ANN)).isEqualTo(new SubscriptionRetired());
    assertThat(inbox.makeDue(waiting, ANN)).isEqualTo(new SubscriptionRetired());
  }

  @Test
  void aRetiredSubscriptionStaysSoAtARegistrationAndTakesNothing() {
    Subscription all = subscribe("all");
    change(all, SubscriptionState.RETIRED);
    accepted(event("evt-1"));

    assertThat(subscribe("all")).isEqualTo(all);

    assertThat(status().state()).isEqualTo(SubscriptionState.RETIRED);
    assertThat(status().waiting()).isZero();
    assertThat(inbox.unsubscribedEvents(10)).hasSize(1);
  }

  @Test
  void aRetiredSubscriptionThatComesBackTakesWhatNobodyTook() {
    Subscription all = subscribe("all");
    change(all, SubscriptionState.RETIRED);
    Reference missed = accepted(event("evt-1"));

    assertThat(change(all, SubscriptionState.ACTIVE)).isEqualTo(SubscriptionState.RETIRED);

    assertThat(claim(all, 10)).extracting(d -> d.event().reference()).containsExactly(missed);
    assertThat(inbox.unsubscribedEvents(10)).isEmpty();
  }

  @Test
  void eachChangeOfASubscriptionIsAuditedOnce() {
    Subscription all = subscribe("all");
    change(all, SubscriptionState.PAUSED);
    assertThat(change(all, SubscriptionState.PAUSED)).isEqualTo(SubscriptionState.PAUSED);
    change(all, SubscriptionState.ACTIVE);
    change(all, SubscriptionState.RETIRED);

    String rest = " gamma " + all.number() + " null ann destination repaired";
    assertThat(store.rows(OPERATOR_AUDIT))
        .containsExactly("paused" + rest, "resumed" + rest, "retired" + rest);
  }

  @Test
  void aSubscriptionThatIsNotThereIsNotChanged() {
    subscribe("all");

    assertThat(inbox.change(GAMMA, new SubscriptionName("other"), SubscriptionState.PAUSED, ANN))
        .isEmpty();
    assertThat(
            inbox.change(
                new SourceName("other"),
                new SubscriptionName("all"),
                SubscriptionState.PAUSED,
                ANN))
        .isEmpty();
    assertThat(store.auditKinds()).isEmpty();
  }

  @Test
  void theAuditIsInTheOrderOfWhatHappenedAlsoWithinAMillisecond() {
    Subscription all = subscribe("all");
    for (int i = 0; i < 30; i++) {
      String id = "evt-" + i;
      inbox.replay(deadLetter(all, id), ANN);
      deliver(claimOne(all));

      assertThat(store.rows("select kind from webhook_audit where event_id = ? order by entry", id))
          .containsExactly("received", "attempt_failed", "dead", "replayed", "delivered");
    }
  }
}
