package io.gammawebhook.store;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who wants which events: the rows of the store, and the local workers attached to them. */
final class Subscriptions {

  private static final String ALL =
      "select number, source, name, types, state from webhook_subscription"
          + " where state <> 'retired' order by number";

  private final Map<Integer, HandOff> attached = new ConcurrentHashMap<>();

  /** Those that were attached since the start, by number: their last attempts end later. */
  private final Map<Integer, Subscription> known = new ConcurrentHashMap<>();

  void attach(Subscription subscription, HandOff handOff) {
    known.put(subscription.number(), subscription);
    attached.put(subscription.number(), handOff);
  }

  /** One that this node delivers to, or did; null for any other. */
  @Nullable Subscription known(int number) {
    return known.get(number);
  }

  void detach(int number) {
    attached.remove(number);
  }

  /** Lets the local workers look into the store, for what was made to wait by hand. */
  void wake(int number) {
    HandOff handOff = attached.get(number);
    if (handOff != null) {
      handOff.waiting();
    }
  }

  /** Begins a unit of work with the subscriptions as its transaction sees them. */
  Active begin(Dialect dialect, Connection c) throws SQLException {
    List<Row> rows = new ArrayList<>();
    long now = dialect.beginAccept(c, ALL, row -> rows.add(row(row)));
    return new Active(rows, now);
  }

  private static Row row(ResultSet r) throws SQLException {
    return new Row(
        new Subscription(
            r.getInt("number"),
            new SourceName(r.getString("source")),
            new SubscriptionName(r.getString("name"))),
        TypeFilter.parse(r.getString("types")),
        SubscriptionState.of(r.getString("state")));
  }

  private record Row(Subscription subscription, TypeFilter types, SubscriptionState state) {}

  /** The subscriptions of one transaction that get events; paused ones too, for later. */
  final class Active {
    private final List<Row> rows;
    private final long now;

    private Active(List<Row> rows, long now) {
      this.rows = rows;
      this.now = now;
    }

    /** The store's time at the begin. */
    long now() {
      return now;
    }

    /** The local workers that may be given a delivery now. */
    @Nullable HandOff handOff(Subscription subscription) {
      boolean active =
          rows.stream()
              .anyMatch(
                  row ->
                      row.subscription().number() == subscription.number()
                          && row.state() == SubscriptionState.ACTIVE);
      return active ? attached.get(subscription.number()) : null;
    }

    List<Subscription> wanting(SourceName source, @Nullable String eventType) {
      List<Subscription> wanting = new ArrayList<>();
      for (Row row : rows) {
        if (row.subscription().source().equals(source) && row.types().matches(eventType)) {
          wanting.add(row.subscription());
        }
      }
      return wanting;
    }
  }
}
