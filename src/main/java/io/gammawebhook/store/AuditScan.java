package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventSearch.AuditPage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the audit backwards. What operators did has an index of its own; all else goes by the
 * references, window by window, so that a page looks at a bounded number of rows.
 */
final class AuditScan {

  /** How many rows a page looks at. */
  static final int MOST_ROWS = 20_000;

  /** As the partial index of the schema is written. */
  private static final String OPERATORS =
      " a.kind in ('released', 'replayed', 'discarded', 'made_due', 'paused', 'resumed', 'retired',"
          + " 'erased', 'ordered', 'cancelled', 'registration_ordered')";

  private static final String SELECT =
      "select a.*, s.name from webhook_audit a"
          + " left join webhook_subscription s on s.number = a.subscription where";

  private static final Pattern POSITION = Pattern.compile("([0-9a-f-]{36})/([0-9]{1,18})");

  private final Dialect dialect;

  AuditScan(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Where a page ends. */
  private record Position(Reference reference, long entry) {
    static Position parse(String text) {
      Matcher m = POSITION.matcher(text);
      if (!m.matches()) {
        throw new IllegalArgumentException(
            "'after' is malformed: give what the page before had as 'next'");
      }
      return new Position(Reference.parse(m.group(1)), Long.parseLong(m.group(2)));
    }

    @Override
    public String toString() {
      return reference + "/" + entry;
    }
  }

  AuditPage page(Connection c, AuditFilter filter, @Nullable String after, int limit)
      throws SQLException {
    Position position =
        after == null ? new Position(Reference.HIGHEST, Long.MAX_VALUE) : Position.parse(after);
    Conditions sql = new Conditions().add(SELECT);
    Reference edge = null;
    if (filter.reference() != null) {
      sql.add(" a.reference = ? and a.entry < ?", filter.reference(), position.entry);
    } else if (filter.isOfOperators()) {
      sql.add(OPERATORS).add(" and a.entry < ?", position.entry);
    } else {
      // What is written at a time is about something that was received before it.
      Reference high =
          filter.to() == null
              ? position.reference
              : lower(
                  position.reference,
                  Reference.lowest(
                      Math.max(0, filter.to().toEpochMilli()) + StoreClock.MARGIN_MILLIS));
      edge = edge(c, high);
      sql.add(
          " (a.reference < ? or (a.reference = ? and a.entry < ?))",
          high,
          position.reference,
          position.entry);
      // The planners take one bound for their way in, so there is one beside the alternative.
      sql.add(" and a.reference <= ?", high);
      if (edge != null) {
        sql.add(" and a.reference >= ?", edge);
      }
    }
    narrow(sql, filter);
    boolean byEntry = filter.reference() != null || filter.isOfOperators();
    sql.add(
        byEntry
            ? " order by a.entry desc limit ?"
            : " order by a.reference desc, a.entry desc limit ?",
        limit);
    List<AuditPage.Entry> entries = new ArrayList<>();
    Position last = position;
    try (PreparedStatement s = c.prepareStatement(sql.toString())) {
      sql.bind(dialect, s);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          Reference reference = dialect.getReference(r, "reference");
          entries.add(new AuditPage.Entry(reference, StatusQueries.auditRow(r, reference)));
          last = new Position(reference, r.getLong("entry"));
        }
      }
    }
    if (entries.size() == limit) {
      return new AuditPage(entries, last.toString());
    }
    return new AuditPage(entries, edge == null ? null : new Position(edge, 0).toString());
  }

  private static Reference lower(Reference one, Reference other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void narrow(Conditions sql, AuditFilter filter) {
    if (!filter.kinds().isEmpty()) {
      sql.add(" and a.kind in ").addList(filter.kinds());
    }
    if (filter.source() != null) {
      sql.add(" and a.source = ?", filter.source().value());
    }
    if (filter.who() != null) {
      sql.add(" and a.reason = ?", filter.who());
    }
    if (filter.from() != null) {
      sql.add(" and a.at >= ?", filter.from().toEpochMilli());
    }
    if (filter.to() != null) {
      sql.add(" and a.at < ?", filter.to().toEpochMilli());
    }
  }

  private @Nullable Reference edge(Connection c, Reference high) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select reference from webhook_audit where reference < ?"
                + " order by reference desc limit 1 offset "
                + (MOST_ROWS - 1))) {
      dialect.setReference(s, 1, high);
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? dialect.getReference(r, "reference") : null;
      }
    }
  }
}
