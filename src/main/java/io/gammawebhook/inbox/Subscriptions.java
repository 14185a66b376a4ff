package io.gammawebhook.inbox;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who wants which events: the rows of the store, and the local workers attached to them. */
final class Subscriptions {

  private final Map<Integer, HandOff> attached = new ConcurrentHashMap<>();

  void attach(int number, HandOff handOff) {
    attached.put(number, handOff);
  }

  void detach(int number) {
    attached.remove(number);
  }

  @Nullable HandOff handOff(int number) {
    return attached.get(number);
  }

  /** The subscriptions as this transaction sees them. */
  Active read(Connection c) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement s =
            c.prepareStatement(
                "select number, source, name, types from webhook_subscription"
                    + " where state <> 'retired' order by number");
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        rows.add(
            new Row(
                new Subscription(
                    r.getInt("number"),
                    new SourceName(r.getString("source")),
                    new SubscriptionName(r.getString("name"))),
                TypeFilter.parse(r.getString("types"))));
      }
    }
    return new Active(rows);
  }

  private record Row(Subscription subscription, TypeFilter types) {}

  /** The subscriptions of one transaction. */
  static final class Active {
    private final List<Row> rows;

    private Active(List<Row> rows) {
      this.rows = rows;
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

    List<Subscription> all() {
      return rows.stream().map(Row::subscription).toList();
    }
  }
}
