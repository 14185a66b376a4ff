package io.gammawebhook.store;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.store.Linearizability.Call;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of {@link Inbox} and {@link Intake} as a sequential machine: one source, one
 * subscription, no time. A value.
 */
record InboxModel(
    int subscription, Map<String, WebhookEvent> events, Map<DeliveryId, Row> deliveries) {

  static InboxModel empty(Subscription subscription) {
    return new InboxModel(subscription.number(), Map.of(), Map.of());
  }

  /** A delivery. */
  record Row(String state, int attempt, int epoch) {
    boolean isOpen() {
      return state.equals("waiting") || state.equals("leased");
    }
  }

  /** What was called. */
  sealed interface Operation {
    record Accept(WebhookEvent event) implements Operation {}

    /**
     * @param complete whether it has to find all that waits; else it may miss some of it
     */
    record Claim(int max, boolean complete) implements Operation {}

    record Finish(Lease lease, Outcome outcome) implements Operation {}

    record Renew(Lease lease) implements Operation {}

    record Replay(DeliveryId delivery) implements Operation {}
  }

  /** The state after a call; empty if the inbox may not answer so. */
  Optional<InboxModel> after(Call<Operation, Object> call) {
    Operation operation = call.operation();
    if (operation instanceof Operation.Accept accept) {
      return accept(accept.event(), call.answer());
    } else if (operation instanceof Operation.Claim claim) {
      return claim(claim, ((Claimed) call.answer()).deliveries());
    } else if (operation instanceof Operation.Finish finish) {
      return call.answer().equals(stands(finish.lease())) ? Optional.of(end(finish)) : no();
    } else if (operation instanceof Operation.Renew renew) {
      return call.answer().equals(stands(renew.lease())) ? Optional.of(this) : no();
    } else {
      return replay(((Operation.Replay) operation).delivery(), call.answer());
    }
  }

  private static Optional<InboxModel> no() {
    return Optional.empty();
  }

  private Optional<InboxModel> accept(WebhookEvent event, Object answer) {
    String key = event.dedupKey().value();
    WebhookEvent first = events.get(key);
    if (first != null) {
      boolean differs = !Arrays.equals(first.body().bytes(), event.body().bytes());
      return answer.equals(new Acceptance.Duplicate(first.reference(), differs))
          ? Optional.of(this)
          : no();
    }
    if (!answer.equals(new Acceptance.Accepted(event.reference()))) {
      return no();
    }
    Map<String, WebhookEvent> more = new HashMap<>(events);
    more.put(key, event);
    return Optional.of(
        new InboxModel(subscription, more, deliveries)
            .with(id(event.reference(), 0), new Row("waiting", 0, 0)));
  }

  private Optional<InboxModel> claim(Operation.Claim claim, List<LeasedDelivery> got) {
    long waiting = deliveries.values().stream().filter(r -> r.state().equals("waiting")).count();
    if (got.size() > claim.max()
        || (claim.complete() && got.size() < Math.min(claim.max(), waiting))) {
      return no();
    }
    InboxModel after = this;
    for (LeasedDelivery leased : got) {
      Lease lease = leased.lease();
      Row row = after.deliveries.get(lease.delivery());
      if (row == null
          || !row.state().equals("waiting")
          || lease.attempt() != row.attempt() + 1
          || lease.epoch() != row.epoch() + 1) {
        return no();
      }
      after = after.with(lease.delivery(), new Row("leased", lease.attempt(), lease.epoch()));
    }
    return Optional.of(after);
  }

  /** Whether the lease is the delivery's. */
  private boolean stands(Lease lease) {
    Row row = deliveries.get(lease.delivery());
    return row != null && row.state().equals("leased") && row.epoch() == lease.epoch();
  }

  private InboxModel end(Operation.Finish finish) {
    Lease lease = finish.lease();
    Row row = deliveries.get(lease.delivery());
    if (row == null || !stands(lease)) {
      return this;
    }
    Outcome outcome = finish.outcome();
    String state =
        outcome instanceof Outcome.Delivered
            ? "delivered"
            : outcome instanceof Outcome.Dead ? "dead" : "waiting";
    int attempt = row.attempt() - (outcome instanceof Outcome.Released ? 1 : 0);
    return with(lease.delivery(), new Row(state, attempt, row.epoch()));
  }

  private Optional<InboxModel> replay(DeliveryId delivery, Object answer) {
    Row own = deliveries.get(delivery);
    int newest = newestRun(delivery.reference());
    DeliveryId last = id(delivery.reference(), newest);
    @Nullable Row lastRow = deliveries.get(last);
    if (own == null || lastRow == null) {
      return no();
    }
    if (own.isOpen()) {
      return answer.equals(new DeliveryOrder.WrongState(own.state())) ? Optional.of(this) : no();
    }
    if (lastRow.isOpen()) {
      return answer.equals(new DeliveryOrder.AnotherIsOpen(last, lastRow.state()))
          ? Optional.of(this)
          : no();
    }
    Optional<DeliveryId> delivered =
        deliveries.entrySet().stream()
            .filter(entry -> entry.getKey().reference().equals(delivery.reference()))
            .filter(entry -> entry.getKey().run() > delivery.run())
            .filter(entry -> entry.getValue().state().equals("delivered"))
            .map(Map.Entry::getKey)
            .max(Comparator.comparingInt(DeliveryId::run));
    if (delivered.isPresent()) {
      return answer.equals(new DeliveryOrder.DeliveredSince(delivered.get()))
          ? Optional.of(this)
          : no();
    }
    DeliveryId next = id(delivery.reference(), newest + 1);
    return answer.equals(new DeliveryOrder.Done(next))
        ? Optional.of(with(next, new Row("waiting", 0, 0)))
        : no();
  }

  private int newestRun(Reference reference) {
    return deliveries.keySet().stream()
        .filter(id -> id.reference().equals(reference))
        .mapToInt(DeliveryId::run)
        .max()
        .orElse(0);
  }

  private DeliveryId id(Reference reference, int run) {
    return new DeliveryId(reference, subscription, run);
  }

  private InboxModel with(DeliveryId delivery, Row row) {
    Map<DeliveryId, Row> changed = new HashMap<>(deliveries);
    changed.put(delivery, row);
    return new InboxModel(subscription, events, changed);
  }
}
