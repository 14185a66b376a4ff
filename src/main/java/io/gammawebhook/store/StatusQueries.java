package io.gammawebhook.store;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.inbox.UnsubscribedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people and health checks ask; read outside the writer, the same on every database. */
final class StatusQueries {

  private static final int MOST = 1000;

  /**
   * Dead letters that are the newest run, which are those that {@link Sweep} keeps. The maximum is
   * looked up by the primary key for each of them: {@code not exists} would be planned as a join
   * with all deliveries that there are.
   */
  static final String UNSETTLED =
      "select count(*) from webhook_delivery d where d.subscription = ? and d.state = 'dead'"
          + " and d.run = (select max(run) from webhook_delivery n"
          + " where n.reference = d.reference and n.subscription = d.subscription)";

  private final Dialect dialect;

  StatusQueries(Dialect dialect) {
    this.dialect = dialect;
  }

  List<DeadLetter> deadLetters(Connection c, int limit) throws SQLException {
    List<DeadLetter> letters = new ArrayList<>();
    try (PreparedStatement s =
        c.prepareStatement(
            "select d.reference, d.subscription, d.run, d.attempt, d.ended_at, d.reason, d.detail,"
                + " e.source, e.event_id, e.event_type, s.name, later.run as later_run,"
                + " later.state as later_state, later.created_at as later_at"
                + " from webhook_delivery d"
                + " join webhook_event e on e.reference = d.reference"
                + " join webhook_subscription s on s.number = d.subscription"
                + " left join webhook_delivery later on later.reference = d.reference"
                + " and later.subscription = d.subscription and later.run ="
                + " (select max(run) from webhook_delivery n where n.reference = d.reference"
                + " and n.subscription = d.subscription and n.run > d.run)"
                + " where d.state = 'dead'"
                + " order by d.ended_at desc, d.reference, d.subscription, d.run limit ?")) {
      s.setInt(1, bounded(limit));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          DeliveryId delivery =
              new DeliveryId(
                  dialect.getReference(r, "reference"), r.getInt("subscription"), r.getInt("run"));
          letters.add(
              new DeadLetter(
                  delivery,
                  new SourceName(r.getString("source")),
                  new SubscriptionName(r.getString("name")),
                  r.getString("event_id"),
                  r.getString("event_type"),
                  r.getInt("attempt"),
                  r.getLong("ended_at"),
                  r.getString("reason"),
                  r.getString("detail"),
                  replay(r, delivery)));
        }
      }
    }
    return letters;
  }

  private static DeadLetter.@Nullable Replay replay(ResultSet r, DeliveryId delivery)
      throws SQLException {
    String state = r.getString("later_state");
    return state == null
        ? null
        : new DeadLetter.Replay(
            new DeliveryId(delivery.reference(), delivery.subscription(), r.getInt("later_run")),
            state,
            r.getLong("later_at"));
  }

  List<UnsubscribedEvent> unsubscribedEvents(Connection c, int limit) throws SQLException {
    List<UnsubscribedEvent> events = new ArrayList<>();
    try (PreparedStatement s =
        c.prepareStatement(
            "select reference, source, event_id, event_type, received_at from webhook_event"
                + " where subscribed = 0 order by reference limit ?")) {
      s.setInt(1, bounded(limit));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          events.add(
              new UnsubscribedEvent(
                  dialect.getReference(r, "reference"),
                  new SourceName(r.getString("source")),
                  r.getString("event_id"),
                  r.getString("event_type"),
                  r.getLong("received_at")));
        }
      }
    }
    return events;
  }

  List<AuditRow> history(Connection c, Reference reference, int limit) throws SQLException {
    List<AuditRow> latestFirst = new ArrayList<>();
    try (PreparedStatement s =
        c.prepareStatement(
            "select a.*, s.name from webhook_audit a"
                + " left join webhook_subscription s on s.number = a.subscription"
                + " where a.reference = ? order by a.entry desc limit ?")) {
      dialect.setReference(s, 1, reference);
      s.setInt(2, bounded(limit));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          latestFirst.add(auditRow(r, reference));
        }
      }
    }
    Collections.reverse(latestFirst);
    return latestFirst;
  }

  static AuditRow auditRow(ResultSet r, Reference reference) throws SQLException {
    int subscription = r.getInt("subscription");
    int run = r.getInt("run");
    DeliveryId delivery = r.wasNull() ? null : new DeliveryId(reference, subscription, run);
    @Nullable String name = r.getString("name");
    return new AuditRow(
        r.getLong("at"),
        r.getString("kind"),
        new SourceName(r.getString("source")),
        r.getString("event_id"),
        delivery,
        name == null ? null : new SubscriptionName(name),
        r.getInt("attempt"),
        r.getLong("duration_ms"),
        r.getString("reason"),
        r.getString("detail"),
        r.getString("node"),
        r.getString("origin"));
  }

  static int bounded(int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("A limit is between 1 and " + MOST + ", was " + limit);
    }
    return limit;
  }

  InboxStatus status(Connection c, long now, boolean down) throws SQLException {
    List<SubscriptionStatus> statuses = new ArrayList<>();
    for (Map.Entry<Subscription, SubscriptionState> known : subscriptions(c).entrySet()) {
      Subscription subscription = known.getKey();
      long oldest =
          count(
              c,
              "select coalesce(min(due_at), 0) from webhook_delivery"
                  + " where subscription = ? and state in ('waiting', 'leased')"
                  + " and state = 'waiting'",
              subscription.number());
      statuses.add(
          new SubscriptionStatus(
              subscription,
              known.getValue(),
              open(c, subscription, "waiting"),
              open(c, subscription, "leased"),
              count(c, UNSETTLED, subscription.number()),
              oldest == 0 ? 0 : Math.max(0, now - oldest)));
    }
    long unsubscribed = count(c, "select count(*) from webhook_event where subscribed = 0", null);
    return new InboxStatus(statuses, unsubscribed, down);
  }

  private static Map<Subscription, SubscriptionState> subscriptions(Connection c)
      throws SQLException {
    Map<Subscription, SubscriptionState> found = new LinkedHashMap<>();
    try (PreparedStatement s =
            c.prepareStatement(
                "select number, source, name, state from webhook_subscription order by number");
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        found.put(
            new Subscription(
                r.getInt("number"),
                new SourceName(r.getString("source")),
                new SubscriptionName(r.getString("name"))),
            SubscriptionState.of(r.getString("state")));
      }
    }
    return found;
  }

  private static long open(Connection c, Subscription subscription, String state)
      throws SQLException {
    return count(
        c,
        "select count(*) from webhook_delivery where subscription = ?"
            + " and state in ('waiting', 'leased') and state = '"
            + state
            + "'",
        subscription.number());
  }

  private static long count(Connection c, String sql, @Nullable Integer subscription)
      throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      if (subscription != null) {
        s.setInt(1, subscription);
      }
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return r.getLong(1);
      }
    }
  }
}
