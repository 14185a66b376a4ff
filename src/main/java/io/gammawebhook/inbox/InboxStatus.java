package io.gammawebhook.inbox;

import java.util.List;

/**
 * How full the inbox is.
 *
 * @param subscriptions each with its open and dead deliveries, also the retired ones
 * @param unsubscribedEvents stored events that no subscription has taken; they are kept
 * @param storeDown whether the last write failed for the store's sake
 */
public record InboxStatus(
    List<SubscriptionStatus> subscriptions, long unsubscribedEvents, boolean storeDown) {

  /**
   * One subscription's deliveries.
   *
   * @param dead dead letters that nobody has replayed or discarded
   * @param oldestWaitingMillis how long the oldest waiting delivery has been due, or 0
   */
  public record SubscriptionStatus(
      Subscription subscription,
      SubscriptionState state,
      long waiting,
      long leased,
      long dead,
      long oldestWaitingMillis) {}
}
