package io.gammawebhook.inbox;

import java.util.List;

/**
 * @param unsubscribedEvents stored events that no subscription has taken; they are kept
 */
public record InboxStatus(List<SubscriptionStatus> subscriptions, long unsubscribedEvents) {

  /**
   * @param oldestWaitingMillis the age of the oldest waiting delivery, or 0
   */
  public record SubscriptionStatus(
      Subscription subscription, long waiting, long leased, long dead, long oldestWaitingMillis) {}
}
