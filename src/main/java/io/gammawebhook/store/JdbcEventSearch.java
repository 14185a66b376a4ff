package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.store.JdbcInbox.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Searches of people. Safe for use by many threads. */
final class JdbcEventSearch implements EventSearch {

  private final Dialect dialect;
  private final EventScan events;
  private final AuditScan audit;
  private final Reading reading;

  /** Runs a query that may take a while. */
  interface Reading {
    <T> T run(Query<T> query);
  }

  JdbcEventSearch(Dialect dialect, EventScan events, Reading reading) {
    this.dialect = dialect;
    this.events = events;
    this.audit = new AuditScan(dialect);
    this.reading = reading;
  }

  @Override
  public Page events(EventFilter filter, @Nullable Reference after, int limit) {
    int most = StatusQueries.bounded(limit);
    EventScan.Step step = reading.run((c, now) -> events.step(c, filter, true, after, most));
    return new Page(step.events(), step.lookedAt(), step.last());
  }

  @Override
  public Optional<Whole> find(Reference reference) {
    return reading.run((c, now) -> find(c, reference));
  }

  private Optional<Whole> find(Connection c, Reference reference) throws SQLException {
    List<FoundDelivery> deliveries =
        events.deliveries(c, List.of(reference)).getOrDefault(reference, List.of());
    try (PreparedStatement s =
        c.prepareStatement(
            "select e.*, b.body from webhook_event e"
                + " left join webhook_body b on b.reference = e.reference where e.reference = ?")) {
      dialect.setReference(s, 1, reference);
      try (ResultSet r = s.executeQuery()) {
        if (!r.next()) {
          return Optional.empty();
        }
        byte[] body = r.getBytes("body");
        return Optional.of(
            new Whole(
                RowDialect.event(r, reference, body == null ? new byte[0] : body),
                new FoundEvent(
                    reference,
                    new SourceName(r.getString("source")),
                    r.getString("event_id"),
                    r.getString("event_type"),
                    r.getLong("received_at"),
                    body == null ? -1 : body.length,
                    deliveries)));
      }
    }
  }

  @Override
  public EventSearch.Causes causes(
      @Nullable SourceName source, @Nullable SubscriptionName subscription) {
    return reading.run((c, now) -> CauseQueries.of(c, source, subscription));
  }

  @Override
  public AuditPage audit(AuditFilter filter, @Nullable String after, int limit) {
    int most = StatusQueries.bounded(limit);
    return reading.run((c, now) -> audit.page(c, filter, after, most));
  }
}
