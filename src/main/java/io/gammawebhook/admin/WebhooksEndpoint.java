package io.gammawebhook.admin;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.SubscriptionState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.lang.Nullable;

/**
 * The Actuator endpoint {@code webhooks}: how full the inbox is, the dead letters, the events
 * without a subscription, the requests in quarantine, the history of an event, and what an operator
 * may order. It is reachable only where the host exposes it, under the host's own security; it
 * shows no body.
 *
 * <p>All parameters are texts that may be missing, so that the answer to a wrong one is ours, with
 * reason and cure; the annotation is Spring's own, since Actuator demands a parameter that has any
 * other.
 */
@WebEndpoint(id = "webhooks")
public class WebhooksEndpoint {

  private final Supplier<Inbox> inbox;
  private final QuarantineOrders quarantine;

  public WebhooksEndpoint(Supplier<Inbox> inbox, QuarantineOrders quarantine) {
    this.inbox = inbox;
    this.quarantine = quarantine;
  }

  /** State, and open and dead deliveries, of each subscription. */
  @ReadOperation
  public WebEndpointResponse<?> status() {
    return answer(
        () -> {
          InboxStatus status = inbox.get().status();
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("store", status.storeDown() ? "down" : "up");
          body.put("unsubscribed-events", status.unsubscribedEvents());
          body.put("quarantined-requests", Shown.of(inbox.get().quarantine().counts()));
          body.put("subscriptions", status.subscriptions().stream().map(Shown::of).toList());
          return new WebEndpointResponse<>(body);
        });
  }

  /**
   * A list: {@code dead-letters}, {@code unsubscribed}, {@code quarantine} or {@code history}.
   *
   * @param limit 1 to 1,000, by default 100
   * @param source of {@code quarantine}: this source only
   * @param after of {@code quarantine}: those after this reference
   * @param event of {@code history}: the reference of the event, or of the request that became none
   */
  @ReadOperation
  public WebEndpointResponse<?> list(
      @Selector String list,
      @Nullable String limit,
      @Nullable String source,
      @Nullable String after,
      @Nullable String event) {
    return answer(
        () ->
            switch (list) {
              case "dead-letters" ->
                  new WebEndpointResponse<>(
                      inbox.get().deadLetters(Given.limit(limit)).stream().map(Shown::of).toList());
              case "unsubscribed" ->
                  new WebEndpointResponse<>(
                      inbox.get().unsubscribedEvents(Given.limit(limit)).stream()
                          .map(Shown::of)
                          .toList());
              case "quarantine" ->
                  new WebEndpointResponse<>(
                      inbox
                          .get()
                          .quarantine()
                          .list(
                              source == null ? null : Given.source(source),
                              Given.after(after),
                              Given.limit(limit))
                          .stream()
                          .map(Shown::of)
                          .toList());
              case "history" ->
                  new WebEndpointResponse<>(
                      inbox.get().history(Given.event(event), Given.limit(limit)).stream()
                          .map(Shown::of)
                          .toList());
              default ->
                  Answered.problem(
                      404,
                      "There is no list of that name: the lists are dead-letters, unsubscribed,"
                          + " quarantine and history");
            });
  }

