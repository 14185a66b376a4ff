package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static io.gammawebhook.testing.TestEvents.eventOfType;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.AuditRate;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.Duplicate;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dedupe and store: {@link Inbox#accept}, {@link Inbox#record}, {@link Inbox#register}. */
abstract class AcceptContract extends InboxContract {

  AcceptContract(TestStore store) {
    super(store);
  }

  @Test
  void ofConcurrentAcceptsOfOneKeyExactlyOneIsAccepted() throws Exception {
    for (int round = 0; round < 20; round++) {
      String id = "evt-" + round;
      List<Callable<Acceptance>> copies =
          Collections.nCopies(16, () -> join(inbox.accept(event(id))));

      List<Acceptance> answers = atOnce(copies);

      List<Reference> first =
          answers.stream()
              .filter(Accepted.class::isInstance)
              .map(a -> ((Accepted) a).reference())
              .toList();
      assertThat(first).hasSize(1);
      assertThat(answers.stream().filter(a -> a instanceof Duplicate))
          .hasSize(15)
          .allSatisfy(a -> assertThat(a).isEqualTo(new Duplicate(first.get(0), false)));
    }
    assertThat(store.number("select count(*) from webhook_event")).isEqualTo(20);
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(20);
  }

  @Test
  void copiesWithinOneBatchFollowTheFirst() {
    // One caller that does not wait: what follows the first gathers into one batch behind it.
    List<CompletionStage<Acceptance>> stages =
        IntStream.range(0, 200).mapToObj(i -> inbox.accept(event("evt-" + i / 100))).toList();

    List<Acceptance> answers = stages.stream().map(InboxContract::join).toList();

    assertThat(answers.stream().filter(Accepted.class::isInstance)).hasSize(2);
    assertThat(answers.stream().filter(Duplicate.class::isInstance)).hasSize(198);
  }

  @Test
  void oneEventObjectOfferedTwiceIsAcceptedOnce() {
    WebhookEvent event = event("evt-1");
    List<CompletionStage<Acceptance>> stages =
        IntStream.range(0, 50).mapToObj(i -> inbox.accept(event)).toList();

    assertThat(stages.stream().map(InboxContract::join).filter(Accepted.class::isInstance))
        .hasSize(1);
  }

  @Test
  void aDuplicateWithAnotherBodySaysSoAndIsAuditedAsSuch() {
    Reference first = accepted(event(GAMMA, "evt-1", "a", "one"));

    assertThat(accept(event(GAMMA, "evt-1", "a", "one"))).isEqualTo(new Duplicate(first, false));
    assertThat(accept(event(GAMMA, "evt-1", "a", "two"))).isEqualTo(new Duplicate(first, true));
    assertThat(store.rows("select kind, reason, event_id from webhook_audit order by kind, reason"))
        .containsExactlyInAnyOrder(
            "received no-subscription evt-1",
            "duplicate null evt-1",
            "duplicate body-differs evt-1");
  }

  private void repeat(WebhookEvent event, int times) {
    Stream.generate(() -> inbox.accept(event)).limit(times).toList().forEach(InboxContract::join);
  }

  private List<String> duplicatesOf(String id) {
    return store.rows(
        "select coalesce(reason, '') || '/' || coalesce(detail, '') from webhook_audit"
            + " where kind = 'duplicate' and event_id = ? order by entry",
        id);
  }

  @Test
  void theDuplicatesOfASourceAreWrittenWithinABoundedRateAndTheNextTellsHowManyWereNot() {
    for (String id : List.of("evt-1", "evt-2", "evt-3")) {
      accepted(event(GAMMA, id, "a", "one"));
    }
    repeat(event(GAMMA, "evt-1", "a", "one"), 1600);

    int written = duplicatesOf("evt-1").size();
    // One a second is added where the store's clock runs.
    assertThat(written).isBetween(AuditRate.BURST, AuditRate.BURST + 20);
    assertThat(duplicatesOf("evt-1")).first().isEqualTo("/a");

    // Another source has a rate of its own.
    SourceName github = new SourceName("github");
    accepted(event(github, "evt-4", "a", "one"));
    repeat(event(github, "evt-4", "a", "one"), 10);
    assertThat(duplicatesOf("evt-4")).hasSize(10).containsOnly("/a");
  }

  @Test
  void theFirstDuplicateOfAnEventAndTheFirstOfAnotherBodyAreWrittenInAnyCase() {
    for (String id : List.of("evt-1", "evt-2", "evt-3")) {
      accepted(event(GAMMA, id, "a", "one"));
    }
    repeat(event(GAMMA, "evt-1", "a", "one"), 500);
    repeat(event(GAMMA, "evt-2", "a", "one"), 100);
    repeat(event(GAMMA, "evt-2", "a", "two"), 100);
    accept(event(GAMMA, "evt-3", null, "one"));

    assertThat(duplicatesOf("evt-2")).hasSizeBetween(2, 20);
    assertThat(duplicatesOf("evt-2").get(0)).startsWith("/a; ").endsWith(" were not written");
    assertThat(duplicatesOf("evt-2")).anyMatch(row -> row.startsWith("body-differs/a; "));
    assertThat(duplicatesOf("evt-3"))
        .singleElement()
        .asString()
        .matches("/\\d+ duplicates before this were not written");
    assertThat(toldAndWritten()).isEqualTo(701);
  }

  /** Each duplicate is written, or told by one that is. */
  private long toldAndWritten() {
    return store.rows("select detail from webhook_audit where kind = 'duplicate'").stream()
        .mapToLong(
            detail ->
                detail.endsWith(" were not written")
                    ? 1 + Long.parseLong(detail.replaceAll(".*?(\\d+) duplicates.*", "$1"))
                    : 1)
        .sum();
  }

  @Test
  void oneIdOfTwoSourcesIsTwoEvents() {
    assertThat(accept(event("evt-1"))).isInstanceOf(Accepted.class);
    assertThat(accept(event(new SourceName("github"), "evt-1", null, "{}")))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void nothingIsStoredOfADuplicate() {
    Subscription all = subscribe("all");
    accept(event("evt-1"));
    accept(event("evt-1"));

    assertThat(claim(all, 10)).hasSize(1);
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(1);
  }

  static Stream<byte[]> bodies() {
    byte[] everyByte = new byte[512];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    byte[] big = new byte[1 << 20];
    new Random(1).nextBytes(big);
    return Stream.of(
        new byte[0],
        new byte[1],
        everyByte,
        "\\x00 '\";--\u00e4\ud83d\ude00".getBytes(StandardCharsets.UTF_8),
        new byte[] {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD, (byte) 0xFF, '\r', '\n'},
        big);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("bodies")
  void theBodyIsKeptByteForByte(byte[] body) {
    Subscription all = subscribe("all");
    accepted(event(GAMMA, "evt-1", "a", body));

    assertThat(claimOne(all).event().body().bytes()).isEqualTo(body);
  }

  static Stream<String> ids() {
    return Stream.of(
        "plain",
        "with \0 NUL",
        "half \uD83D of a pair",
        "\uDE00 the other half",
        "'; drop table webhook_event; --",
        "\"\\{},%_$1?",
        "x".repeat(255),
        "\uD83D\uDE00".repeat(127),
        " ",
        "sha256:0000",
        "NULL");
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("ids")
  void anyCharactersInAnIdAreData(String id) {
    Subscription all = subscribe("all");
    Reference first = accepted(event(id));

    assertThat(accept(event(id))).isEqualTo(new Duplicate(first, false));
    assertThat(claimOne(all).event().reference()).isEqualTo(first);
  }

  @Test
  void idsThatLookAlikeInTheStoreAreStillTwo() {
    assertThat(accept(event("a\0"))).isInstanceOf(Accepted.class);
    assertThat(accept(event("a\uD83D"))).isInstanceOf(Accepted.class);
    assertThat(accept(event("a\uFFFD"))).isInstanceOf(Accepted.class);
    assertThat(accept(event("a"))).isInstanceOf(Accepted.class);
    assertThat(accept(event("a "))).isInstanceOf(Accepted.class);
    assertThat(accept(event("A"))).isInstanceOf(Accepted.class);
  }

  @Test
  void everythingOfAnEventComesBackFromTheStore() {
    Subscription all = subscribe("all");
    WebhookEvent sent = event("evt-1");
    WebhookEvent full =
        new WebhookEvent(
            sent.reference(),
            GAMMA,
            sent.dedupKey(),
            new EventId("evt-1"),
            "invoice.paid",
            "customer-7",
            "text/plain; charset=\"x\"",
            Map.of("x-a", "one, \"two\"", "x-b", "\u00e4\0\uD83D"),
            sent.body());
    accepted(full);

    WebhookEvent back = claimOne(all).event();

    assertThat(back).usingRecursiveComparison().ignoringFields("headers", "body").isEqualTo(full);
    assertThat(back.headers()).containsEntry("x-a", "one, \"two\"").containsKey("x-b");
  }

  @Test
  void anEventWithoutIdTypeOrContentTypeIsStored() {
    Subscription all = subscribe("all");
    WebhookEvent sent = event("evt-1");
    accepted(
        new WebhookEvent(
            sent.reference(),
            GAMMA,
            sent.dedupKey(),
            null,
            null,
            null,
            null,
            Map.of(),
            sent.body()));

    WebhookEvent back = claimOne(all).event();

    assertThat(back.eventId()).isNull();
    assertThat(back.eventType()).isNull();
    assertThat(back.headers()).isEmpty();
  }

  @Test
  void anEventGoesOnceToEachSubscriptionThatWantsItsType() {
    Subscription all = subscribe("all");
    Subscription invoices = subscribe("invoices", "invoice.*", "bill");
    Subscription paid = subscribe("paid", "*.paid");
    Subscription odd = subscribe("odd", "in.oice.paid");
    Subscription other =
        inbox.register(new SourceName("github"), new SubscriptionName("all"), List.of());
    accepted(eventOfType("evt-1", "invoice.paid"));
    accepted(eventOfType("evt-2", "bill"));
    accepted(eventOfType("evt-3", null));

    assertThat(idsOf(all)).containsExactly("evt-1", "evt-2", "evt-3");
    assertThat(idsOf(invoices)).containsExactly("evt-1", "evt-2");
    assertThat(idsOf(paid)).containsExactly("evt-1");
    assertThat(idsOf(odd)).isEmpty();
    assertThat(idsOf(other)).isEmpty();
  }

  private List<String> idsOf(Subscription subscription) {
    return claim(subscription, 10).stream()
        .map(d -> String.valueOf(d.event().eventId()))
        .sorted()
        .toList();
  }

  @Test
  void anEventWithoutSubscriptionIsKeptCountedAndGoesToTheFirstThatWantsIt() {
    accepted(eventOfType("evt-1", "invoice.paid"));
    accepted(eventOfType("evt-2", "user.made"));
    assertThat(inbox.status().unsubscribedEvents()).isEqualTo(2);

    Subscription invoices = subscribe("invoices", "invoice.*");
    assertThat(inbox.status().unsubscribedEvents()).isEqualTo(1);
    Subscription all = subscribe("all");

    assertThat(inbox.status().unsubscribedEvents()).isZero();
    assertThat(idsOf(invoices)).containsExactly("evt-1");
    assertThat(idsOf(all)).containsExactly("evt-2");
  }

  @Test
  void howeverManyEventsHadNoSubscriptionTheyAreTakenStepByStep() {
    int many = 2 * DeliveryQueries.STEP + 10;
    List<CompletionStage<Acceptance>> stages = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      stages.add(inbox.accept(eventOfType("evt-" + i, i % 3 == 0 ? "user.made" : "invoice.paid")));
    }
    stages.forEach(InboxContract::join);

    Subscription invoices = subscribe("invoices", "invoice.*");
    int others = (many + 2) / 3;
    assertThat(inbox.status().unsubscribedEvents()).isEqualTo(others);
    assertThat(open(invoices)).isEqualTo(many - others);
    Subscription all = subscribe("all");
    assertThat(inbox.status().unsubscribedEvents()).isZero();
    assertThat(open(all)).isEqualTo(others);
    subscribe("invoices", "*");
    assertThat(open(invoices)).isEqualTo(many - others);
  }

  private long open(Subscription subscription) {
    return store.number(
        "select count(*) from webhook_delivery where state = 'waiting' and subscription = "
            + subscription.number());
  }

  @Test
  void aSubscriptionKeepsItsNumberAndGetsItsNewTypes() {
    Subscription first = subscribe("all", "a");
    assertThat(subscribe("all", "b")).isEqualTo(first);
    accepted(eventOfType("evt-1", "a"));
    accepted(eventOfType("evt-2", "b"));

    assertThat(idsOf(first)).containsExactly("evt-2");
  }

  @Test
  void aFactOfItsOwnIsWrittenByRecord() {
    Reference reference = event("evt-1").reference();
    join(
        inbox.record(
            AuditEntry.of(
                reference, AuditKind.REJECTED, GAMMA, "evt\0", "stale-timestamp", "5 min off")));

    assertThat(store.rows("select kind, source, event_id, reason, detail, node from webhook_audit"))
        .containsExactly("rejected gamma evt\uFFFD stale-timestamp 5 min off node-1");
  }

  @Test
  void aPoisonousRowDoesNotFailItsNeighbours() throws Exception {
    poison("poison");
    Subscription all = subscribe("all");
    List<CompletionStage<Acceptance>> stages =
        IntStream.range(0, 60)
            .mapToObj(i -> inbox.accept(eventOfType("evt-" + i, i % 20 == 7 ? "poison" : "a")))
            .toList();

    List<Acceptance> answers = stages.stream().map(InboxContract::join).toList();

    for (int i = 0; i < 60; i++) {
      assertThat(answers.get(i)).isInstanceOf(i % 20 == 7 ? NotStored.class : Accepted.class);
    }
    assertThat(claim(all, 100)).hasSize(57);
    assertThat(inbox.status().storeDown()).isFalse();
    assertThat(store.number("select count(*) from webhook_audit")).isEqualTo(57);
  }

  /** Makes the store refuse events of a type. */
  abstract void poison(String type);
}
