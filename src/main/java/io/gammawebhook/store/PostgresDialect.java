package io.gammawebhook.store;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.store.Table.Column;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, for one node or many: whole batches go as arrays in one statement, work is shared
 * with {@code for update skip locked}, and the database's clock is the store's.
 */
final class PostgresDialect extends RowDialect {

  /** Chosen once at random; the lock is this product's only one. */
  private static final long REGISTRATION_LOCK = 0x67616d6d61776801L;

  /**
   * A queue is what the planner knows least about: until the tables are analyzed, and whenever the
   * backlog has grown since, it would read all that is open to find a few. Each of these statements
   * has its index; this ends with the transaction, and goes in one round trip with what follows.
   */
  static final String BY_INDEX =
      "set local enable_seqscan = off; set local enable_bitmapscan = off; ";

  /** For housekeeping, whose rows are found one by one: the planner would read whole tables. */
  static final String SWEEPING =
      BY_INDEX + "set local enable_hashjoin = off; set local enable_mergejoin = off";

  private static final String NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint as now";

  /**
   * With the lock, what is acknowledged is on the disk: a server that is set up to lose the last
   * commits in a crash is not let do so here.
   */
  private static final String BEGIN_ACCEPT =
      "select pg_advisory_xact_lock_shared(?),"
          + " case when current_setting('synchronous_commit') = 'off'"
          + " then set_config('synchronous_commit', 'on', true) end, "
          + NOW;

  static final String CLAIM =
      BY_INDEX
          + "with due as (select reference, subscription, run, due_at from webhook_delivery"
          + " where subscription = "
          + IF_ACTIVE
          + " and state in ('waiting', 'leased') and due_at <= ?"
          + " order by due_at limit ? for update skip locked),"
          + " sized as (select due.*, coalesce(sum(octet_length(b.body)) over"
          + " (order by due_at, due.reference, run), 0) - coalesce(octet_length(b.body), 0)"
          + " as before from due left join webhook_body b on b.reference = due.reference)"
          + " update webhook_delivery d set state = 'leased', attempt = attempt + 1,"
          + " epoch = epoch + 1, due_at = ?, node = ? from sized as due"
          + " where d.reference = due.reference and d.subscription = due.subscription"
          + " and d.run = due.run and (before = 0 or before < ?) returning d.reference, d.run, d.attempt, d.epoch,"
          + " due.due_at as was_due";

  // The concatenation keeps the planner from reading all that is open by the index of what is due.
  static final String FINISH_ALL =
      BY_INDEX
          + "update webhook_delivery d set state = v.state, attempt = d.attempt - v.uncount,"
          + " due_at = v.due_at, ended_at = v.ended_at, reason = v.reason, detail = v.detail,"
          + " destination = v.destination, node = null from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::text[],"
          + " ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],"
          + " ?::text[])"
          + " as v(reference, subscription, run, epoch, state, uncount, due_at, ended_at, reason,"
          + " detail, destination) where d.reference = v.reference and d.subscription = v.subscription"
          + " and d.run = v.run and d.epoch = v.epoch and d.state || '' = 'leased'"
          + " returning d.reference, d.subscription, d.run, d.epoch";

  static final String RENEW_ALL =
      BY_INDEX
          + "update webhook_delivery d set due_at = ?"
          + " from unnest(?::uuid[], ?::int[], ?::int[], ?::int[])"
          + " as v(reference, subscription, run, epoch)"
          + " where d.reference = v.reference and d.subscription = v.subscription"
          + " and d.run = v.run and d.epoch = v.epoch and d.state || '' = 'leased'"
          + " returning d.reference, d.subscription, d.run, d.epoch";

  private static final String INSERT_NEW =
      "with new as ("
          + insertSql(Table.EVENT)
          + " on conflict (source, dedup_key) do nothing returning reference)"
          + withNew("bodies", Table.BODY)
          + withNew("deliveries", Table.DELIVERY)
          + withNew("entries", Table.AUDIT)
          + " select reference from new";

  private final StoreClock clock;

  PostgresDialect() {
    this.clock = PostgresDialect::databaseNow;
  }

  private static long databaseNow(Connection c) throws SQLException {
    try (PreparedStatement s = c.prepareStatement("select " + NOW);
        ResultSet r = s.executeQuery()) {
      r.next();
      return r.getLong(1);
    }
  }

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public StoreClock clock() {
    return clock;
  }

  /** The lock alone. */
  void beginAccept(Connection c) throws SQLException {
    lock(c, BEGIN_ACCEPT);
  }