  /**
   * Carries out an operator's order.
   *
   * @param operation {@code replay}, {@code retry} or {@code discard} of a delivery; {@code pause},
   *     {@code resume} or {@code retire} of a subscription; {@code reverify}, {@code release} or
   *     {@code discard} of requests in quarantine; or a delivery's id alone, which replays it
   * @param delivery its id, as the log, the audit and the list of dead letters show it
   * @param again of a replay: {@code true} to let it go also if a later run was delivered
   * @param source the subscription's source; or, without a subscription, the one whose requests in
   *     quarantine are meant
   * @param subscription its name
   * @param request the reference of one request in quarantine
   * @param after of {@code reverify}, {@code release} and {@code discard} of a source: those after
   *     this reference
   * @param who the operator, for the audit
   * @param why for the audit
   */
  @WriteOperation
  public WebEndpointResponse<?> order(
      @Selector String operation,
      @Nullable String delivery,
      @Nullable String again,
      @Nullable String source,
      @Nullable String subscription,
      @Nullable String request,
      @Nullable String after,
      @Nullable String who,
      @Nullable String why) {
    return answer(
        () ->
            switch (operation) {
              case "replay" -> replay(delivery, again, who, why);
              case "retry" ->
                  Answered.retry(
                      inbox.get().makeDue(Given.delivery(delivery), Given.operator(who, why)));
              case "discard" ->
                  delivery == null
                      ? discard(request, source, after, Given.operator(who, why))
                      : Answered.discard(
                          inbox.get().discard(Given.delivery(delivery), Given.operator(who, why)));
              case "reverify" -> release("would-be-released", request, source, after, null);
              case "release" ->
                  release("released", request, source, after, Given.operator(who, why));
              case "pause" -> change(SubscriptionState.PAUSED, source, subscription, who, why);
              case "resume" -> change(SubscriptionState.ACTIVE, source, subscription, who, why);
              case "retire" -> change(SubscriptionState.RETIRED, source, subscription, who, why);
              default -> {
                // An operation has no dot and no digit, and every delivery id has both.
                if (operation.chars().allMatch(Character::isLetter)) {
                  yield Answered.problem(
                      404,
                      "There is no operation of that name: the operations are replay, retry and"
                          + " discard of a delivery, pause, resume and retire of a subscription, and"
                          + " reverify, release and discard of requests in quarantine");
                }
                yield replay(operation, again, who, why);
              }
            });
  }

  private WebEndpointResponse<?> replay(
      @Nullable String text, @Nullable String again, @Nullable String who, @Nullable String why) {
    DeliveryId delivery = Given.delivery(text);
    Operator operator = Given.operator(who, why);
    return Answered.replay(
        Given.again(again)
            ? inbox.get().replayAgain(delivery, operator)
            : inbox.get().replay(delivery, operator));
  }

  private WebEndpointResponse<?> release(
      String word,
      @Nullable String request,
      @Nullable String source,
      @Nullable String after,
      @Nullable Operator operator) {
    if (Given.one("request", request, "source", source)) {
      return quarantine
          .release(Given.reference("request", request), operator)
          .map(outcome -> Answered.released(word, outcome))
          .orElseGet(Answered::notInQuarantine);
    }
    return Answered.released(
        word, quarantine.release(Given.source(source), Given.after(after), operator));
  }

  private WebEndpointResponse<?> discard(
      @Nullable String request,
      @Nullable String source,
      @Nullable String after,
      Operator operator) {
    if (request == null && source == null) {
      throw new InvalidRequestException(
          "'delivery' is missing: give the id of a dead letter; or 'request' or 'source' for what is"
              + " in quarantine");
    }
    if (Given.one("request", request, "source", source)) {
      return quarantine.discard(Given.reference("request", request), operator)
          ? Answered.discarded(new QuarantineOrders.Discarded(1, 0, null))
          : Answered.notInQuarantine();
    }
    return Answered.discarded(
        quarantine.discard(Given.source(source), Given.after(after), operator));
  }

  private WebEndpointResponse<?> change(
      SubscriptionState state,
      @Nullable String source,
      @Nullable String subscription,
      @Nullable String who,
      @Nullable String why) {
    SourceName sourceName = Given.source(source);
    SubscriptionName name = Given.subscription(subscription);
    Operator operator = Given.operator(who, why);
    return inbox
        .get()
        .change(sourceName, name, state, operator)
        .map(before -> Answered.changed(sourceName, name, state, before))
        .orElseGet(
            () ->
                Answered.problem(
                    404,
                    "The source has no subscription of that name: GET /actuator/webhooks shows"
                        + " all of them"));
  }

  private static WebEndpointResponse<?> answer(Supplier<WebEndpointResponse<?>> work) {
    try {
      return work.get();
    } catch (InvalidRequestException e) {
      return Answered.problem(400, String.valueOf(e.getMessage()));
    } catch (StoreException | IllegalStateException e) {
      return Answered.problem(
          503,
          e.getMessage() + ". Look at the log and the database, and ask again when it is back");
    }
  }
}
