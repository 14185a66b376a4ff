package io.gammawebhook.admin;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.inbox.TooMuchWorkException;
import io.gammawebhook.registration.LookUnderWayException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask and order, whatever face they use: the Actuator endpoint of a node, or the
 * command line on the store itself. Parameters are texts by name, of which any may be missing; what
 * cannot be understood is answered with a problem that names the parameter and the cure. Safe for
 * use by many threads.
 */
public final class WebhookService {

  /** The lists and single things that {@link #read} has, for messages. */
  private static final String LISTS =
      "events, event, history, dead-letters, causes, audit, subscriptions, sources, operations,"
          + " unsubscribed, quarantine, registrations and diff";

  private static final String OPERATIONS =
      "replay, retry and discard of a delivery; replay, discard and erase of the events that fit"
          + " criteria, and cancel of such an operation; pause, resume and retire of a subscription;"
          + " reverify, release and discard of requests in quarantine; and apply, rotate, remove and"
          + " test of a registration";

  private final Supplier<Inbox> inbox;
  private final Reads reads;
  private final ManyEvents many;
  private final QuarantineOrders quarantine;
  private final RegistrationOrders registrations;

  /**
   * @param inbox the inbox of this process
   * @param node what the service asks the node that it runs in
   */
  public WebhookService(Supplier<Inbox> inbox, Node node) {
    this.inbox = inbox;
    this.reads = new Reads(inbox, node);
    this.many = new ManyEvents(inbox, node.clock());
    this.quarantine = new QuarantineOrders(inbox, node::receivers);
    this.registrations = new RegistrationOrders(node.registrations());
  }

  /** How full the inbox is. */
  public Answer status() {
    return answer(reads::status);
  }

  /**
   * Answers a question.
   *
   * @param list what is asked for, such as {@code events}
   */
  public Answer read(String list, Map<String, String> given) {
    return answer(
        () -> {
          Answer found =
              switch (list) {
                case "registrations" -> registrations.list(given);
                case "diff" -> registrations.diff(given);
                default -> reads.of(list, given);
              };
          return found == null
              ? Answer.problem(404, "There is no list of that name: the lists are " + LISTS)
              : found;
        });
  }

  /**
   * Carries an order out, or begins to.
   *
   * @param operation what is ordered, such as {@code replay}; or a delivery's id alone, which
   *     replays it
   */
  public Answer order(String operation, Map<String, String> given, Caller caller) {
    return answer(() -> ordered(operation, given, caller));
  }

  private Answer ordered(String operation, Map<String, String> given, Caller caller) {
    Suitable.check(operation, given);
    return switch (operation) {
      case "replay" ->
          given.containsKey("delivery")
              ? replay(given.get("delivery"), given, caller)
              : many.replay(given, caller);
      case "retry" ->
          Answered.retry(
              inbox.get().makeDue(Given.delivery(given.get("delivery")), operator(given, caller)));
      case "discard" -> discard(given, caller);
      case "erase" -> many.erase(given, caller);
      case "cancel" -> many.cancel(given, caller);
      case "reverify" -> release("would-be-released", given, null);
      case "release" -> release("released", given, operator(given, caller));
      case "pause" -> change(SubscriptionState.PAUSED, given, caller);
      case "resume" -> change(SubscriptionState.ACTIVE, given, caller);
      case "retire" -> change(SubscriptionState.RETIRED, given, caller);
      case "apply", "rotate", "remove", "test" -> registrations.order(operation, given, caller);
      default ->
          // An operation has no dot and no digit, and every delivery id has both.
          operation.chars().allMatch(Character::isLetter)
              ? Answer.problem(
                  404, "There is no operation of that name: the operations are " + OPERATIONS)
              : replay(operation, given, caller);
    };
  }

  private static Operator operator(Map<String, String> given, Caller caller) {
    return Given.operator(given.get("who"), given.get("why"), caller);
  }

  private Answer replay(@Nullable String text, Map<String, String> given, Caller caller) {
    DeliveryId delivery = Given.delivery(text);
    Operator operator = operator(given, caller);
    return Answered.replay(
        Given.yes("again", given.get("again"))
            ? inbox.get().replayAgain(delivery, operator)
            : inbox.get().replay(delivery, operator));
  }

  private Answer discard(Map<String, String> given, Caller caller) {
    if (given.containsKey("delivery")) {
      return Answered.discard(
          inbox.get().discard(Given.delivery(given.get("delivery")), operator(given, caller)));
    }
    return given.containsKey("state") || given.containsKey("event")
        ? many.discard(given, caller)
        : discardQuarantined(given, operator(given, caller));
  }

  private Answer release(String word, Map<String, String> given, @Nullable Operator operator) {
    String request = given.get("request");
    String source = given.get("source");
    if (Given.one("request", request, "source", source)) {
      return quarantine
          .release(Given.reference("request", request), operator)
          .map(outcome -> Answered.released(word, outcome))
          .orElseGet(Answered::notInQuarantine);
    }
    return Answered.released(
        word, quarantine.release(Given.source(source), Given.after(given.get("after")), operator));
  }

  private Answer discardQuarantined(Map<String, String> given, Operator operator) {
    String request = given.get("request");
    String source = given.get("source");
    if (request == null && source == null) {
      throw new InvalidRequestException(
          "'delivery' is missing: give the id of a dead letter; or 'state' dead and other criteria"
              + " for many; or 'request' or 'source' for what is in quarantine");
    }
    if (Given.one("request", request, "source", source)) {
      Reference reference = Given.reference("request", request);
      return quarantine.discard(reference, operator)
          ? Answered.discarded(new QuarantineOrders.Discarded(1, 0, null))
          : Answered.notInQuarantine();
    }
    return Answered.discarded(
        quarantine.discard(Given.source(source), Given.after(given.get("after")), operator));
  }

  private Answer change(SubscriptionState state, Map<String, String> given, Caller caller) {
    SourceName source = Given.source(given.get("source"));
    SubscriptionName name = Given.subscription(given.get("subscription"));
    Operator operator = operator(given, caller);
    return inbox
        .get()
        .change(source, name, state, operator)
        .map(before -> Answered.changed(source, name, state, before))
        .orElseGet(
            () ->
                Answer.problem(
                    404,
                    "The source has no subscription of that name: the list subscriptions, which is a"
                        + " command too, shows all of them"));
  }

  private static Answer answer(Supplier<Answer> work) {
    try {
      return work.get();
    } catch (InvalidRequestException | TooMuchWorkException e) {
      return Answer.problem(400, String.valueOf(e.getMessage()));
    } catch (LookUnderWayException e) {
      long seconds = Math.max(1, e.again().toSeconds());
      return new Answer(
          503,
          Answer.problemBody(503, e.getMessage() + ". Ask again in " + seconds + " s"),
          e.again());
    } catch (StoreException | IllegalStateException e) {
      return Answer.problem(
          503,
          e.getMessage() + ". Look at the log and the database, and ask again when it is back");
    }
  }
}
