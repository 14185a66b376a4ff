package io.gammawebhook.store;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.inbox.DeliveryOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How one delivery and the other runs of its event for its subscription stand: why an order about
 * it is refused.
 *
 * @param own the delivery's state; null if there is no such delivery
 * @param open the run that is waiting or leased, of which there is one at most, since no run is
 *     added while one is
 * @param deliveredSince the latest run after the delivery that was delivered
 */
record Runs(
    @Nullable String own,
    DeliveryOrder.@Nullable AnotherIsOpen open,
    @Nullable DeliveryId deliveredSince) {

  static Runs of(Dialect dialect, Connection c, DeliveryId delivery) throws SQLException {
    String own = null;
    DeliveryOrder.AnotherIsOpen open = null;
    DeliveryId deliveredSince = null;
    try (PreparedStatement s =
        c.prepareStatement(
            "select run, state from webhook_delivery"
                + " where reference = ? and subscription = ? order by run")) {
      dialect.setReference(s, 1, delivery.reference());
      s.setInt(2, delivery.subscription());
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          String state = r.getString("state");
          DeliveryId run =
              new DeliveryId(delivery.reference(), delivery.subscription(), r.getInt("run"));
          if (run.equals(delivery)) {
            own = state;
          } else if (isOpen(state)) {
            open = new DeliveryOrder.AnotherIsOpen(run, state);
          } else if (state.equals("delivered") && run.run() > delivery.run()) {
            deliveredSince = run;
          }
        }
      }
    }
    return new Runs(own, open, deliveredSince);
  }

  static boolean isOpen(String state) {
    return state.equals("waiting") || state.equals("leased");
  }
}
