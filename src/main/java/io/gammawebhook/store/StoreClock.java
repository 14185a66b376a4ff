package io.gammawebhook.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The one clock that due times and leases are measured by, in UTC epoch milliseconds. Several nodes
 * on one database share the database's clock, so that a node whose own clock is wrong neither takes
 * work away from others nor holds it too long.
 */
public interface StoreClock {

  /** How far apart the clock of the node that made a reference and the store's may be. */
  long MARGIN_MILLIS = 3_600_000;

  /** The time now, as this transaction sees it. */
  long now(Connection connection) throws SQLException;
}
