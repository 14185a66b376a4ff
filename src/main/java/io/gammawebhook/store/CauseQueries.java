package io.gammawebhook.store;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.EventSearch.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Groups dead letters by what they died of. */
final class CauseQueries {

  /** So many are looked at of each subscription, those that died last. */
  static final int MOST = 100_000;

  private static final int MOST_TYPES = 5;
  private static final int MOST_CAUSES = 1_000;

  /**
   * What differs between two failures for one cause: quoted texts, ids, addresses of memory,
   * numbers.
   */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\"[^\"]*\"|'[^']*'|\\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b"
              + "|\\b(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{8,}\\b|[0-9]+(?:[.:][0-9]+)*");

  private static final Pattern ATTEMPT = Pattern.compile("^Attempt [0-9]+ of [0-9]+: ");

  static final String DEAD =
      "select d.reason, d.detail, d.destination, e.event_type, count(*) as letters,"
          + " min(d.ended_at) as first_seen, max(d.ended_at) as last_seen,"
          + " max(cast(d.reference as varchar(36)) || '.' || d.subscription || '.' || d.run)"
          + " as example"
          + " from (select d.* from webhook_delivery d where d.subscription = ?"
          + " and d.state = 'dead' and "
          + EventScan.NEWEST
          + " order by d.ended_at desc limit ?) d"
          + " join webhook_event e on e.reference = d.reference"
          + " group by d.reason, d.detail, d.destination, e.event_type";

  private CauseQueries() {}

  private record Key(
      SourceName source,
      SubscriptionName subscription,
      @Nullable String destination,
      String reason,
      String shape) {}

  private static final class Group {
    private long count;
    private long firstSeen = Long.MAX_VALUE;
    private long lastSeen;
    private String example = "";
    private final TreeSet<String> types = new TreeSet<>();

    void add(ResultSet r) throws SQLException {
      count += r.getLong("letters");
      firstSeen = Math.min(firstSeen, r.getLong("first_seen"));
      if (r.getLong("last_seen") >= lastSeen) {
        lastSeen = r.getLong("last_seen");
        example = r.getString("example");
      }
      String type = r.getString("event_type");
      if (type != null && types.size() < MOST_TYPES) {
        types.add(type);
      }
    }
  }

  static EventSearch.Causes of(
      Connection c, @Nullable SourceName source, @Nullable SubscriptionName subscription)
      throws SQLException {
    Map<Key, Group> groups = new LinkedHashMap<>();
    long lookedAt = 0;
    boolean complete = true;
    Conditions subscriptions =
        new Conditions().add("select number, source, name from webhook_subscription where 1 = 1");
    if (source != null) {
      subscriptions.add(" and source = ?", source.value());
    }
    if (subscription != null) {
      subscriptions.add(" and name = ?", subscription.value());
    }
    try (PreparedStatement s = c.prepareStatement(subscriptions.toString())) {
      int index = 1;
      if (source != null) {
        s.setString(index++, source.value());
      }
      if (subscription != null) {
        s.setString(index, subscription.value());
      }
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          long letters = add(c, r, groups);
          lookedAt += letters;
          complete &= letters < MOST;
        }
      }
    }
    List<Cause> causes = new ArrayList<>();
    groups.forEach((key, group) -> causes.add(cause(key, group)));
    causes.sort(Comparator.comparingLong(Cause::count).reversed());
    return new EventSearch.Causes(
        causes.size() > MOST_CAUSES ? List.copyOf(causes.subList(0, MOST_CAUSES)) : causes,
        lookedAt,
        complete && causes.size() <= MOST_CAUSES);
  }

  private static long add(Connection c, ResultSet subscription, Map<Key, Group> groups)
      throws SQLException {
    SourceName source = new SourceName(subscription.getString("source"));
    SubscriptionName name = new SubscriptionName(subscription.getString("name"));
    long letters = 0;
    try (PreparedStatement s = c.prepareStatement(DEAD)) {
      s.setInt(1, subscription.getInt("number"));
      s.setInt(2, MOST);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          letters += r.getLong("letters");
          String reason = r.getString("reason");
          Key key =
              new Key(
                  source,
                  name,
                  r.getString("destination"),
                  reason == null ? "unknown" : reason,
                  shape(r.getString("detail")));
          groups.computeIfAbsent(key, none -> new Group()).add(r);
        }
      }
    }
    return letters;
  }

  private static Cause cause(Key key, Group group) {
    return new Cause(
        key.source(),
        key.subscription(),
        key.destination(),
        key.reason(),
        key.shape(),
        group.count,
        group.firstSeen,
        group.lastSeen,
        List.copyOf(group.types),
        group.example);
  }

  /** What a detail has in common with others of its cause. */
  static String shape(@Nullable String detail) {
    if (detail == null) {
      return "";
    }
    String sentence = ATTEMPT.matcher(detail).replaceFirst("");
    return VARIABLE.matcher(sentence).replaceAll("…");
  }
}
