package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.Quarantine.Entry;
import io.gammawebhook.inbox.Quarantine.Found;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.QuarantineBounds;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that failed verification: {@link Quarantine}. */
abstract class QuarantineContract extends InboxContract {

  private static final Operator ANN = new Operator("ann", "the secret is mended");
  private static final SourceName HUB = new SourceName("hub");

  private final ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());

  QuarantineContract(TestStore store) {
    super(store);
  }

  private Quarantine quarantine() {
    return inbox.quarantine();
  }

  private UnverifiedRequest request(SourceName source, byte[] body) {
    return request(source, body, store.now());
  }

  private UnverifiedRequest request(SourceName source, long at) {
    return request(source, new byte[] {0, 1, -1, 39}, at);
  }

  private UnverifiedRequest request(SourceName source, byte[] body, long at) {
    return new UnverifiedRequest(
        references.next(at),
        source,
        "a=1&b=%00",
        Map.of("x-signature", List.of("one", "tw\u00e4 \0\u0001"), "content-type", List.of("a/b")),
        "192.0.2.1",
        RawBody.of(body),
        "signature-mismatch",
        "no signature fits");
  }

  private UnverifiedRequest request(SourceName source) {
    return request(source, new byte[] {0, 1, -1, 39});
  }

  private Kept keep(UnverifiedRequest request) {
    return join(quarantine().keep(request));
  }

  private List<Reference> listed(SourceName source) {
    return quarantine().list(source, null, 100).stream().map(Entry::reference).toList();
  }

  @Test
  void whatIsKeptComesBackByteForByteAndIsAudited() {
    UnverifiedRequest request = request(GAMMA);

    assertThat(keep(request)).isEqualTo(Kept.KEPT);

    Found found = quarantine().find(request.reference()).orElseThrow();
    assertThat(found.request())
        .usingRecursiveComparison()
        .ignoringFields("headers", "body")
        .isEqualTo(request);
    assertThat(found.request().headers()).isEqualTo(request.headers());
    assertThat(found.request().body().bytes()).isEqualTo(request.body().bytes());
    assertThat(found.receivedAt()).isBetween(store.now() - 60_000, store.now());
    assertThat(store.rows("select kind, reference, reason, detail from webhook_audit"))
        .containsExactly(
            "quarantined " + request.reference() + " signature-mismatch no signature fits");
  }

  @Test
  void anEmptyBodyIsKept() {
    UnverifiedRequest request = request(GAMMA, new byte[0]);
    assertThat(keep(request)).isEqualTo(Kept.KEPT);
    assertThat(quarantine().find(request.reference()).orElseThrow().request().body().length())
        .isZero();
  }

  @Test
  void nothingOfItIsAnEvent() {
    Subscription all = subscribe("all");
    keep(request(GAMMA));

    assertThat(claim(all, 10)).isEmpty();
    assertThat(store.number("select count(*) from webhook_event")).isZero();
    assertThat(store.number("select count(*) from webhook_body")).isZero();
    assertThat(store.number("select count(*) from webhook_delivery")).isZero();
    assertThat(inbox.status().unsubscribedEvents()).isZero();
  }

  @Test
  void eventsAndRequestsOfOneBatchAreEachWhatTheyAre() {
    Subscription all = subscribe("all");
    List<CompletionStage<?>> stages = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      stages.add(inbox.accept(event("evt-" + i)));
      stages.add(quarantine().keep(request(GAMMA)));
    }
    stages.forEach(InboxContract::join);

    assertThat(claim(all, 500)).hasSize(100);
    assertThat(listed(GAMMA)).hasSize(100);
  }

  private JdbcInbox bounded(int requests, long bytes) {
    inbox.close();
    return store.open(
        store.settings("node-1").withQuarantine(new QuarantineBounds(requests, bytes)));
  }

  @Test
  void aSourceHasNoMoreThanItsNumberAndAnotherHasItsOwn() {
    Quarantine five = bounded(5, 1 << 20).quarantine();

    List<Kept> kept =
        IntStream.range(0, 20).mapToObj(i -> five.keep(request(GAMMA))).toList().stream()
            .map(InboxContract::join)
            .toList();

    assertThat(kept.stream().filter(Kept.KEPT::equals)).hasSize(5);
    assertThat(kept.stream().filter(Kept.FULL::equals)).hasSize(15);
    assertThat(five.counts()).isEqualTo(Map.of(GAMMA, 5L));
    assertThat(join(five.keep(request(HUB)))).isEqualTo(Kept.KEPT);
    Reference first = five.list(GAMMA, null, 1).get(0).reference();
    assertThat(five.discard(first, GAMMA, ANN)).isTrue();
    assertThat(join(five.keep(request(GAMMA)))).isEqualTo(Kept.KEPT);
  }

  @Test
  void aSourceHasNoMoreThanItsBytes() {
    Quarantine small = bounded(100, 1 << 20).quarantine();

    assertThat(join(small.keep(request(GAMMA, new byte[700_000])))).isEqualTo(Kept.KEPT);
    assertThat(join(small.keep(request(GAMMA, new byte[700_000])))).isEqualTo(Kept.TOO_LARGE);
    assertThat(join(small.keep(request(GAMMA, new byte[100_000])))).isEqualTo(Kept.KEPT);
    assertThat(join(small.keep(request(GAMMA, new byte[240_000])))).isEqualTo(Kept.KEPT);
    assertThat(join(small.keep(request(GAMMA, new byte[10])))).isEqualTo(Kept.FULL);
    assertThat(store.rows("select kind from webhook_audit")).hasSize(3);
  }

  @Test
  void theListIsInTheOrderOfReceiptAndGoesOnWhereItEnded() {
    List<Reference> kept = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      UnverifiedRequest request = request(i == 3 ? HUB : GAMMA, store.now() + i);
      keep(request);
      kept.add(request.reference());
    }

    assertThat(quarantine().list(null, null, 100)).extracting(Entry::reference).isEqualTo(kept);
    assertThat(quarantine().list(null, kept.get(1), 2))
        .extracting(Entry::reference)
        .containsExactly(kept.get(2), kept.get(3));
    assertThat(quarantine().list(GAMMA, kept.get(1), 100))
        .extracting(Entry::reference)
        .containsExactly(kept.get(2), kept.get(4));
    Entry entry = quarantine().list(HUB, null, 1).get(0);
    assertThat(entry.reason()).isEqualTo("signature-mismatch");
    assertThat(entry.bytes()).isEqualTo(request(HUB).length());
    assertThat(entry.remoteAddress()).isEqualTo("192.0.2.1");
  }

  @Test
  void whatIsReleasedOrDiscardedIsGoneOnceWithItsOperatorInTheAudit() {
    UnverifiedRequest released = request(GAMMA);
    UnverifiedRequest discarded = request(GAMMA);
    keep(released);
    keep(discarded);

    assertThat(quarantine().release(eventOf(released, "evt-1"), ANN))
        .contains(new Acceptance.Accepted(released.reference()));
    assertThat(quarantine().release(eventOf(released, "evt-1"), ANN)).isEmpty();
    assertThat(quarantine().discard(discarded.reference(), GAMMA, ANN)).isTrue();
    assertThat(quarantine().discard(discarded.reference(), GAMMA, ANN)).isFalse();

    assertThat(quarantine().find(released.reference())).isEmpty();
    assertThat(listed(GAMMA)).isEmpty();
    assertThat(
            store.rows(
                "select kind, reference, event_id, reason, detail from webhook_audit"
                    + " where reason = 'ann' order by kind"))
        .containsExactly(
            "discarded " + discarded.reference() + " null ann the secret is mended",
            "released " + released.reference() + " evt-1 ann the secret is mended");
  }

  private static WebhookEvent eventOf(UnverifiedRequest request, String id) {
    WebhookEvent event = event(id);
    return new WebhookEvent(
        request.reference(),
        event.source(),
        event.dedupKey(),
        event.eventId(),
        event.eventType(),
        event.orderingKey(),
        event.contentType(),
        event.headers(),
        request.body());
  }

  @Test
  void whatIsReleasedIsDeliveredAndWhatCameMeanwhileIsADuplicate() {
    Subscription all = subscribe("all");
    UnverifiedRequest first = request(GAMMA);
    UnverifiedRequest second = request(GAMMA);
    keep(first);
    keep(second);
    Reference meanwhile = accepted(event("evt-2"));

    assertThat(quarantine().release(eventOf(first, "evt-1"), ANN))
        .contains(new Acceptance.Accepted(first.reference()));
    assertThat(quarantine().release(eventOf(second, "evt-2"), ANN))
        .hasValueSatisfying(
            acceptance ->
                assertThat(((Acceptance.Duplicate) acceptance).first()).isEqualTo(meanwhile));

    assertThat(claim(all, 10).stream().map(d -> d.event().reference()))
        .containsExactlyInAnyOrder(first.reference(), meanwhile);
    assertThat(listed(GAMMA)).isEmpty();
  }

  @Test
  void ofReleaseAndDiscardAtOnceOneDoesIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      UnverifiedRequest request = request(GAMMA);
      keep(request);
      WebhookEvent event = eventOf(request, "evt-" + round);
      List<Boolean> done =
          atOnce(
              List.of(
                  () -> quarantine().release(event, ANN).isPresent(),
                  () -> quarantine().release(event, ANN).isPresent(),
                  () -> quarantine().discard(request.reference(), GAMMA, ANN)));
      assertThat(done.stream().filter(each -> each)).hasSize(1);
      assertThat(
              store.number(
                  "select count(*) from webhook_event where event_id = 'evt-" + round + "'"))
          .isEqualTo(done.get(2) ? 0 : 1);
    }
  }

  @Test
  void oneOfAnotherSourceIsNotTouched() {
    UnverifiedRequest request = request(GAMMA);
    keep(request);
    assertThat(quarantine().discard(request.reference(), HUB, ANN)).isFalse();
    assertThat(listed(GAMMA)).hasSize(1);
  }

  @Test
  void itGoesWhenItsTimeIsOver() {
    UnverifiedRequest old = request(GAMMA);
    keep(old);
    store.time.advance(Retention.DEFAULT.quarantine().minusMinutes(5));
    UnverifiedRequest young = request(GAMMA);
    keep(young);
    assertThat(quarantine().find(old.reference())).isPresent();
    store.time.advance(Duration.ofMinutes(10));

    assertThat(quarantine().find(old.reference())).isEmpty();
    Housekeeping housekeeping = inbox.housekeeping(Retention.DEFAULT, 50);
    Housekeeping.Step step = housekeeping.step();
    while (step instanceof Housekeeping.Step.More) {
      step = housekeeping.step();
    }
    assertThat(((Housekeeping.Step.Done) step).removed().quarantined()).isEqualTo(1);
    assertThat(listed(GAMMA)).containsExactly(young.reference());
  }

  @Test
  void afterTheCloseNothingIsSaidToBeKept() {
    inbox.close();
    assertThat(keep(request(GAMMA))).isEqualTo(Kept.NOT_STORED);
  }
}
