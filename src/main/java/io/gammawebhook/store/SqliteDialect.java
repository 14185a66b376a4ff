package io.gammawebhook.store;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The embedded store: one process owns the file, one connection writes, so no statement needs a
 * lock of its own and the process's clock is the store's.
 */
final class SqliteDialect extends RowDialect {

  static final String DUE =
      "select rowid, reference, run, attempt, epoch, (select length(b.body) from webhook_body b"
          + " where b.reference = webhook_delivery.reference) as size from webhook_delivery"
          + " where subscription = "
          + IF_ACTIVE
          + " and state in ('waiting', 'leased') and due_at <= ?"
          + " order by due_at limit ?";

  private static final String LEASE =
      "update webhook_delivery set state = 'leased', attempt = ?, epoch = ?, due_at = ?, node = ?"
          + " where rowid = ?";

  private final StoreClock clock;

  SqliteDialect(InstantSource clock) {
    this.clock = connection -> clock.millis();
  }

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public StoreClock clock() {
    return clock;
  }

  @Override
  public long beginAccept(Connection c, String query, RowReader reader) throws SQLException {
    // The single writer makes every transaction serial.
    try (PreparedStatement s = c.prepareStatement(query);
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        reader.read(r);
      }
    }
    return clock.now(c);
  }

  @Override
  public void beginRegister(Connection c) {
    // The single writer makes every transaction serial.
  }

  @Override
  public void beginSweep(Connection c) {
    // The single writer makes every transaction serial.
  }

  @Override
  public void beginSearch(Connection c) {
    // Readers see the last commit, and nobody waits for them.
  }

  @Override
  public String lockForDeletion() {
    return "";
  }

  @Override
  public String lockForUse() {
    return "";
  }

  @Override
  public boolean hasTable(Connection c, String table) throws SQLException {
    return holds(c, "select 1 from sqlite_master where type = 'table' and name = ?", table);
  }

  @Override
  public List<Lease> claim(
      Connection c, int subscription, Most most, long now, long until, String node)
      throws SQLException {
    List<Lease> leases = new ArrayList<>();
    // Two statements, since an update returns its rows in any order; the transaction has the
    // write lock from its begin.
    try (PreparedStatement due = c.prepareStatement(DUE);
        PreparedStatement lease = c.prepareStatement(LEASE)) {
      due.setInt(1, subscription);
      due.setLong(2, now);
      due.setInt(3, most.deliveries());
      try (ResultSet r = due.executeQuery()) {
        long bytes = 0;
        while (bytes < most.bytes() && r.next()) {
          bytes += r.getLong("size");
          DeliveryId delivery =
              new DeliveryId(getReference(r, "reference"), subscription, r.getInt("run"));
          Lease next = new Lease(delivery, r.getInt("attempt") + 1, r.getInt("epoch") + 1);
          leases.add(next);
          lease.setInt(1, next.attempt());
          lease.setInt(2, next.epoch());
          lease.setLong(3, until);
          lease.setString(4, node);
          lease.setLong(5, r.getLong("rowid"));
          lease.addBatch();
        }
      }
      if (!leases.isEmpty()) {
        lease.executeBatch();
      }
    }
    return leases;
  }

  @Override
  public boolean isRowFault(SQLException e) {
    return e instanceof SQLiteException s
        && (isKind(s, SQLiteErrorCode.SQLITE_CONSTRAINT)
            || isKind(s, SQLiteErrorCode.SQLITE_TOOBIG)
            || isKind(s, SQLiteErrorCode.SQLITE_MISMATCH));
  }

  private static boolean isKind(SQLiteException e, SQLiteErrorCode kind) {
    // Extended codes carry the primary code in their low byte.
    return (e.getResultCode().code & 0xFF) == kind.code;
  }

  @Override
  public void setReference(PreparedStatement s, int index, Reference reference)
      throws SQLException {
    s.setString(index, reference.toString());
  }

  @Override
  public Reference getReference(ResultSet r, String column) throws SQLException {
    return Reference.parse(r.getString(column));
  }
}
