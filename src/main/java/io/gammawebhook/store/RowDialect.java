package io.gammawebhook.store;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.TraceContext;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.store.Table.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements in plain SQL, a row at a time in JDBC batches: right for a database inside the
 * process, and the base for those that can take whole arrays.
 */
abstract class RowDialect implements Dialect {

  static final String FINISH =
      "update webhook_delivery set state = ?, attempt = attempt - ?, due_at = ?, ended_at = ?,"
          + " reason = ?, detail = ?, destination = ?, node = null"
          + " where reference = ? and subscription = ? and run = ? and epoch = ?"
          + " and state = 'leased'";

  private static final String RENEW =
      "update webhook_delivery set due_at = ?"
          + " where reference = ? and subscription = ? and run = ? and epoch = ?"
          + " and state = 'leased'";

  static final String EVENT_WITH_BODY =
      "select e.*, b.body from webhook_event e join webhook_body b on b.reference = e.reference";

  @Override
  public void insert(Connection c, Table table, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement s = c.prepareStatement(insertSql(table, ""))) {
      for (@Nullable Object[] row : rows) {
        bind(s, table, row);
        s.addBatch();
      }
      s.executeBatch();
    }
  }

  @Override
  public Set<Reference> insertNew(Connection c, NewRows rows) throws SQLException {
    Set<Reference> inserted = insertNewEvents(c, rows.events());
    insert(c, Table.BODY, ofThose(inserted, rows.bodies()));
    insert(c, Table.DELIVERY, ofThose(inserted, rows.deliveries()));
    insert(c, Table.AUDIT, ofThose(inserted, rows.audit()));
    return inserted;
  }

  private static List<@Nullable Object[]> ofThose(
      Set<Reference> inserted, List<@Nullable Object[]> rows) {
    List<@Nullable Object[]> of = new ArrayList<>(rows.size());
    for (@Nullable Object[] row : rows) {
      if (row[0] instanceof Reference reference && inserted.contains(reference)) {
        of.add(row);
      }
    }
    return of;
  }

  private Set<Reference> insertNewEvents(Connection c, List<@Nullable Object[]> rows)
      throws SQLException {
    Set<Reference> inserted = new HashSet<>();
    try (PreparedStatement s =
        c.prepareStatement(insertSql(Table.EVENT, " on conflict (source, dedup_key) do nothing"))) {
      for (@Nullable Object[] row : rows) {
        bind(s, Table.EVENT, row);
        s.addBatch();
      }
      int[] counts = s.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 1 && rows.get(i)[0] instanceof Reference reference) {
          inserted.add(reference);
        }
      }
    }
    return inserted;
  }

  @Override
  public Map<EventKey, StoredKey> findByKey(Connection c, List<WebhookEvent> events)
      throws SQLException {
    Map<EventKey, StoredKey> found = new HashMap<>();
    try (PreparedStatement s =
        c.prepareStatement(
            "select reference, body_sha256 from webhook_event"
                + " where source = ? and dedup_key = ?")) {
      for (WebhookEvent event : events) {
        s.setString(1, event.source().value());
        s.setString(2, event.dedupKey().value());
        try (ResultSet r = s.executeQuery()) {
          if (r.next()) {
            found.put(
                EventKey.of(event),
                new StoredKey(getReference(r, "reference"), r.getBytes("body_sha256")));
          }
        }
      }
    }
    return found;
  }

  @Override
  public Map<Reference, StoredEvent> load(Connection c, List<Reference> references)
      throws SQLException {
    Map<Reference, StoredEvent> loaded = new HashMap<>();
    try (PreparedStatement s = c.prepareStatement(EVENT_WITH_BODY + " where e.reference = ?")) {
      for (Reference reference : references) {
        setReference(s, 1, reference);
        readEvents(s, loaded);
      }
    }
    return loaded;
  }

  final void readEvents(PreparedStatement s, Map<Reference, StoredEvent> into) throws SQLException {
    try (ResultSet r = s.executeQuery()) {
      while (r.next()) {
        Reference reference = getReference(r, "reference");
        WebhookEvent event = event(r, reference, r.getBytes("body"));
        into.put(reference, new StoredEvent(event, r.getLong("received_at")));
      }
    }
  }

  /** The event of a row with all columns of its table. */
  static WebhookEvent event(ResultSet r, Reference reference, byte[] body) throws SQLException {
    String eventId = r.getString("event_id");
    return new WebhookEvent(
        reference,
        new SourceName(r.getString("source")),
        new DedupKey(r.getString("dedup_key")),
        eventId == null ? null : new EventId(eventId),
        r.getString("event_type"),
        r.getString("ordering_key"),
        r.getString("content_type"),
        HeadersJson.read(r.getString("headers")),
        RawBody.of(body),
        TraceContext.of(r.getString("trace_parent"), r.getString("trace_state")));
  }

  @Override
  public Set<Lease> finish(Connection c, List<FinishRow> rows) throws SQLException {
    Set<Lease> changed = new LinkedHashSet<>();
    try (PreparedStatement s = c.prepareStatement(FINISH)) {
      for (FinishRow row : rows) {
        s.setString(1, row.state());
        s.setInt(2, row.uncount() ? 1 : 0);
        s.setLong(3, row.dueAt());
        setNullableLong(s, 4, row.endedAt());
        s.setString(5, row.reason());
        s.setString(6, row.detail());
        s.setString(7, row.destination());
        bindLease(s, 8, row.lease());
        if (s.executeUpdate() == 1) {
          changed.add(row.lease());
        }
      }
    }
    return changed;
  }

  @Override
  public Set<Lease> renew(Connection c, List<Lease> leases, long until) throws SQLException {
    Set<Lease> renewed = new LinkedHashSet<>();
    try (PreparedStatement s = c.prepareStatement(RENEW)) {
      for (Lease lease : leases) {
        s.setLong(1, until);
        bindLease(s, 2, lease);
        if (s.executeUpdate() == 1) {
          renewed.add(lease);
        }
      }
    }
    return renewed;
  }

  static boolean holds(Connection c, String query, String value) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(query)) {
      s.setString(1, value);
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  private void bindLease(PreparedStatement s, int index, Lease lease) throws SQLException {
    setReference(s, index, lease.delivery().reference());
    s.setInt(index + 1, lease.delivery().subscription());
    s.setInt(index + 2, lease.delivery().run());
    s.setInt(index + 3, lease.epoch());
  }

  private static String insertSql(Table table, String suffix) {
    return "insert into "
        + table.sqlName()
        + " ("
        + table.columnList()
        + ") values (?"
        + ", ?".repeat(table.columns().size() - 1)
        + ")"
        + suffix;
  }

  private void bind(PreparedStatement s, Table table, @Nullable Object[] row) throws SQLException {
    List<Column> columns = table.columns();
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      switch (columns.get(i).type()) {
        case REFERENCE -> setReference(s, i + 1, (Reference) Objects.requireNonNull(value));
        case TEXT -> s.setString(i + 1, (String) value);
        case BYTES -> s.setBytes(i + 1, (byte[]) value);
        case NUMBER -> setNullableLong(s, i + 1, (Long) value);
      }
    }
  }

  private static void setNullableLong(PreparedStatement s, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      s.setNull(index, Types.BIGINT);
    } else {
      s.setLong(index, value);
    }
  }
}
