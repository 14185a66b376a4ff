package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a table in the order of the references, which is that of the receipts, so that the
 * primary key is all the index that retention needs. Each step looks at a bounded number of rows
 * and deletes those whose time is over. The references only say where to look; whether a row's time
 * is over is said by the store's clock.
 *
 * @param what what is deleted
 * @param from where to begin, in epoch milliseconds
 * @param until what is older is over, in epoch milliseconds
 */
record Sweep(What what, long from, long until) {

  /** What a sweep deletes. */
  enum What {
    WANTED_BODIES("webhook_body"),
    ALL_BODIES("webhook_body"),
    TIMED_EVENTS("webhook_event"),
    ALL_EVENTS("webhook_event"),
    AUDIT("webhook_audit"),
    QUARANTINED("webhook_quarantine");

    private final String table;

    What(String table) {
      this.table = table;
    }
  }

  /** What one step deleted; {@code next} is null when the sweep is done. */
  record Progress(@Nullable Reference next, Removed removed) {}

  /**
   * The delivery is one of those that hold an event: it is open, or a dead letter without a later
   * run. The concatenation keeps the planners from reading all that is open by its own index.
   */
  private static final String HELD =
      "exists (select 1 from webhook_delivery d where d.reference = x.reference"
          + " and (d.state || '' in ('waiting', 'leased') or (d.state || '' = 'dead'"
          + " and not exists (select 1 from webhook_delivery later"
          + " where later.reference = d.reference and later.subscription = d.subscription"
          + " and later.run > d.run))))";

  private static final String OPEN =
      "exists (select 1 from webhook_delivery d where d.reference = x.reference"
          + " and d.state || '' in ('waiting', 'leased'))";

  private static final String RANGE = " x.reference > ? and x.reference <= ?";

  static final String ALL_BODIES_OVER =
      "select x.reference from webhook_body x where"
          + RANGE
          + " and exists (select 1 from webhook_event e where e.reference = x.reference"
          + " and e.received_at < ?) and not "
          + HELD;

  static final String WANTED_BODIES_OVER =
      ALL_BODIES_OVER.replace("e.received_at < ?", "e.received_at < ? and e.subscribed = 1");

  static final String ALL_EVENTS_OVER =
      "select x.reference from webhook_event x where"
          + RANGE
          + " and x.received_at < ?"
          + " and not exists (select 1 from webhook_body b where b.reference = x.reference)"
          + " and not "
          + OPEN;

  static final String TIMED_EVENTS_OVER =
      ALL_EVENTS_OVER
          + " and (select s.signed_time from webhook_source s where s.source = x.source) = 1";

  static final String DELETE_BODY =
      "delete from webhook_body as x where x.reference = ? and not " + HELD;

  static final String DELETE_AUDIT =
      "delete from webhook_audit as x where" + RANGE + " and x.at < ? and not " + HELD;

  static final String DELETE_QUARANTINED =
      "delete from webhook_quarantine as x where" + RANGE + " and x.received_at < ?";

  /** The reference up to which a step goes; no row if fewer are left. */
  static String bound(What what, int rows) {
    return "select reference from "
        + what.table
        + " where reference > ? and reference < ? order by reference limit 1 offset "
        + (rows - 1);
  }

  Reference start() {
    return Reference.lowest(Math.max(0, from));
  }

  /**
   * Looks at the next rows, in the caller's transaction.
   *
   * @param after where the last step ended
   * @param rows how many to look at
   */
  Progress step(Dialect dialect, Connection c, Reference after, int rows) throws SQLException {
    Reference end = Reference.lowest(until);
    if (after.compareTo(end) >= 0) {
      return new Progress(null, Removed.NOTHING);
    }
    Reference bound = bound(dialect, c, after, end, rows);
    Reference to = bound == null ? end : bound;
    Removed removed =
        switch (what) {
          case WANTED_BODIES -> bodies(dialect, c, WANTED_BODIES_OVER, after, to);
          case ALL_BODIES -> bodies(dialect, c, ALL_BODIES_OVER, after, to);
          case TIMED_EVENTS -> events(dialect, c, TIMED_EVENTS_OVER, after, to);
          case ALL_EVENTS -> events(dialect, c, ALL_EVENTS_OVER, after, to);
          case AUDIT -> new Removed(0, 0, 0, delete(dialect, c, DELETE_AUDIT, after, to), 0, 0);
          case QUARANTINED ->
              new Removed(0, 0, 0, 0, 0, delete(dialect, c, DELETE_QUARANTINED, after, to));
        };
    return new Progress(bound, removed);
  }

  private @Nullable Reference bound(
      Dialect dialect, Connection c, Reference after, Reference end, int rows) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(bound(what, rows))) {
      dialect.setReference(s, 1, after);
      dialect.setReference(s, 2, end);
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? dialect.getReference(r, "reference") : null;
      }
    }
  }

  /**
   * In two statements: the first locks the bodies, and the second, which sees what was committed
   * before that, leaves those that a replay has taken in the meantime.
   */
  private Removed bodies(Dialect dialect, Connection c, String over, Reference after, Reference to)
      throws SQLException {
    List<Reference> found = find(dialect, c, over + dialect.lockForDeletion(), after, to);
    int bodies = each(dialect, c, DELETE_BODY, found);
    int unsubscribed =
        what == What.ALL_BODIES
            ? each(
                dialect,
                c,
                // No subscription that comes later may take an event without its body.
                "update webhook_event set subscribed = 2 where reference = ? and subscribed = 0",
                found)
            : 0;
    return new Removed(bodies, unsubscribed, 0, 0, 0, 0);
  }

  private Removed events(Dialect dialect, Connection c, String over, Reference after, Reference to)
      throws SQLException {
    List<Reference> found = find(dialect, c, over, after, to);
    each(dialect, c, "delete from webhook_delivery where reference = ?", found);
    return new Removed(
        0, 0, each(dialect, c, "delete from webhook_event where reference = ?", found), 0, 0, 0);
  }

  private int delete(Dialect dialect, Connection c, String sql, Reference after, Reference to)
      throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      bind(dialect, s, after, to);
      return s.executeUpdate();
    }
  }

  private List<Reference> find(
      Dialect dialect, Connection c, String sql, Reference after, Reference to)
      throws SQLException {
    List<Reference> found = new ArrayList<>();
    try (PreparedStatement s = c.prepareStatement(sql)) {
      bind(dialect, s, after, to);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          found.add(dialect.getReference(r, "reference"));
        }
      }
    }
    return found;
  }

  private void bind(Dialect dialect, PreparedStatement s, Reference after, Reference to)
      throws SQLException {
    dialect.setReference(s, 1, after);
    dialect.setReference(s, 2, to);
    s.setLong(3, until);
  }

  private static int each(Dialect dialect, Connection c, String sql, List<Reference> references)
      throws SQLException {
    if (references.isEmpty()) {
      return 0;
    }
    int changed = 0;
    try (PreparedStatement s = c.prepareStatement(sql)) {
      for (Reference reference : references) {
        dialect.setReference(s, 1, reference);
        s.addBatch();
      }
      for (int count : s.executeBatch()) {
        changed += count;
      }
    }
    return changed;
  }
}
