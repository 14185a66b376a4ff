package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that used up its attempts, or failed for good.
 *
 * @param attempts how many were made
 * @param endedAt in epoch milliseconds
 * @param reason a short code, such as {@code http-410} or an exception's class name
 * @param detail a sentence for people
 * @param replay the newest later run of the same event and subscription; null if there is none
 */
public record DeadLetter(
    DeliveryId delivery,
    SourceName source,
    SubscriptionName subscription,
    @Nullable String eventId,
    @Nullable String eventType,
    int attempts,
    long endedAt,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable Replay replay) {

  /**
   * How the event went again.
   *
   * @param state where that delivery stands: waiting, leased, delivered, dead or discarded
   * @param replayedAt in epoch milliseconds
   */
  public record Replay(DeliveryId delivery, String state, long replayedAt) {}
}
