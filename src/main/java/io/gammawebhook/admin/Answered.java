package io.gammawebhook.admin;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.SubscriptionState;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answers to operators' orders; each refusal is a problem (RFC 9457) with reason and cure. */
final class Answered {

  private Answered() {}

  static Answer replay(DeliveryOrder order) {
    if (order instanceof DeliveryOrder.WrongState wrong) {
      return problem(
          409,
          wrong.state().equals("waiting")
              ? "The delivery is waiting: only one that has ended can be replayed. To let it start"
                  + " now, use the operation retry"
              : "The delivery is leased, that is, at work: only one that has ended can be"
                  + " replayed. Wait for its end");
    }
    return other(order, "waiting");
  }

  static Answer retry(DeliveryOrder order) {
    if (order instanceof DeliveryOrder.WrongState wrong) {
      return problem(
          409,
          wrong.state().equals("leased")
              ? "The delivery is leased, that is, at work already: wait for its end"
              : "The delivery is "
                  + wrong.state()
                  + ": only a waiting one can be retried now. To let it go again, use the"
                  + " operation replay");
    }
    return other(order, "waiting");
  }

  static Answer discard(DeliveryOrder order) {
    if (order instanceof DeliveryOrder.WrongState wrong) {
      return problem(
          409,
          switch (wrong.state()) {
            case "waiting", "leased" ->
                "The delivery is "
                    + wrong.state()
                    + ": only a dead letter can be discarded. To keep it from being delivered, use"
                    + " the operation pause on its subscription";
            case "discarded" -> "The delivery is discarded already";
            default -> "The delivery is " + wrong.state() + ": only a dead letter can be discarded";
          });
    }
    return other(order, "discarded");
  }

  private static Answer other(DeliveryOrder order, String done) {
    if (order instanceof DeliveryOrder.Done carriedOut) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("delivery", carriedOut.delivery().toString());
      body.put("state", done);
      return ok(body);
    }
    if (order instanceof DeliveryOrder.DeliveredSince delivered) {
      return problem(
          409,
          "The event was delivered to this subscription since, as the delivery "
              + delivered.later()
              + ": to let it have its effect once more, say \"again\":true",
          delivered.later());
    }
    if (order instanceof DeliveryOrder.AnotherIsOpen another) {
      return problem(
          409,
          "The event is on its way to this subscription again already, as the delivery "
              + another.open()
              + " ("
              + another.state()
              + "): wait for its end",
          another.open());
    }
    if (order instanceof DeliveryOrder.SubscriptionRetired) {
      return problem(
          409,
          "The delivery's subscription is retired, so nothing would take it: use the operation"
              + " resume on the subscription first");
    }
    if (order instanceof DeliveryOrder.BodyGone) {
      return problem(
          409,
          "The event's body is gone: the time of gamma.webhook.inbox.retention is over, or an"
              + " operator erased it, as its history says. It cannot be delivered any more");
    }
    return problem(
        404,
        "There is no such delivery: take its id from the log, the audit or the list dead-letters");
  }

  static Answer changed(
      SourceName source,
      SubscriptionName subscription,
      SubscriptionState state,
      SubscriptionState before) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("source", source.value());
    body.put("subscription", subscription.value());
    body.put("state", state.text());
    body.put("state-before", before.text());
    return ok(body);
  }

  /**
   * @param word what became of those that are valid
   */
  static Answer released(String word, QuarantineOrders.Outcome outcome) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(word, outcome.released());
    if (word.equals("released")) {
      body.put("duplicates", outcome.duplicates());
    }
    body.put("still-refused", outcome.refused());
    if (outcome.detail() != null) {
      body.put("first-refused-because", outcome.detail());
    }
    if (outcome.next() != null) {
      body.put("go-on-after", outcome.next().toString());
    }
    if (outcome.stopped() != null) {
      body.put("stopped-because", outcome.stopped());
    }
    return ok(body);
  }

  static Answer discarded(QuarantineOrders.Discarded discarded) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("discarded", discarded.discarded());
    body.put("kept-as-valid", discarded.valid());
    if (discarded.next() != null) {
      body.put("go-on-after", discarded.next().toString());
    }
    return ok(body);
  }

  static Answer notInQuarantine() {
    return problem(
        404,
        "There is no such request in quarantine: take its reference from GET"
            + " /actuator/webhooks/quarantine. It may have been released or discarded, or the time of"
            + " gamma.webhook.inbox.quarantine-retention is over");
  }

  private static Answer ok(Map<String, Object> body) {
    return Answer.ok(body);
  }

  static Answer problem(int status, String detail) {
    return Answer.problem(status, detail);
  }

  private static Answer problem(int status, String detail, DeliveryId delivery) {
    Map<String, Object> body = Answer.problemBody(status, detail);
    body.put("delivery", delivery.toString());
    return new Answer(status, body);
  }
}
