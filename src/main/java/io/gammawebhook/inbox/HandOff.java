package io.gammawebhook.inbox;

/**
 * The local workers of a subscription, as the inbox sees them. Called on the inbox's writer thread:
 * it never blocks.
 */
public interface HandOff {

  /** Takes a worker's permit; false if none is free. Each true is followed by one other call. */
  boolean tryReserve();

  /** The reserved permit is not needed after all. */
  void cancel();

  /** The delivery is committed as leased: start it with the reserved permit. */
  void deliver(LeasedDelivery delivery);

  /** A delivery was committed that nobody took: it waits in the store. */
  void waiting();
}
