package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases. One class per database, all held to one contract suite. A dialect
 * has no state; each call is part of the caller's transaction.
 */
interface Dialect {

  /**
   * A subscription's number, as the statement's own look finds it active; null, which equals
   * nothing, if it is paused or retired.
   */
  String IF_ACTIVE =
      "(select number from webhook_subscription where number = ? and state = 'active')";

  /** The name in migration files and messages, such as {@code sqlite}. */
  String name();

  /** The database's own clock, or the process's where the store belongs to one process. */
  StoreClock clock();

  /**
   * Begins a unit of work: the transaction sees every subscription that was registered before, and
   * no registration overtakes it. In the same round trip it reads.
   *
   * @return the {@linkplain #clock() store's} time
   */
  long beginAccept(Connection c, String query, RowReader reader) throws SQLException;

  /** Takes a row, which it is on. */
  interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  /** Waits for the accepting transactions under way, and holds new ones off until the commit. */
  void beginRegister(Connection c) throws SQLException;

  /**
   * Begins a step of housekeeping, which no registration overtakes and whose statements go by their
   * indexes.
   */
  void beginSweep(Connection c) throws SQLException;

  /**
   * Begins a search of people in a transaction that only reads: its statements go by their indexes,
   * and none takes longer than some seconds.
   */
  void beginSearch(Connection c) throws SQLException;

  /** What a select of the rows {@code x} ends with that are to be deleted, if nobody uses them. */
  String lockForDeletion();

  /** What a select ends with whose rows must not be deleted before the transaction's end. */
  String lockForUse();

  /** Whether the user's own schema has the table. */
  boolean hasTable(Connection c, String table) throws SQLException;

  /** Inserts rows; each is in the order of the table's columns. */
  void insert(Connection c, Table table, List<@Nullable Object[]> rows) throws SQLException;

  /**
   * Inserts the events whose dedup key is new, each with its other rows.
   *
   * @return the references of the events that were inserted
   */
  Set<Reference> insertNew(Connection c, NewRows rows) throws SQLException;

  /** Finds the stored events with the dedup keys of the given ones. */
  Map<EventKey, StoredKey> findByKey(Connection c, List<WebhookEvent> events) throws SQLException;

  /**
   * Leases due deliveries, oldest due first; none if the subscription is not active.
   *
   * @param most how many at most, and how many bytes their bodies have together; the first one is
   *     leased whatever its size
   */
  List<Lease> claim(Connection c, int subscription, Most most, long now, long until, String node)
      throws SQLException;

  /** Loads events with their bodies. */
  Map<Reference, StoredEvent> load(Connection c, List<Reference> references) throws SQLException;

  /**
   * Ends attempts, each only if it is leased with its epoch.
   *
   * @return the leases whose delivery was changed
   */
  Set<Lease> finish(Connection c, List<FinishRow> rows) throws SQLException;

  /** Sets the end of each lease that still stands, and returns those. */
  Set<Lease> renew(Connection c, List<Lease> leases, long until) throws SQLException;

  /** Whether a failure leaves the connection usable, so that the rows can be tried one by one. */
  boolean isRowFault(SQLException e);

  void setReference(PreparedStatement s, int index, Reference reference) throws SQLException;

  Reference getReference(ResultSet r, String column) throws SQLException;

  /**
   * The rows of events that may be new; in each table the first column is the event's reference.
   */
  record NewRows(
      List<@Nullable Object[]> events,
      List<@Nullable Object[]> bodies,
      List<@Nullable Object[]> deliveries,
      List<@Nullable Object[]> audit) {

    NewRows() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** The bounds of a claim. */
  record Most(int deliveries, long bytes) {}

  /** What the unique index is on. */
  record EventKey(String source, String dedupKey) implements Comparable<EventKey> {

    static EventKey of(WebhookEvent event) {
      return new EventKey(event.source().value(), event.dedupKey().value());
    }

    @Override
    public int compareTo(EventKey o) {
      int bySource = source.compareTo(o.source);
      return bySource != 0 ? bySource : dedupKey.compareTo(o.dedupKey);
    }
  }

  /** The event that already holds a dedup key. */
  record StoredKey(Reference reference, byte[] bodySha256) {}

  /** An event as it was stored. */
  record StoredEvent(WebhookEvent event, long receivedAt) {}

  /**
   * The new state of a delivery.
   *
   * @param uncount whether the attempt does not count, since it was never started
   */
  record FinishRow(
      Lease lease,
      String state,
      long dueAt,
      @Nullable Long endedAt,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable String destination,
      boolean uncount) {}
}
