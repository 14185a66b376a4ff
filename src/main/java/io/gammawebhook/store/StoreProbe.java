package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Asks a store that has failed whether it is back. An empty transaction succeeds on a full disk, so
 * this one takes room for a body and gives it back.
 */
final class StoreProbe {

  private static final int ROOM = 64 << 10;

  /** No event has it: it is older than every receipt. */
  private static final Reference NOBODY = Reference.lowest(0);

  private StoreProbe() {}

  /** Fails as long as the store cannot take another event. */
  static void run(Dialect dialect, Connection c) throws SQLException {
    try (PreparedStatement insert =
            c.prepareStatement("insert into webhook_body (reference, body) values (?, ?)");
        PreparedStatement delete =
            c.prepareStatement("delete from webhook_body where reference = ?")) {
      dialect.setReference(insert, 1, NOBODY);
      insert.setBytes(2, new byte[ROOM]);
      insert.executeUpdate();
      dialect.setReference(delete, 1, NOBODY);
      delete.executeUpdate();
    }
  }
}
