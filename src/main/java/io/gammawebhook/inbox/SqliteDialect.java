package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
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

  private static final String CLAIM =
      "update webhook_delivery set state = 'leased', attempt = attempt + 1, epoch = epoch + 1,"
          + " due_at = ?, node = ? where rowid in (select rowid from webhook_delivery"
          + " where subscription = ? and state in ('waiting', 'leased') and due_at <= ?"
          + " order by due_at limit ?) returning reference, run, attempt, epoch";

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
  public void beginAccept(Connection c) {
    // The single writer makes every transaction serial.
  }

  @Override
  public void beginRegister(Connection c) {
    // The single writer makes every transaction serial.
  }

  @Override
  public List<Lease> claim(
      Connection c, int subscription, int max, long now, long until, String node)
      throws SQLException {
    List<Lease> leases = new ArrayList<>();
    try (PreparedStatement s = c.prepareStatement(CLAIM)) {
      s.setLong(1, until);
      s.setString(2, node);
      s.setInt(3, subscription);
      s.setLong(4, now);
      s.setInt(5, max);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          leases.add(
              new Lease(
                  new DeliveryId(getReference(r, "reference"), subscription, r.getInt("run")),
                  r.getInt("attempt"),
                  r.getInt("epoch")));
        }
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
