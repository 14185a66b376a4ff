package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.inbox.Operations.Kind;
import io.gammawebhook.inbox.Operations.Operation;
import io.gammawebhook.inbox.Operations.Request;
import io.gammawebhook.inbox.Operations.State;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.inbox.TooMuchWorkException;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Orders on many events: carried out once, within their bounds, to their end. */
abstract class OperationsContract extends SearchContract {

  private static final Operator ANN = new Operator("ann", "destination repaired", "ann@10.0.0.7");

  OperationsContract(TestStore store) {
    super(store);
  }

  private Operation run(Request request) {
    Reference id = inbox.operations().start(request, ANN).orElseThrow();
    return ended(id);
  }

  private Operation ended(Reference id) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> inbox.operations().find(id).orElseThrow(), it -> it.endedAt() != null);
  }

  private static Request replay(EventFilter filter) {
    return new Request(Kind.REPLAY, false, filter, null, false, 10_000);
  }

  private static Request dry(Request request) {
    return new Request(
        request.kind(), true, request.filter(), request.target(), request.again(), request.rate());
  }

  private List<String> deliveries(String name) {
    return store.rows(
        "select e.event_id || ' ' || d.run || ' ' || d.state from webhook_delivery d"
            + " join webhook_event e on e.reference = d.reference"
            + " join webhook_subscription s on s.number = d.subscription"
            + " where s.name = ? order by e.event_id, d.run",
        name);
  }

  @Test
  void deadLettersAreReplayedByFilterAndNothingElseIs() {
    Subscription orders = subscribe("orders");
    for (int i = 1; i <= 4; i++) {
      received("evt-" + i, i == 4 ? "other" : "order.paid", "{}");
      die(orders, i == 3 ? "http-410" : "http-503", "down", null);
    }
    received("evt-5", "order.paid", "{}");
    deliver(claimOne(orders));
    EventFilter filter = filter("state", "dead", "reason", "http-503", "type", "order.*");

    Operation counted = run(dry(replay(filter)));
    assertThat(counted.progress()).isEqualTo(new Operations.Progress(4, 4, 2, 2, 0));
    assertThat(counted.state()).isEqualTo(State.DONE);
    assertThat(store.rows("select detail from webhook_audit where kind = 'ordered'"))
        .containsExactly(
            "replay, dry run, of type=order.* state=dead reason=http-503: destination repaired");
    assertThat(store.auditKinds()).doesNotContain("replayed");

    Operation done = run(replay(filter));

    assertThat(done.state()).isEqualTo(State.DONE);
    assertThat(done.progress().done()).isEqualTo(2);
    assertThat(done.operator()).isEqualTo(ANN);
    assertThat(deliveries("orders"))
        .containsExactly(
            "evt-1 0 dead",
            "evt-1 1 waiting",
            "evt-2 0 dead",
            "evt-2 1 waiting",
            "evt-3 0 dead",
            "evt-4 0 dead",
            "evt-5 0 delivered");
    assertThat(
            store.rows(
                "select reason || ' ' || detail || ' ' || origin from webhook_audit"
                    + " where kind = 'replayed'"))
        .containsExactly(
            "ann destination repaired ann@10.0.0.7", "ann destination repaired ann@10.0.0.7");
    // They are no dead letters any more, so the same order again finds nothing.
    assertThat(run(replay(filter)).progress().matched()).isZero();
  }

  @Test
  void whatWasDeliveredGoesAgainOnlyIfThatIsSaid() {
    Subscription orders = subscribe("orders");
    received("evt-1", "t", "{}");
    deliver(claimOne(orders));
    received("evt-2", "t", "{}");

    Operation refused = run(replay(filter("source", "gamma")));
    assertThat(refused.progress().done()).isZero();
    assertThat(refused.detail())
        .isEqualTo("1 delivered already (again, or --again, repeats that); 1 on the way already");

    Operation done =
        run(new Request(Kind.REPLAY, false, filter("source", "gamma"), null, true, 10));
    assertThat(done.progress()).isEqualTo(new Operations.Progress(2, 2, 2, 1, 1));
    assertThat(deliveries("orders"))
        .containsExactly("evt-1 0 delivered", "evt-1 1 waiting", "evt-2 0 waiting");
  }

  @Test
  void eventsWithoutASubscriptionGoToTheOneThatIsNamed() {
    received("evt-1", "order.paid", "{}");
    received("evt-2", "order.paid", "{}");
    Subscription invoices = subscribe("invoices", "invoice.*");
    subscribe("all", "*").number();
    received("evt-3", "order.paid", "{}");
    assertThat(deliveries("all")).hasSize(3);

    Request request =
        new Request(
            Kind.REPLAY,
            false,
            filter("type", "order.*"),
            new SubscriptionName("invoices"),
            false,
            100);
    assertThat(run(dry(request)).progress().done()).isEqualTo(3);
    assertThat(run(request).progress().done()).isEqualTo(3);

    assertThat(deliveries("invoices"))
        .containsExactly("evt-1 0 waiting", "evt-2 0 waiting", "evt-3 0 waiting");
    assertThat(claim(invoices, 10)).hasSize(3);
    assertThat(run(request).detail()).isEqualTo("3 on the way already");
    inbox.change(GAMMA, invoices.name(), SubscriptionState.RETIRED, ANN);
    assertThat(
            run(new Request(Kind.REPLAY, false, filter(), new SubscriptionName("nobody"), false, 9))
                .detail())
        .isEqualTo("3 of a source without the target");
  }

  @Test
  void whatIsUnsubscribedSaysWhatIsMissing() {
    received("evt-1", "order.paid", "{}");

    Operation done = run(replay(filter("state", "unsubscribed")));

    assertThat(done.progress().skipped()).isEqualTo(1);
    assertThat(done.detail())
        .isEqualTo("1 without a subscription (name one as the target, or with --to)");
  }

  @Test
  void deadLettersAreDiscardedByFilter() {
    Subscription orders = subscribe("orders");
    received("evt-1", "t", "{}");
    die(orders, "http-410", "Gone", null);
    received("evt-2", "t", "{}");
    deliver(claimOne(orders));

    Operation done =
        run(new Request(Kind.DISCARD, false, filter("source", "gamma"), null, false, 9));

    assertThat(done.progress()).isEqualTo(new Operations.Progress(2, 2, 2, 1, 1));
    assertThat(deliveries("orders")).containsExactly("evt-1 0 discarded", "evt-2 0 delivered");
  }

  @Test
  void onePersonsEventsAreErasedWithTheirKeysKept() {
    Subscription orders = subscribe("orders");
    String ann = "{\"customer\":{\"email\":\"ann@example.com\"}}";
    Reference delivered = received("evt-1", "t", ann);
    deliver(claimOne(orders));
    Reference waiting = received("evt-2", "t", ann);
    received("evt-3", "t", "{\"customer\":{\"email\":\"bob@example.com\"}}");
    keep("ann's", ann);
    keep("bob's", "{\"customer\":{\"email\":\"bob@example.com\"}}");
    Request request =
        new Request(
            Kind.ERASE,
            false,
            filter("match", "$.customer.email=ann@example.com"),
            null,
            false,
            100);

    assertThat(run(dry(request)).progress().done()).isEqualTo(3);
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(3);

    Operation done = run(request);

    assertThat(done.progress().done()).isEqualTo(3);
    assertThat(store.rows("select count(*) from webhook_body")).containsExactly("1");
    assertThat(store.rows("select detail from webhook_quarantine")).containsExactly("bob's");
    assertThat(store.rows("select headers from webhook_event order by event_id"))
        .startsWith("{}", "{}");
    assertThat(deliveries("orders"))
        .containsExactly("evt-1 0 delivered", "evt-2 0 discarded", "evt-3 0 waiting");
    assertThat(inbox.history(waiting, 10))
        .extracting(row -> row.kind())
        .containsExactly("received", "erased");
    assertThat(inbox.search().find(delivered).orElseThrow().summary().bytes()).isEqualTo(-1);
    // The key is there: the same event is a duplicate still.
    assertThat(accept(event("gamma", "evt-1", "t", ann)))
        .isEqualTo(new io.gammawebhook.inbox.Acceptance.Duplicate(delivered, false));
    assertThat(claim(orders, 10)).hasSize(1);
  }

  @Test
  void whatIsAtWorkIsNotErased() {
    Subscription orders = subscribe("orders");
    Reference reference = received("evt-1", "t", "{}");
    claimOne(orders);

    Operation done =
        run(new Request(Kind.ERASE, false, filter("event", reference.toString()), null, false, 1));

    assertThat(done.detail()).isEqualTo("1 at work");
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(1);
  }

  private void keep(String detail, String body) {
    assertThat(
            join(
                inbox
                    .quarantine()
                    .keep(
                        new UnverifiedRequest(
                            event("gamma", "x", "t", "{}").reference(),
                            GAMMA,
                            null,
                            Map.of(),
                            "192.0.2.1",
                            RawBody.of(body.getBytes(StandardCharsets.UTF_8)),
                            "signature-mismatch",
                            detail))))
        .isEqualTo(Quarantine.Kept.KEPT);
  }

  @Test
  void aCancelledOperationStopsWhereItIs() {
    Subscription orders = subscribe("orders");
    for (int i = 0; i < 40; i++) {
      received("evt-" + i, "t", "{}");
      die(orders, "http-503", "down", null);
    }
    // One a second: it cannot have come to its end.
    Reference id =
        inbox
            .operations()
            .start(new Request(Kind.REPLAY, false, filter("state", "dead"), null, false, 1), ANN)
            .orElseThrow();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> inbox.operations().find(id).orElseThrow().progress().done() > 0);

    // A slow one holds up no other.
    Operation other = run(dry(replay(filter("source", "gamma"))));
    assertThat(other.progress().matched()).isEqualTo(40);
    assertThat(inbox.operations().find(id).orElseThrow().state()).isEqualTo(State.RUNNING);

    assertThat(inbox.operations().cancel(id, new Operator("bob", "wrong ones")))
        .contains(State.CANCELLED);

    Operation cancelled = ended(id);
    assertThat(cancelled.state()).isEqualTo(State.CANCELLED);
    assertThat(cancelled.detail()).isEqualTo("cancelled by bob: wrong ones");
    assertThat(cancelled.progress().total()).isEqualTo(40);
    assertThat(cancelled.progress().done()).isLessThan(40);
    assertThat(inbox.operations().cancel(id, ANN)).contains(State.CANCELLED);
    // The second one ended nothing.
    assertThat(
            store.rows(
                "select reason || ' ' || detail from webhook_audit where kind = 'cancelled'"))
        .containsExactly("bob wrong ones");
    assertThat(inbox.operations().cancel(Reference.lowest(1), ANN)).isEqualTo(Optional.empty());
    assertThat(inbox.operations().list(10))
        .extracting(Operation::id)
        .containsExactlyInAnyOrder(other.id(), id);
  }

  @Test
  void anotherNodeGoesOnWhereOneEnded() {
    Subscription orders = subscribe("orders");
    for (int i = 0; i < 12; i++) {
      received("evt-" + i, "t", "{}");
      finish(claimOne(orders), new Outcome.Dead(5, "http-503", "down"));
    }
    Reference id =
        inbox
            .operations()
            .start(new Request(Kind.REPLAY, false, filter("state", "dead"), null, false, 2), ANN)
            .orElseThrow();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> inbox.operations().find(id).orElseThrow().progress().done() > 0);
    inbox.close();
    // So that the rest does not take seconds; the one that goes on reads it.
    store.execute("update webhook_operation set rate = 10000");

    JdbcInbox other = store.open("node-2");

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> other.operations().find(id).orElseThrow().state() == State.DONE);
    assertThat(other.operations().find(id).orElseThrow().progress())
        .isEqualTo(new Operations.Progress(12, 12, 12, 12, 0));
    assertThat(store.number("select count(*) from webhook_delivery where run = 1")).isEqualTo(12);
    assertThat(store.number("select count(*) from webhook_delivery where run > 1")).isZero();
  }

  /** A path that searches within what it searched would look at each place again and again. */
  @Test
  void aPathThatTakesTooLongIsRefusedAndHoldsUpNothing() {
    String deep = "{\"a\":".repeat(150) + "1" + "}".repeat(150);
    received("evt-1", "t", deep);
    keep("deep", deep);
    EventFilter bomb = filter("match", "$..*..*..*..*..*..*..nope");

    assertThatThrownBy(() -> inbox.search().events(bomb, null, 10))
        .isInstanceOf(TooMuchWorkException.class)
        .hasMessageContaining("'match' takes too long");
    Operation failed = run(new Request(Kind.ERASE, true, bomb, null, false, 9));

    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.detail()).contains("'match' takes too long");
    received("evt-2", "t", "{}");
  }
}
