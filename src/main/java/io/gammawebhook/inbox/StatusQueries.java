package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people and health checks ask; read outside the writer, the same on every database. */
final class StatusQueries {

  private static final int MOST = 1000;

  private final Dialect dialect;

  StatusQueries(Dialect dialect) {
    this.dialect = dialect;
  }

  List<DeadLetter> deadLetters(Connection c, int limit) throws SQLException {
    List<DeadLetter> letters = new ArrayList<>();
    try (PreparedStatement s =
        c.prepareStatement(
            "select d.reference, d.subscription, d.run, d.attempt, d.ended_at, d.reason, d.detail,"
                + " e.source, e.event_id, e.event_type, s.name from webhook_delivery d"
                + " join webhook_event e on e.reference = d.reference"
                + " join webhook_subscription s on s.number = d.subscription"
                + " where d.state = 'dead' order by d.ended_at desc limit ?")) {
      s.setInt(1, bounded(limit));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          letters.add(
              new DeadLetter(
                  new DeliveryId(
                      dialect.getReference(r, "reference"),
                      r.getInt("subscription"),
                      r.getInt("run")),
                  new SourceName(r.getString("source")),
                  new SubscriptionName(r.getString("name")),
                  r.getString("event_id"),
                  r.getString("event_type"),
                  r.getInt("attempt"),
                  r.getLong("ended_at"),
                  r.getString("reason"),
                  r.getString("detail")));
        }
      }
    }
    return letters;
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

  private static int bounded(int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("A limit is between 1 and " + MOST + ", was " + limit);
    }
    return limit;
  }

  InboxStatus status(Connection c, long now, List<Subscription> subscriptions, boolean down)
      throws SQLException {
    List<SubscriptionStatus> statuses = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
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
              open(c, subscription, "waiting"),
              open(c, subscription, "leased"),
              count(
                  c,
                  "select count(*) from webhook_delivery where subscription = ?"
                      + " and state = 'dead'",
                  subscription.number()),
              oldest == 0 ? 0 : Math.max(0, now - oldest)));
    }
    long unsubscribed = count(c, "select count(*) from webhook_event where subscribed = 0", null);
    return new InboxStatus(statuses, unsubscribed, down);
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