  @Override
  public long beginAccept(Connection c, String query, RowReader reader) throws SQLException {
    // The second statement sees what was committed before it got the lock: it is a statement of its
    // own, though both go together.
    try (PreparedStatement s = c.prepareStatement(BEGIN_ACCEPT + "; " + query)) {
      s.setLong(1, REGISTRATION_LOCK);
      s.execute();
      long now;
      try (ResultSet r = s.getResultSet()) {
        r.next();
        now = r.getLong("now");
      }
      s.getMoreResults();
      try (ResultSet r = s.getResultSet()) {
        while (r.next()) {
          reader.read(r);
        }
      }
      return now;
    }
  }

  @Override
  public void beginRegister(Connection c) throws SQLException {
    lock(c, "select pg_advisory_xact_lock(?)");
  }

  @Override
  public void beginSweep(Connection c) throws SQLException {
    beginAccept(c);
    try (Statement s = c.createStatement()) {
      s.execute(SWEEPING);
    }
  }

  @Override
  public void beginSearch(Connection c) throws SQLException {
    try (Statement s = c.createStatement()) {
      s.execute("set transaction read only; set local statement_timeout = '20s'; " + SWEEPING);
    }
  }

  @Override
  public String lockForDeletion() {
    return " for update of x skip locked";
  }

  @Override
  public String lockForUse() {
    return " for key share";
  }

  @Override
  public boolean hasTable(Connection c, String table) throws SQLException {
    return holds(c, "select 1 where to_regclass(?) is not null", table);
  }

