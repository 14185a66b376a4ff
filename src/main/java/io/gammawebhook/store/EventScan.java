package io.gammawebhook.store;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds events in the order of their references, which is that of their receipt. Where few can fit
 * (one event, an id of the sender, a state that few are in) those are looked at and no other; else
 * the events are gone through window by window. Either way a step looks at a bounded number of rows
 * and bodies, however many there are, and the next one goes on where it ended.
 */
final class EventScan {

  /** How many events a step looks at, but for the last window. */
  static final int MOST_EVENTS = 20_000;

  private static final int WINDOW = 5_000;
  private static final int ROWS = 500;
  private static final int FEW = 10_000;

  /** Of a step with a condition on bodies. */
  private static final int MOST_BODIES = 1_000;

  private static final long MOST_BODY_BYTES = 16L << 20;

  /** A step ends with the first event after this time. */
  private static final long MOST_NANOS = 1_000_000_000;

  private static final Reference LOWEST = Reference.lowest(0);

  /** The delivery is the newest run; looked up by the primary key. */
  static final String NEWEST =
      "d.run = (select max(n.run) from webhook_delivery n where n.reference = d.reference"
          + " and n.subscription = d.subscription)";

  private static final String SELECT =
      "select e.reference, e.source, e.event_id, e.event_type, e.received_at,"
          + " (select length(b.body) from webhook_body b where b.reference = e.reference) as bytes"
          + " from webhook_event e where ";

  private final Dialect dialect;

