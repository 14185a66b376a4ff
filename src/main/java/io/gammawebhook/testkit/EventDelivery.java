package io.gammawebhook.testkit;

import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The delivery of an event to one subscription. Each assertion waits for what is under way, as long
 * as {@link Webhooks#waitAtMost} says, and not for a retry that is due later.
 */
public final class EventDelivery {

  private final Webhooks webhooks;
  private final SentEvent event;
  private final String subscription;

  EventDelivery(Webhooks webhooks, SentEvent event, String subscription) {
    this.webhooks = webhooks;
    this.event = event;
    this.subscription = subscription;
  }

  /** A route completed it. */
  public EventDelivery isDelivered() {
    return must("delivered", is -> is.state() == EventState.DELIVERED);
  }

  /** It failed for good, or used up its attempts. */
  public EventDelivery isDead() {
    return must("a dead letter", is -> is.state() == EventState.DEAD);
  }

  /** Its last attempt failed, and the next one has its time. */
  public EventDelivery isWaiting() {
    return must("waiting for a retry", EventDelivery::waitsForRetry);
  }

  /**
   * One attempt was made, and failed for that reason.
   *
   * @see #failed
   */
  public EventDelivery failedOnce(String reason) {
    return failed(1, reason);
  }

  /**
   * So many attempts were made, and the last one failed for that reason. It waits for the next, or
   * is dead.
   *
   * @param reason an exception's class, with its package or without, or {@code http-503} and the
   *     like
   */
  public EventDelivery failed(int attempts, String reason) {
    return must(
        "failed after attempt " + attempts + " for " + reason,
        is ->
            is.attempts() == attempts
                && (waitsForRetry(is) || is.state() == EventState.DEAD)
                && (reason.equals(is.reason())
                    || String.valueOf(is.reason()).endsWith("." + reason)));
  }

  /**
   * The next attempt is due that long after the failed one, as the retry policy says it: the given
   * wait, varied by the jitter that is configured ({@code gamma.webhook.retry.jitter}).
   */
  public EventDelivery isDueIn(Duration wait) {
    Duration is = isWaiting().dueIn();
    double most = wait.toMillis() * webhooks.jitter() + 1;
    if (Math.abs(is.toMillis() - wait.toMillis()) > most) {
      throw failure("due in " + wait + " (or as far off as the jitter says), but it is in " + is);
    }
    return this;
  }

  /**
   * How long after the failed attempt the next one is due.
   *
   * @throws AssertionError if it does not wait for a retry
   */
  public Duration dueIn() {
    FoundDelivery is = isWaiting().find();
    long failedAt =
        history().stream()
            .filter(row -> row.kind().equals("attempt_failed"))
            .reduce((first, last) -> last)
            .orElseThrow(() -> failure("one whose failed attempt is in the audit"))
            .at();
    return Duration.ofMillis(is.dueAt() - failedAt);
  }

  /**
   * An operator lets it go again: a dead letter, or one that was delivered already.
   *
   * @return the new delivery, which has an id of its own
   */
  public EventDelivery replay() {
    settle();
    DeliveryOrder order = webhooks.inbox().replayAgain(find().delivery(), Webhooks.OPERATOR);
    if (!(order instanceof DeliveryOrder.Done)) {
      throw failure("one that can be replayed, but the inbox says " + order);
    }
    return this;
  }

  /** What a route sees as {@code CamelWebhookDeliveryId}: the same in each attempt. */
  public String id() {
    return find().delivery().toString();
  }

  /** How many attempts were begun, at this moment. */
  public int attempts() {
    return find().attempts();
  }

  private static boolean waitsForRetry(FoundDelivery is) {
    return is.state() == EventState.WAITING && is.attempts() > 0;
  }

  private EventDelivery must(String what, Predicate<FoundDelivery> so) {
    webhooks.patience().until(() -> so.test(find()) || nothingHappens(find()));
    if (!so.test(find())) {
      throw failure(what);
    }
    return this;
  }

  private void settle() {
    webhooks.patience().until(() -> nothingHappens(find()));
  }

  /** Whether it stays as it is, unless the test does something. */
  private boolean nothingHappens(FoundDelivery is) {
    return switch (is.state()) {
      case LEASED -> false;
      case WAITING -> webhooks.timeIsOurs() && is.dueAt() > webhooks.now().toEpochMilli();
      default -> true;
    };
  }

  private FoundDelivery find() {
    return event.found().deliveries().stream()
        .filter(each -> each.newest() && each.subscription().value().equals(subscription))
        .findFirst()
        .orElseThrow();
  }

  private List<AuditRow> history() {
    String id = find().delivery().toString();
    return webhooks.inbox().history(event.stored(), 1_000).stream()
        .filter(row -> Objects.toString(row.delivery()).equals(id))
        .toList();
  }

  private AssertionError failure(String what) {
    return new AssertionError(
        event
            + " should have a delivery to '"
            + subscription
            + "' that is "
            + what
            + ". "
            + Report.of(webhooks, List.of(event.found())));
  }
}
