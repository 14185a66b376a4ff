package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as a search shows it.
 *
 * @param eventId the sender's; null if it gave none
 * @param eventType the sender's; null if there is none
 * @param receivedAt in epoch milliseconds, by the store's clock
 * @param bytes of its body; -1 if that is gone, by {@link Retention} or because it was erased
 * @param deliveries in the order of their subscriptions and runs
 */
public record FoundEvent(
    Reference reference,
    SourceName source,
    @Nullable String eventId,
    @Nullable String eventType,
    long receivedAt,
    long bytes,
    List<FoundDelivery> deliveries) {

  public FoundEvent {
    deliveries = List.copyOf(deliveries);
  }

  /** How it stands as a whole. */
  public EventState state() {
    EventState state = EventState.UNSUBSCRIBED;
    for (FoundDelivery delivery : deliveries) {
      if (delivery.newest() && delivery.state().compareTo(state) < 0) {
        state = delivery.state();
      }
    }
    return state;
  }

  /**
   * One of its deliveries.
   *
   * @param newest whether it is the newest run of the event for the subscription
   * @param attempts how many were begun
   * @param dueAt when the next attempt may start, or the lease ends, in epoch milliseconds
   * @param endedAt in epoch milliseconds; null if it has not ended
   * @param reason why the last attempt failed, or who settled it; null if neither
   * @param detail a sentence about that
   * @param destination what the last failed attempt was sent to, if known
   */
  public record FoundDelivery(
      DeliveryId delivery,
      SubscriptionName subscription,
      boolean newest,
      EventState state,
      int attempts,
      long dueAt,
      @Nullable Long endedAt,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable String destination) {}
}