  EventScan(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * What a step found.
   *
   * @param lookedAt how many events it looked at
   * @param last where the next step goes on; null if this was the last
   */
  record Step(List<FoundEvent> events, long lookedAt, @Nullable Reference last) {}

  /**
   * Looks for events that fit.
   *
   * @param newestFirst the order
   * @param after where the step before ended; null for the first
   * @param limit how many to find at most
   */
  Step step(
      Connection c, EventFilter filter, boolean newestFirst, @Nullable Reference after, int limit)
      throws SQLException {
    Range range = Range.of(filter, newestFirst).after(after);
    if (range.isEmpty()) {
      return new Step(List.of(), 0, null);
    }
    Search search = new Search(c, filter, newestFirst, limit);
    List<Reference> few = few(c, filter);
    return few == null ? search.windows(range) : search.these(range.of(few));
  }

  /** How many events there are to look at. */
  long total(Connection c, EventFilter filter) throws SQLException {
    Range range = Range.of(filter, false);
    List<Reference> few = few(c, filter);
    return few == null ? count(c, range, Integer.MAX_VALUE) : range.of(few).size();
  }

  private long count(Connection c, Range range, int most) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select count(*) from (select 1 from webhook_event"
                + " where reference > ? and reference < ? limit ?) as x")) {
      dialect.setReference(s, 1, range.low);
      dialect.setReference(s, 2, range.high);
      s.setInt(3, most);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return r.getLong(1);
      }
    }
  }

  /** References between two, without them. */
  private record Range(Reference low, Reference high, boolean newestFirst) {

    static Range of(EventFilter filter, boolean newestFirst) {
      return new Range(
          filter.from() == null ? LOWEST : bound(filter.from(), -StoreClock.MARGIN_MILLIS),
          filter.to() == null ? Reference.HIGHEST : bound(filter.to(), StoreClock.MARGIN_MILLIS),
          newestFirst);
    }

    private static Reference bound(Instant at, long margin) {
      return Reference.lowest(Math.max(0, Math.min(at.toEpochMilli() + margin, 1L << 47)));
    }

    Range after(@Nullable Reference position) {
      if (position == null) {
        return this;
      }
      return newestFirst
          ? new Range(low, position.compareTo(high) < 0 ? position : high, true)
          : new Range(position.compareTo(low) > 0 ? position : low, high, false);
    }

    boolean isEmpty() {
      return low.compareTo(high) >= 0;
    }

    /** Those of the references that are in it, in its order. */
    List<Reference> of(List<Reference> references) {
      Comparator<Reference> order = Comparator.naturalOrder();
      return references.stream()
          .filter(r -> r.compareTo(low) > 0 && r.compareTo(high) < 0)
          .sorted(newestFirst ? order.reversed() : order)
          .toList();
    }
  }

  /** The only events that can fit; null if they are too many to be looked at one by one. */
  private @Nullable List<Reference> few(Connection c, EventFilter filter) throws SQLException {
    if (filter.event() != null) {
      return List.of(filter.event());
    }
    if (filter.id() != null) {
      return ofId(c, filter.id());
    }
    EventState state = filter.state();
    if (state == EventState.UNSUBSCRIBED) {
      return few(
          c,
          new Conditions()
              .add("select reference from webhook_event where subscribed = 0 limit ?", FEW + 1));
    }
    if (state == EventState.WAITING || state == EventState.LEASED || state == EventState.DEAD) {
      List<Integer> subscriptions = subscriptions(c, filter);
      if (subscriptions.isEmpty()) {
        return List.of();
      }
      return few(
          c,
          new Conditions()
              .add("select distinct reference from (select reference from webhook_delivery where")
              .add(" subscription in ")
              .addList(subscriptions)
              // As the partial indexes are written.
              .add(
                  state == EventState.DEAD
                      ? " and state = 'dead'"
                      : " and state in ('waiting', 'leased') and state = '" + state.text() + "'")
              .add(" limit ?) as x", FEW + 1));
    }
    return null;
  }

  private @Nullable List<Reference> few(Connection c, Conditions sql) throws SQLException {
    List<Reference> found = references(c, sql);
    return found.size() > FEW ? null : found;
  }

  /** By the dedup key, where the id is that, and by the index of the others. */
  private List<Reference> ofId(Connection c, String id) throws SQLException {
    String stored = StorableText.of(id);
    List<Reference> found =
        new ArrayList<>(
            references(
                c,
                new Conditions()
                    .add(
                        "select reference from webhook_event where event_id = ?"
                            + " and event_id <> dedup_key limit ?",
                        stored,
                        FEW)));
    List<String> sources = new ArrayList<>();
    try (PreparedStatement s =
            c.prepareStatement(
                "select source from webhook_source union select source from webhook_subscription");
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        sources.add(r.getString("source"));
      }
    }
    for (String source : sources) {
      found.addAll(
          references(
              c,
              new Conditions()
                  .add(
                      "select reference from webhook_event where source = ? and dedup_key = ?"
                          + " and event_id is not null",
                      source,
                      DedupKey.ofText(id).value())));
    }
    return found.stream().distinct().toList();
  }

  private List<Integer> subscriptions(Connection c, EventFilter filter) throws SQLException {
    Conditions sql = new Conditions().add("select number from webhook_subscription where 1 = 1");
    if (filter.subscription() != null) {
      sql.add(" and name = ?", filter.subscription().value());
    }
    if (filter.source() != null) {
      sql.add(" and source = ?", filter.source().value());
    }
    List<Integer> numbers = new ArrayList<>();
    try (PreparedStatement s = c.prepareStatement(sql.toString())) {
      sql.bind(dialect, s);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          numbers.add(r.getInt("number"));
        }
      }
    }
    return numbers;
  }

  private List<Reference> references(Connection c, Conditions sql) throws SQLException {
    List<Reference> found = new ArrayList<>();
    try (PreparedStatement s = c.prepareStatement(sql.toString())) {
      sql.bind(dialect, s);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          found.add(dialect.getReference(r, "reference"));
        }
      }
    }
    return found;
  }

  /** An event without its deliveries. */
  private record Row(
      Reference reference,
      SourceName source,
      @Nullable String eventId,
      @Nullable String eventType,
      long receivedAt,
      long bytes) {}

  /** One step. */
  private final class Search {
    private final Connection c;
    private final EventFilter filter;
    private final boolean newestFirst;
    private final int limit;
    private final Conditions conditions;
    private final List<FoundEvent> found = new ArrayList<>();
    private long lookedAt;
    private int bodies;
    private long bodyBytes;
    private final long beganNanos = System.nanoTime();

    Search(Connection c, EventFilter filter, boolean newestFirst, int limit) throws SQLException {
      this.c = c;
      this.filter = filter;
      this.newestFirst = newestFirst;
      this.limit = limit;
      this.conditions = conditions();
    }

    private Conditions conditions() throws SQLException {
      Conditions and = new Conditions();
      if (filter.source() != null) {
        // The concatenation keeps the planners from the index of the sources' keys, which has
        // another order.
        and.add(" and e.source || '' = ?", filter.source().value());
      }
      if (filter.from() != null) {
        and.add(" and e.received_at >= ?", filter.from().toEpochMilli());
      }
      if (filter.to() != null) {
        and.add(" and e.received_at < ?", filter.to().toEpochMilli());
      }
      if (filter.type() != null) {
        and.add(" and e.event_type like ? escape '!'", filter.type().like());
      }
      if (filter.state() == EventState.UNSUBSCRIBED) {
        // The sum keeps the planners from the index of these, which has another order.
        and.add(" and e.subscribed + 0 = 0");
      }
      if (filter.asksForDelivery()) {
        // Within a case the planner looks it up for each event; else it might begin with all
        // deliveries that there are.
        and.add(
            " and case when exists (select 1 from webhook_delivery d"
                + " where d.reference = e.reference and "
                + NEWEST);
        if (filter.state() != null) {
          and.add(" and d.state || '' = ?", filter.state().text());
        }
        if (filter.subscription() != null) {
          List<Integer> numbers = subscriptions(c, filter);
          and.add(" and d.subscription in ").addList(numbers.isEmpty() ? List.of(-1) : numbers);
        }
        if (filter.reason() != null) {
          // An exception's class also by its simple name.
          and.add(
              " and (d.reason like ? escape '!' or d.reason like ? escape '!')",
              filter.reason().like(),
              "%." + filter.reason().like());
        }
        if (filter.destination() != null) {
          and.add(" and d.destination like ? escape '!'", filter.destination().like());
        }
        and.add(") then 1 else 0 end = 1");
      }
      return and;
    }

    /** Only of these references. */
    Step these(List<Reference> references) throws SQLException {
      for (int from = 0; from < references.size(); from += ROWS) {
        List<Reference> some = references.subList(from, Math.min(references.size(), from + ROWS));
        Reference full =
            take(rows(new Conditions().add("e.reference in ").addList(some).add(conditions)));
        if (full != null) {
          lookedAt += some.indexOf(full) + 1;
          return new Step(found, lookedAt, full);
        }
        lookedAt += some.size();
      }
      return new Step(found, lookedAt, null);
    }

    /** Of all references of a range. */
    Step windows(Range whole) throws SQLException {
      Range range = whole;
      while (true) {
        Reference edge = edge(range);
        Conditions where = new Conditions();
        if (edge == null) {
          where.add("e.reference > ? and e.reference < ?", range.low, range.high);
        } else if (newestFirst) {
          where.add("e.reference >= ? and e.reference < ?", edge, range.high);
        } else {
          where.add("e.reference > ? and e.reference <= ?", range.low, edge);
        }
        List<Row> rows = rows(where.add(conditions));
        Reference full = take(rows);
        if (full != null) {
          lookedAt += count(c, passed(range, full), WINDOW) + 1;
          return new Step(found, lookedAt, full);
        }
        Reference last;
        if (rows.size() == ROWS) {
          last = rows.get(ROWS - 1).reference();
          lookedAt += count(c, passed(range, last), WINDOW) + 1;
        } else if (edge == null) {
          lookedAt += count(c, range, WINDOW);
          return new Step(found, lookedAt, null);
        } else {
          last = edge;
          lookedAt += WINDOW;
        }
        if (lookedAt >= MOST_EVENTS) {
          return new Step(found, lookedAt, last);
        }
        range = range.after(last);
      }
    }

    /** What of the range lies before a position. */
    private Range passed(Range range, Reference position) {
      return newestFirst
          ? new Range(position, range.high, true)
          : new Range(range.low, position, false);
    }

    /** The last reference of the next window; null if the range holds no whole window. */
    private @Nullable Reference edge(Range range) throws SQLException {
      List<Reference> edge =
          references(
              c,
              new Conditions()
                  .add(
                      "select reference from webhook_event where reference > ? and reference < ?"
                          + " order by reference"
                          + (newestFirst ? " desc" : "")
                          + " limit 1 offset "
                          + (WINDOW - 1),
                      range.low,
                      range.high));
      return edge.isEmpty() ? null : edge.get(0);
    }

    private List<Row> rows(Conditions where) throws SQLException {
      String sql =
          SELECT
              + where
              + " order by e.reference"
              + (newestFirst ? " desc" : "")
              + " limit "
              + ROWS;
      List<Row> rows = new ArrayList<>();
      try (PreparedStatement s = c.prepareStatement(sql)) {
        where.bind(dialect, s);
        try (ResultSet r = s.executeQuery()) {
          while (r.next()) {
            long bytes = r.getLong("bytes");
            rows.add(
                new Row(
                    dialect.getReference(r, "reference"),
                    new SourceName(r.getString("source")),
                    r.getString("event_id"),
                    r.getString("event_type"),
                    r.getLong("received_at"),
                    r.wasNull() ? -1 : bytes));
          }
        }
      }
      return rows;
    }

    /**
     * Takes what fits.
     *
     * @return the row at which the step has to end; null if it may go on
     */
    private @Nullable Reference take(List<Row> rows) throws SQLException {
      Map<Reference, List<FoundDelivery>> deliveries =
          deliveries(c, rows.stream().map(Row::reference).toList());
      for (Row row : rows) {
        List<FoundDelivery> its = deliveries.getOrDefault(row.reference(), List.of());
        if (fits(row, its) && bodyFits(row)) {
          found.add(
              new FoundEvent(
                  row.reference(),
                  row.source(),
                  row.eventId(),
                  row.eventType(),
                  row.receivedAt(),
                  row.bytes(),
                  its));
        }
        if (found.size() == limit
            || bodies >= MOST_BODIES
            || bodyBytes >= MOST_BODY_BYTES
            || System.nanoTime() - beganNanos > MOST_NANOS) {
          return row.reference();
        }
      }
      return null;
    }

    /** Once more what SQLite's {@code like} takes without regard to case. */
    private boolean fits(Row row, List<FoundDelivery> deliveries) {
      return (filter.type() == null || filter.type().matches(row.eventType()))
          && (filter.id() == null || StorableText.of(filter.id()).equals(row.eventId()))
          && (!filter.asksForDelivery()
              || deliveries.stream().anyMatch(delivery -> EventScan.fits(filter, delivery)));
    }

    private boolean bodyFits(Row row) throws SQLException {
      if (filter.match() == null) {
        return true;
      }
      if (row.bytes() < 0) {
        return false;
      }
      bodies++;
      bodyBytes += row.bytes();
      try (PreparedStatement s =
          c.prepareStatement("select body from webhook_body where reference = ?")) {
        dialect.setReference(s, 1, row.reference());
        try (ResultSet r = s.executeQuery()) {
          return r.next() && filter.match().matches(r.getBytes("body"));
        }
      }
    }
  }

  /** Whether a delivery is one that the filter asks for; any newest run, if it asks for none. */
  static boolean fits(EventFilter filter, FoundDelivery delivery) {
    return delivery.newest()
        && (filter.state() == null || delivery.state() == filter.state())
        && (filter.subscription() == null || delivery.subscription().equals(filter.subscription()))
        && filter.reasonFits(delivery.reason())
        && (filter.destination() == null || filter.destination().matches(delivery.destination()));
  }

  /** All deliveries of events, by the event, in the order of subscriptions and runs. */
  Map<Reference, List<FoundDelivery>> deliveries(Connection c, Collection<Reference> references)
      throws SQLException {
    if (references.isEmpty()) {
      return Map.of();
    }
    Conditions sql =
        new Conditions()
            .add(
                "select d.reference, d.subscription, d.run, d.state, d.attempt, d.due_at,"
                    + " d.ended_at, d.reason, d.detail, d.destination, s.name"
                    + " from webhook_delivery d"
                    + " join webhook_subscription s on s.number = d.subscription"
                    + " where d.reference in ")
            .addList(references)
            .add(" order by d.reference, d.subscription, d.run desc");
    Map<Reference, List<FoundDelivery>> found = new HashMap<>();
    try (PreparedStatement s = c.prepareStatement(sql.toString())) {
      sql.bind(dialect, s);
      try (ResultSet r = s.executeQuery()) {
        DeliveryId before = null;
        while (r.next()) {
          DeliveryId id =
              new DeliveryId(
                  dialect.getReference(r, "reference"), r.getInt("subscription"), r.getInt("run"));
          boolean newest =
              before == null
                  || !before.reference().equals(id.reference())
                  || before.subscription() != id.subscription();
          found
              .computeIfAbsent(id.reference(), reference -> new ArrayList<>())
              .add(delivery(r, id, newest));
          before = id;
        }
      }
    }
    found
        .values()
        .forEach(
            its ->
                its.sort(
                    Comparator.comparingInt(
                            (FoundDelivery delivery) -> delivery.delivery().subscription())
                        .thenComparingInt(delivery -> delivery.delivery().run())));
    return found;
  }

  private static FoundDelivery delivery(ResultSet r, DeliveryId id, boolean newest)
      throws SQLException {
    long endedAt = r.getLong("ended_at");
    boolean ended = !r.wasNull();
    return new FoundDelivery(
        id,
        new SubscriptionName(r.getString("name")),
        newest,
        EventState.of(r.getString("state")),
        r.getInt("attempt"),
        r.getLong("due_at"),
        ended ? endedAt : null,
        r.getString("reason"),
        r.getString("detail"),
        r.getString("destination"));
  }
}
