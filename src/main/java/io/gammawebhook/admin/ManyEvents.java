package io.gammawebhook.admin;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.inbox.Operations.Kind;
import io.gammawebhook.inbox.Operations.Request;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What operators order for all events that fit criteria. */
final class ManyEvents {

  private final Supplier<Inbox> inbox;
  private final InstantSource clock;

  ManyEvents(Supplier<Inbox> inbox, InstantSource clock) {
    this.inbox = inbox;
    this.clock = clock;
  }

  Answer replay(Map<String, String> given, Caller caller) {
    String target = given.get("target");
    return start(
        Kind.REPLAY,
        given,
        caller,
        target == null ? null : subscription(target),
        Given.yes("again", given.get("again")));
  }

  Answer discard(Map<String, String> given, Caller caller) {
    EventFilter filter = Given.filter(given, clock.instant());
    if (filter.state() != EventState.DEAD) {
      throw new InvalidRequestException(
          "Only dead letters are discarded: give 'state' dead with the other criteria");
    }
    return start(Kind.DISCARD, given, caller, null, false);
  }

  Answer erase(Map<String, String> given, Caller caller) {
    return start(Kind.ERASE, given, caller, null, false);
  }

  private static SubscriptionName subscription(String target) {
    try {
      return new SubscriptionName(target);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "'target' is malformed: give the name of the subscription that gets the events");
    }
  }

  private Answer start(
      Kind kind,
      Map<String, String> given,
      Caller caller,
      @Nullable SubscriptionName target,
      boolean again) {
    EventFilter filter = Given.filter(given, clock.instant());
    if (filter.criteria().isEmpty()) {
      throw new InvalidRequestException(
          (kind == Kind.ERASE
                  ? "Nothing says which events: give "
                  : "'delivery' is missing: give it, or ")
              + "criteria for many events: "
              + String.join(", ", EventFilter.NAMES));
    }
    Operator operator = Given.operator(given.get("who"), given.get("why"), caller);
    Request request =
        new Request(
            kind,
            Given.yes("dry", given.get("dry")),
            filter,
            target,
            again,
            Given.rate(given.get("rate")));
    return inbox
        .get()
        .operations()
        .start(request, operator)
        .map(id -> new Answer(202, stands(id, Operations.State.WAITING)))
        .orElseGet(
            () ->
                Answer.problem(
                    409,
                    Operations.MOST_OPEN
                        + " operations are open: wait for their end, or cancel some; the list"
                        + " operations shows them"));
  }

  Answer cancel(Map<String, String> given, Caller caller) {
    Reference id = Given.operation(given.get("operation"));
    Operator operator = Given.operator(given.get("who"), given.get("why"), caller);
    return inbox
        .get()
        .operations()
        .cancel(id, operator)
        .map(
            state ->
                state == Operations.State.CANCELLED
                    ? Answer.ok(stands(id, state))
                    : Answer.problem(
                        409, "The operation has ended (" + state.text() + "): nothing is left"))
        .orElseGet(ManyEvents::unknown);
  }

  private static Map<String, Object> stands(Reference id, Operations.State state) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("operation", id.toString());
    body.put("state", state.text());
    return body;
  }

  static Answer unknown() {
    return Answer.problem(404, "There is no such operation: take its id from the list operations");
  }
}
