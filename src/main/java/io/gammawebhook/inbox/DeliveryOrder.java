package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;

/** What became of an operator's order about one delivery. */
public sealed interface DeliveryOrder {

  /**
   * It is carried out and audited.
   *
   * @param delivery what waits now: the delivery itself, or its replay; or what was discarded
   */
  record Done(DeliveryId delivery) implements DeliveryOrder {}

  /** There is no such delivery; nothing was changed. */
  record Unknown() implements DeliveryOrder {}

  /**
   * The delivery is in a state that the order is not for; nothing was changed.
   *
   * @param state {@code waiting}, {@code leased}, {@code delivered}, {@code dead} or {@code
   *     discarded}
   */
  record WrongState(String state) implements DeliveryOrder {}

  /**
   * The same event is on its way to the same subscription already, as another run; nothing was
   * changed.
   *
   * @param open that run
   * @param state its state
   */
  record AnotherIsOpen(DeliveryId open, String state) implements DeliveryOrder {}

  /**
   * A later run of the same event for the same subscription was delivered; nothing was changed.
   *
   * @param later the latest such run
   */
  record DeliveredSince(DeliveryId later) implements DeliveryOrder {}

  /** The subscription is retired, so that nobody would take it; nothing was changed. */
  record SubscriptionRetired() implements DeliveryOrder {}

  /** The event's body is gone by {@link Retention}; nothing was changed. */
  record BodyGone() implements DeliveryOrder {}
}