  private static void lock(Connection c, String sql) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      s.setLong(1, REGISTRATION_LOCK);
      s.execute();
    }
  }

  @Override
  public void insert(Connection c, Table table, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement s = c.prepareStatement(insertSql(table))) {
      bindColumns(c, s, 1, table, rows);
      s.executeUpdate();
    }
  }

  @Override
  public Set<Reference> insertNew(Connection c, NewRows rows) throws SQLException {
    Set<Reference> inserted = new HashSet<>();
    try (PreparedStatement s = c.prepareStatement(INSERT_NEW)) {
      int next = bindColumns(c, s, 1, Table.EVENT, rows.events());
      next = bindColumns(c, s, next, Table.BODY, rows.bodies());
      next = bindColumns(c, s, next, Table.DELIVERY, rows.deliveries());
      bindColumns(c, s, next, Table.AUDIT, rows.audit());
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          inserted.add(getReference(r, "reference"));
        }
      }
    }
    return inserted;
  }

  @Override
  public List<Lease> claim(
      Connection c, int subscription, Most most, long now, long until, String node)
      throws SQLException {
    // An update returns its rows in any order.
    TreeMap<Long, List<Lease>> byDue = new TreeMap<>();
    try (PreparedStatement s = c.prepareStatement(CLAIM)) {
      s.setInt(1, subscription);
      s.setLong(2, now);
      s.setInt(3, most.deliveries());
      s.setLong(4, until);
      s.setString(5, node);
      s.setLong(6, most.bytes());
      try (ResultSet r = rowsOf(s)) {
        while (r.next()) {
          byDue
              .computeIfAbsent(r.getLong("was_due"), due -> new ArrayList<>())
              .add(
                  new Lease(
                      new DeliveryId(getReference(r, "reference"), subscription, r.getInt("run")),
                      r.getInt("attempt"),
                      r.getInt("epoch")));
        }
      }
    }
    return byDue.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public Map<Reference, StoredEvent> load(Connection c, List<Reference> references)
      throws SQLException {
    Map<Reference, StoredEvent> loaded = new HashMap<>();
    try (PreparedStatement s =
        c.prepareStatement(EVENT_WITH_BODY + " where e.reference = any(?::uuid[])")) {
      s.setArray(1, array(c, "uuid", references, Reference::value));
      readEvents(s, loaded);
    }
    return loaded;
  }

  @Override
  public Set<Lease> finish(Connection c, List<FinishRow> rows) throws SQLException {
    Set<Lease> changed = new LinkedHashSet<>();
    try (PreparedStatement s = c.prepareStatement(FINISH_ALL)) {
      s.setArray(1, array(c, "uuid", rows, row -> row.lease().delivery().reference().value()));
      s.setArray(2, array(c, "int4", rows, row -> row.lease().delivery().subscription()));
      s.setArray(3, array(c, "int4", rows, row -> row.lease().delivery().run()));
      s.setArray(4, array(c, "int4", rows, row -> row.lease().epoch()));
      s.setArray(5, array(c, "text", rows, FinishRow::state));
      s.setArray(6, array(c, "int4", rows, row -> row.uncount() ? 1 : 0));
      s.setArray(7, array(c, "int8", rows, FinishRow::dueAt));
      s.setArray(8, array(c, "int8", rows, FinishRow::endedAt));
      s.setArray(9, array(c, "text", rows, FinishRow::reason));
      s.setArray(10, array(c, "text", rows, FinishRow::detail));
      s.setArray(11, array(c, "text", rows, FinishRow::destination));
      readLeases(s, rows.stream().map(FinishRow::lease).toList(), changed);
    }
    return changed;
  }

  @Override
  public Set<Lease> renew(Connection c, List<Lease> leases, long until) throws SQLException {
    Set<Lease> renewed = new LinkedHashSet<>();
    try (PreparedStatement s = c.prepareStatement(RENEW_ALL)) {
      s.setLong(1, until);
      s.setArray(2, array(c, "uuid", leases, lease -> lease.delivery().reference().value()));
      s.setArray(3, array(c, "int4", leases, lease -> lease.delivery().subscription()));
      s.setArray(4, array(c, "int4", leases, lease -> lease.delivery().run()));
      s.setArray(5, array(c, "int4", leases, Lease::epoch));
      readLeases(s, leases, renewed);
    }
    return renewed;
  }

  /** The rows of the last of several statements. */
  private static ResultSet rowsOf(PreparedStatement s) throws SQLException {
    boolean rows = s.execute();
    while (!rows) {
      if (s.getUpdateCount() == -1) {
        throw new SQLException("The statement returned no rows");
      }
      rows = s.getMoreResults();
    }
    return s.getResultSet();
  }

  /** Those of the given leases that the statement returned, by delivery and epoch. */
  private void readLeases(PreparedStatement s, List<Lease> asked, Set<Lease> into)
      throws SQLException {
    Map<Map.Entry<DeliveryId, Integer>, Lease> known = new HashMap<>();
    asked.forEach(lease -> known.put(Map.entry(lease.delivery(), lease.epoch()), lease));
    try (ResultSet r = rowsOf(s)) {
      while (r.next()) {
        DeliveryId delivery =
            new DeliveryId(getReference(r, "reference"), r.getInt("subscription"), r.getInt("run"));
        Lease lease = known.get(Map.entry(delivery, r.getInt("epoch")));
        if (lease != null) {
          into.add(lease);
        }
      }
    }
  }

  @Override
  public boolean isRowFault(SQLException e) {
    String state = e.getSQLState();
    // 22: data exception, 23: integrity constraint, 40: serialization or deadlock, 54: limit.
    return state != null
        && (state.startsWith("22")
            || state.startsWith("23")
            || state.startsWith("40")
            || state.startsWith("54"));
  }

  @Override
  public void setReference(PreparedStatement s, int index, Reference reference)
      throws SQLException {
    s.setObject(index, reference.value());
  }

  @Override
  public Reference getReference(ResultSet r, String column) throws SQLException {
    return new Reference(r.getObject(column, UUID.class));
  }

  private static String withNew(String name, Table table) {
    return ", "
        + name
        + " as ("
        + insertSql(table)
        + " as v(reference) where v.reference in (select reference from new))";
  }

  private static String insertSql(Table table) {
    StringBuilder arrays = new StringBuilder();
    for (Column column : table.columns()) {
      arrays
          .append(arrays.isEmpty() ? "" : ", ")
          .append("?::")
          .append(sqlType(column))
          .append("[]");
    }
    return "insert into "
        + table.sqlName()
        + " ("
        + table.columnList()
        + ") select * from unnest("
        + arrays
        + ")";
  }

  /** Binds an array for each column, and returns the index after the last one. */
  private static int bindColumns(
      Connection c, PreparedStatement s, int first, Table table, List<@Nullable Object[]> rows)
      throws SQLException {
    List<Column> columns = table.columns();
    for (int i = 0; i < columns.size(); i++) {
      int index = i;
      s.setArray(
          first + i,
          array(
              c,
              sqlType(columns.get(i)),
              rows,
              row -> row[index] instanceof Reference reference ? reference.value() : row[index]));
    }
    return first + columns.size();
  }

  private static String sqlType(Column column) {
    return switch (column.type()) {
      case REFERENCE -> "uuid";
      case TEXT -> "text";
      case BYTES -> "bytea";
      case NUMBER -> "int8";
    };
  }

  private static <T> Array array(
      Connection c, String type, List<T> items, Function<T, @Nullable Object> value)
      throws SQLException {
    // An array of the type's own class goes over the wire as it is; others are written as text, and
    // parsed again.
    @Nullable Object[] values =
        switch (type) {
          case "bytea" -> new byte[items.size()][];
          case "text" -> new String[items.size()];
          case "int4" -> new Integer[items.size()];
          case "int8" -> new Long[items.size()];
          default -> new Object[items.size()];
        };
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(items.get(i));
    }
    return c.createArrayOf(type, values);
  }
}
