package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.inbox.Quarantine.Entry;
import io.gammawebhook.inbox.Quarantine.Found;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.QuarantineBounds;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code webhook_quarantine}, which no statement of events reads; the same on every
 * database.
 */
final class QuarantineTable {

  static final String HELD =
      "select count(*), coalesce(sum(bytes), 0) from webhook_quarantine where source = ?";

  private static final String ENTRIES =
      "select reference, source, received_at, remote_address, bytes, reason, detail"
          + " from webhook_quarantine where reference > ?";
  static final String LIST = ENTRIES + " order by reference limit ?";
  static final String LIST_OF_SOURCE = ENTRIES + " and source = ? order by reference limit ?";

  private final Dialect dialect;
  private final QuarantineBounds bounds;
  private final long keepMillis;

  /**
   * @param keepMillis how long one is kept
   */
  QuarantineTable(Dialect dialect, QuarantineBounds bounds, long keepMillis) {
    this.dialect = dialect;
    this.bounds = bounds;
    this.keepMillis = keepMillis;
  }

  /** Keeps what its source has room for. */
  void keep(Batch batch, List<Write.Keep> keeps) throws SQLException {
    Map<SourceName, Held> held = new HashMap<>();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Write.Keep keep : keeps) {
      UnverifiedRequest request = keep.request();
      Held of = held.get(request.source());
      if (of == null) {
        of = held(batch.connection(), request.source());
        held.put(request.source(), of);
      }
      Kept kept = of.take(request.length(), bounds);
      if (kept == Kept.KEPT) {
        rows.add(row(batch, request));
        batch.audit(
            AuditEntry.of(
                request.reference(),
                AuditKind.QUARANTINED,
                request.source(),
                null,
                request.reason(),
                request.detail()));
      }
      batch.afterCommit(() -> keep.done().complete(kept));
    }
    dialect.insert(batch.connection(), Table.QUARANTINE, rows);
  }

  /** What most requests are smaller than. */
  private static final int SMALL = 16 << 10;

  /** How much a source has, with what is being added. */
  private static final class Held {
    private long requests;
    private long bytes;

    Held(long requests, long bytes) {
      this.requests = requests;
      this.bytes = bytes;
    }

    Kept take(int length, QuarantineBounds bounds) {
      if (requests >= bounds.requests() || bytes + SMALL > bounds.bytes()) {
        return Kept.FULL;
      }
      if (bytes + length > bounds.bytes()) {
        return Kept.TOO_LARGE;
      }
      requests++;
      bytes += length;
      return Kept.KEPT;
    }
  }

  private static Held held(Connection c, SourceName source) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(HELD)) {
      s.setString(1, source.value());
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return new Held(r.getLong(1), r.getLong(2));
      }
    }
  }

  private static @Nullable Object[] row(Batch batch, UnverifiedRequest request) {
    return new @Nullable Object[] {
      request.reference(),
      request.source().value(),
      batch.now(),
      StorableText.of(request.remoteAddress()),
      StorableText.ofNullable(request.query()),
      HeadersJson.writeAll(request.headers()),
      request.reason(),
      StorableText.of(request.detail(), AuditEntry.MAX_DETAIL),
      (long) request.length(),
      request.body().bytes()
    };
  }

  List<Entry> list(Connection c, @Nullable SourceName source, @Nullable Reference after, int limit)
      throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (PreparedStatement s = c.prepareStatement(source == null ? LIST : LIST_OF_SOURCE)) {
      dialect.setReference(s, 1, after == null ? Reference.lowest(0) : after);
      int next = 2;
      if (source != null) {
        s.setString(next++, source.value());
      }
      s.setInt(next, StatusQueries.bounded(limit));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          entries.add(
              new Entry(
                  dialect.getReference(r, "reference"),
                  new SourceName(r.getString("source")),
                  r.getLong("received_at"),
                  r.getString("remote_address"),
                  r.getLong("bytes"),
                  r.getString("reason"),
                  r.getString("detail")));
        }
      }
    }
    return entries;
  }

  Optional<Found> find(Connection c, Reference reference, long now) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select * from webhook_quarantine where reference = ? and received_at >= ?")) {
      dialect.setReference(s, 1, reference);
      s.setLong(2, now - keepMillis);
      try (ResultSet r = s.executeQuery()) {
        if (!r.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Found(
                new UnverifiedRequest(
                    reference,
                    new SourceName(r.getString("source")),
                    r.getString("query"),
                    HeadersJson.readAll(r.getString("headers")),
                    r.getString("remote_address"),
                    RawBody.of(r.getBytes("body")),
                    r.getString("reason"),
                    r.getString("detail")),
                r.getLong("received_at")));
      }
    }
  }

  Map<SourceName, Long> counts(Connection c) throws SQLException {
    Map<SourceName, Long> counts = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    try (PreparedStatement s =
            c.prepareStatement("select source, count(*) from webhook_quarantine group by source");
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        counts.put(new SourceName(r.getString(1)), r.getLong(2));
      }
    }
    return counts;
  }

  /**
   * Removes one, if it is there, with an audit entry.
   *
   * @param kind what the operator ordered
   */
  boolean remove(
      Batch batch,
      AuditKind kind,
      Reference reference,
      SourceName source,
      @Nullable EventId id,
      Operator operator)
      throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "delete from webhook_quarantine where reference = ? and source = ?")) {
      dialect.setReference(s, 1, reference);
      s.setString(2, source.value());
      if (s.executeUpdate() == 0) {
        return false;
      }
    }
    batch.audit(
        AuditEntry.ofOperator(
            reference, kind, source, id == null ? null : id.value(), null, operator));
    return true;
  }
}
