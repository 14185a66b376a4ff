package io.gammawebhook.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to keep house: one row for all nodes, which is leased as a delivery is. While a
 * node has the turn {@code due_at} is the end of its lease, by the store's clock; in between it is
 * when the next turn begins. A node that dies loses its turn with the lease.
 *
 * @param epoch rises with each turn, so that a node that was too slow finds its turn gone
 * @param bodiesDone up to when (by the references) bodies were looked at in an earlier turn
 * @param keysDone the same of dedup keys
 */
record HousekeepingTurn(int epoch, long bodiesDone, long keysDone) {

  static final long LEASE_MILLIS = 60_000;
  static final long INTERVAL_MILLIS = 600_000;

  private static final String TASK = "retention";

  /** Takes the turn, or null if it is not due or another node has it. */
  static @Nullable HousekeepingTurn take(Batch batch) throws SQLException {
    Connection c = batch.connection();
    if (!takeRow(batch)) {
      if (exists(c)) {
        return null;
      }
      try (PreparedStatement s =
          c.prepareStatement(
              "insert into webhook_housekeeping"
                  + " (task, node, epoch, due_at, bodies_done, keys_done)"
                  + " values (?, null, 0, 0, 0, 0) on conflict (task) do nothing")) {
        s.setString(1, TASK);
        s.executeUpdate();
      }
      if (!takeRow(batch)) {
        return null;
      }
    }
    try (PreparedStatement s =
        c.prepareStatement(
            "select epoch, bodies_done, keys_done from webhook_housekeeping where task = ?")) {
      s.setString(1, TASK);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return new HousekeepingTurn(
            r.getInt("epoch"), r.getLong("bodies_done"), r.getLong("keys_done"));
      }
    }
  }

  private static boolean takeRow(Batch batch) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_housekeeping set node = ?, epoch = epoch + 1, due_at = ?"
                    + " where task = ? and due_at <= ?")) {
      s.setString(1, batch.node());
      s.setLong(2, batch.now() + LEASE_MILLIS);
      s.setString(3, TASK);
      s.setLong(4, batch.now());
      return s.executeUpdate() == 1;
    }
  }

  private static boolean exists(Connection c) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("select 1 from webhook_housekeeping where task = ?")) {
      s.setString(1, TASK);
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  /** Keeps the turn; false if another node has it by now. */
  boolean renew(Batch batch) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_housekeeping set due_at = ? where task = ? and epoch = ?")) {
      s.setLong(1, batch.now() + LEASE_MILLIS);
      s.setString(2, TASK);
      s.setInt(3, epoch);
      return s.executeUpdate() == 1;
    }
  }

  /** Ends the turn, and notes how far it came. */
  void end(Batch batch, long newBodiesDone, long newKeysDone) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_housekeeping set node = null, due_at = ?, bodies_done = ?,"
                    + " keys_done = ? where task = ? and epoch = ?")) {
      s.setLong(1, batch.now() + INTERVAL_MILLIS);
      s.setLong(2, newBodiesDone);
      s.setLong(3, newKeysDone);
      s.setString(4, TASK);
      s.setInt(5, epoch);
      s.executeUpdate();
    }
  }
}
