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
 * The Actuator endpoint {@code webhooks}: how full the inbox is, the dead letters and events
 * without a subscription, and what an operator may order. It is reachable only where the host
 * exposes it, under the host's own security; it shows no body.
 *
 * <p>All parameters are texts that may be missing, so that the answer to a wrong one is ours, with
 * reason and cure; the annotation is Spring's own, since Actuator demands a parameter that has any
 * other.
 */
@WebEndpoint(id = "webhooks")
public class WebhooksEndpoint {

  private final Supplier<Inbox> inbox;

  public WebhooksEndpoint(Supplier<Inbox> inbox) {
    this.inbox = inbox;
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
          body.put("subscriptions", status.subscriptions().stream().map(Shown::of).toList());
          return new WebEndpointResponse<>(body);
        });
  }

  /**
   * A list: {@code dead-letters} or {@code unsubscribed}.
   *
   * @param limit 1 to 1,000, by default 100
   */
  @ReadOperation
  public WebEndpointResponse<?> list(@Selector String list, @Nullable String limit) {
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
              default ->
                  Answered.problem(
                      404,
                      "There is no list of that name: the lists are dead-letters and"
                          + " unsubscribed");
            });
  }

  /**
   * Carries out an operator's order.
   *
   * @param operation {@code replay}, {@code retry} or {@code discard} of a delivery; {@code pause},
   *     {@code resume} or {@code retire} of a subscription; or a delivery's id alone, which replays
   *     it
   * @param delivery its id, as the log, the audit and the list of dead letters show it
   * @param again of a replay: {@code true} to let it go also if a later run was delivered
   * @param source the subscription's source
   * @param subscription its name
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
                  Answered.discard(
                      inbox.get().discard(Given.delivery(delivery), Given.operator(who, why)));
              case "pause" -> change(SubscriptionState.PAUSED, source, subscription, who, why);
              case "resume" -> change(SubscriptionState.ACTIVE, source, subscription, who, why);
              case "retire" -> change(SubscriptionState.RETIRED, source, subscription, who, why);
              default -> {
                // An operation has no dot and no digit, and every delivery id has both.
                if (operation.chars().allMatch(Character::isLetter)) {
                  yield Answered.problem(
                      404,
                      "There is no operation of that name: the operations are replay, retry and"
                          + " discard of a delivery, and pause, resume and retire of a subscription");
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
