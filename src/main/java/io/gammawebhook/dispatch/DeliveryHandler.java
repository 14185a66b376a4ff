package io.gammawebhook.dispatch;

import io.gammawebhook.inbox.LeasedDelivery;

/** What a delivery is handed to: in the product, a Camel route. */
@FunctionalInterface
public interface DeliveryHandler {

  /**
   * Starts an attempt. It may return before the attempt has ended; exactly one call of {@code done}
   * ends it. Throwing counts as a failed attempt.
   */
  void handle(LeasedDelivery delivery, Done done);

  /** How an attempt is ended; later calls have no effect. */
  interface Done {
    /**
     * The work is complete.
     *
     * @param handled whether an error handler swallowed an exception on the way
     */
    void succeeded(boolean handled);

    void failed(Failure failure);
  }
}
