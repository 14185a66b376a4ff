package io.gammawebhook.store;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.InboxVitals;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What health checks ask of the writer and, outside it, of the store. */
final class StoreVitals implements InboxVitals {

  /** More subscriptions than anybody has routes; health looks at no more. */
  private static final int MOST_SUBSCRIPTIONS = 1000;

  static final String SUBSCRIPTIONS =
      "select number, source, name, state from webhook_subscription where state <> 'retired'"
          + " order by number limit "
          + MOST_SUBSCRIPTIONS;

  /** By the index of what is open. */
  static final String OLDEST =
      "select min(due_at) from webhook_delivery"
          + " where subscription = ? and state in ('waiting', 'leased') and state = 'waiting'"
          + " and due_at <= ?";

  /** As {@link StatusQueries#UNSETTLED}, of a time, and of so many at most. */
  static final String NEW_DEAD_LETTERS =
      "select count(*) from (select d.reference, d.subscription, d.run from webhook_delivery d"
          + " where d.subscription = ? and d.state = 'dead' and d.ended_at >= ? limit "
          + Lane.MOST_DEAD_LETTERS
          + ") d where d.run = (select max(run) from webhook_delivery n"
          + " where n.reference = d.reference and n.subscription = d.subscription)";

  private final WriteLine line;
  private final Reader reader;

  StoreVitals(WriteLine line, Reader reader) {
    this.line = line;
    this.reader = reader;
  }

  /** Reads from the store, outside the writer. */
  interface Reader {
    <T> T read(JdbcInbox.Query<T> query);
  }

  @Override
  public boolean storeDown() {
    return line.isDown();
  }

  @Override
  public boolean writerAlive() {
    return line.isAlive();
  }

  @Override
  public Duration writing() {
    return line.writing();
  }

  @Override
  public boolean refusedWithin(Duration time) {
    return line.refusedWithin(time);
  }

  @Override
  public long storeTime() {
    return reader.read((c, now) -> now);
  }

  @Override
  public List<Lane> lanes(Duration deadLettersWithin) {
    return reader.read((c, now) -> lanes(c, now, now - deadLettersWithin.toMillis()));
  }

  private static List<Lane> lanes(Connection c, long now, long since) throws SQLException {
    List<Lane> lanes = new ArrayList<>();
    try (PreparedStatement subscriptions = c.prepareStatement(SUBSCRIPTIONS);
        PreparedStatement oldest = c.prepareStatement(OLDEST);
        PreparedStatement dead = c.prepareStatement(NEW_DEAD_LETTERS);
        ResultSet r = subscriptions.executeQuery()) {
      while (r.next()) {
        int number = r.getInt("number");
        long due = number(oldest, number, now);
        lanes.add(
            new Lane(
                new Subscription(
                    number,
                    new SourceName(r.getString("source")),
                    new SubscriptionName(r.getString("name"))),
                SubscriptionState.of(r.getString("state")),
                due == 0 ? 0 : now - due,
                (int) number(dead, number, since)));
      }
    }
    return lanes;
  }

  /** The one number of a query, 0 for null. */
  private static long number(PreparedStatement s, int subscription, long time) throws SQLException {
    s.setInt(1, subscription);
    s.setLong(2, time);
    try (ResultSet r = s.executeQuery()) {
      r.next();
      return r.getLong(1);
    }
  }
}
