package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Subscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The less frequent statements on subscriptions and deliveries; the same on every database. */
final class DeliveryQueries {

  /** So many that the others do not wait long for a step, and it fits into every heap. */
  static final int STEP = 1_000;

  static final String UNSUBSCRIBED =
      "select reference, event_type from webhook_event"
          + " where source = ? and subscribed = 0 and reference > ? order by reference limit ?";

  private static final String WANTING =
      "select source, types from webhook_subscription where number = ? and state <> 'retired'";

  private final Dialect dialect;

  /**
   * A subscription that is known.
   *
   * @param next where {@link #takeUnsubscribed} goes on; null if it need not
   */
  record Registered(Subscription subscription, @Nullable Reference next) {}

  DeliveryQueries(Dialect dialect) {
    this.dialect = dialect;
  }

  Registered register(Batch batch, SourceName source, SubscriptionName name, TypeFilter types)
      throws SQLException {
    Connection c = batch.connection();
    long now = batch.now();
    dialect.beginRegister(c);
    try (PreparedStatement s =
        c.prepareStatement(
            "insert into webhook_subscription (source, name, types, state, registered_at)"
                + " values (?, ?, ?, 'active', ?) on conflict (source, name)"
                + " do update set types = excluded.types")) {
      s.setString(1, source.value());
      s.setString(2, name.value());
      s.setString(3, types.toString());
      s.setLong(4, now);
      s.executeUpdate();
    }
    int number;
    try (PreparedStatement s =
        c.prepareStatement(
            "select number from webhook_subscription where source = ? and name = ?")) {
      s.setString(1, source.value());
      s.setString(2, name.value());
      try (ResultSet r = s.executeQuery()) {
        r.next();
        number = r.getInt("number");
      }
    }
    return new Registered(
        new Subscription(number, source, name),
        takeUnsubscribed(batch, number, Reference.lowest(0)));
  }

  /**
   * Events that nobody has taken go to the first subscription that wants them. A step looks at a
   * bounded number of them, however many there are.
   *
   * @param after where the last step ended
   * @return where the next step begins; null if there is none, or the subscription is retired
   */
  @Nullable Reference takeUnsubscribed(Batch batch, int subscription, Reference after)
      throws SQLException {
    Connection c = batch.connection();
    // No other subscription takes the same ones.
    dialect.beginRegister(c);
    List<Reference> taken = new ArrayList<>();
    Reference last = after;
    int seen = 0;
    try (PreparedStatement wanting = c.prepareStatement(WANTING);
        PreparedStatement events = c.prepareStatement(UNSUBSCRIBED)) {
      wanting.setInt(1, subscription);
      try (ResultSet r = wanting.executeQuery()) {
        if (!r.next()) {
          return null;
        }
        TypeFilter types = TypeFilter.parse(r.getString("types"));
        events.setString(1, r.getString("source"));
        dialect.setReference(events, 2, after);
        events.setInt(3, STEP);
        try (ResultSet event = events.executeQuery()) {
          while (event.next()) {
            last = dialect.getReference(event, "reference");
            seen++;
            if (types.matches(event.getString("event_type"))) {
              taken.add(last);
            }
          }
        }
      }
    }
    take(batch, subscription, taken);
    return seen == STEP ? last : null;
  }

  private void take(Batch batch, int subscription, List<Reference> taken) throws SQLException {
    Connection c = batch.connection();
    long now = batch.now();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Reference reference : taken) {
      rows.add(
          new @Nullable Object[] {
            reference, (long) subscription, 0L, "waiting", 0L, 0L, now, null, now
          });
    }
    dialect.insert(c, Table.DELIVERY, rows);
    try (PreparedStatement s =
        c.prepareStatement("update webhook_event set subscribed = 1 where reference = ?")) {
      for (Reference reference : taken) {
        dialect.setReference(s, 1, reference);
        s.addBatch();
      }
      if (!taken.isEmpty()) {
        s.executeBatch();
      }
    }
  }

  int receives(Batch batch, SourceName source, boolean signedTime) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "insert into webhook_source (source, signed_time) values (?, ?)"
                    + " on conflict (source) do update set signed_time = excluded.signed_time"
                    + " where webhook_source.signed_time <> excluded.signed_time")) {
      s.setString(1, source.value());
      s.setInt(2, signedTime ? 1 : 0);
      return s.executeUpdate();
    }
  }

  int voidLeases(Batch batch) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_delivery set state = 'waiting', due_at = ?, node = null"
                    + " where state in ('waiting', 'leased') and state = 'leased'")) {
      s.setLong(1, batch.now());
      return s.executeUpdate();
    }
  }

  /**
   * The first of the index, and not min(): without statistics PostgreSQL reads all for that. Of a
   * subscription that is not active nothing is due, so that nobody asks again at once.
   */
  static final String NEXT_DUE =
      "select due_at from webhook_delivery where subscription = "
          + Dialect.IF_ACTIVE
          + " and state in ('waiting', 'leased') order by due_at limit 1";

  long nextDueIn(Connection c, long now, int subscription) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(NEXT_DUE)) {
      s.setInt(1, subscription);
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? Math.max(0, r.getLong(1) - now) : Long.MAX_VALUE;
      }
    }
  }
}
