package io.gammawebhook.store;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.Operations.Kind;
import io.gammawebhook.inbox.Operations.Operation;
import io.gammawebhook.inbox.Operations.Progress;
import io.gammawebhook.inbox.Operations.Request;
import io.gammawebhook.inbox.Operations.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of operations; the same on every database. */
final class OperationTable {

  static final long LEASE_MILLIS = 60_000;

  private static final String OPEN = " state in ('waiting', 'running')";

  private final Dialect dialect;

  OperationTable(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * An operation that this node is at.
   *
   * @param epoch rises with each node that takes it, so that one that was too slow finds it gone
   * @param position the event that was looked at last; null at the begin
   * @param skipped how many were skipped, by the reason
   */
  record Taken(
      Operation operation, int epoch, @Nullable Reference position, Map<String, Long> skipped) {}

  void insert(Batch batch, Reference id, Request request, Operator operator) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "insert into webhook_operation (operation, kind, dry_run, criteria, target, again,"
                    + " rate, who, why, origin, state, created_at, due_at, epoch, looked_at,"
                    + " matched, done, skipped, total)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, 0, 0, 0, 0, 0, 0)")) {
      dialect.setReference(s, 1, id);
      s.setString(2, request.kind().text());
      s.setInt(3, request.dryRun() ? 1 : 0);
      s.setString(4, HeadersJson.write(request.filter().criteria()));
      s.setString(5, request.target() == null ? null : request.target().value());
      s.setInt(6, request.again() ? 1 : 0);
      s.setInt(7, request.rate());
      s.setString(8, StorableText.of(operator.who()));
      s.setString(9, StorableText.of(operator.why()));
      s.setString(10, StorableText.ofNullable(operator.origin()));
      s.setLong(11, batch.now());
      s.setLong(12, batch.now());
      s.executeUpdate();
    }
  }

  int countOpen(Connection c) throws SQLException {
    try (PreparedStatement s =
            c.prepareStatement("select count(*) from webhook_operation where" + OPEN);
        ResultSet r = s.executeQuery()) {
      r.next();
      return r.getInt(1);
    }
  }

  List<Operation> list(Connection c, int limit) throws SQLException {
    List<Operation> operations = new ArrayList<>();
    try (PreparedStatement s =
        c.prepareStatement("select * from webhook_operation order by operation desc limit ?")) {
      s.setInt(1, limit);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          operations.add(operation(r));
        }
      }
    }
    return operations;
  }

  Optional<Operation> find(Connection c, Reference id) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("select * from webhook_operation where operation = ?")) {
      dialect.setReference(s, 1, id);
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? Optional.of(operation(r)) : Optional.empty();
      }
    }
  }

  private Operation operation(ResultSet r) throws SQLException {
    String target = r.getString("target");
    long endedAt = r.getLong("ended_at");
    Long ended = r.wasNull() ? null : (Long) endedAt;
    return new Operation(
        dialect.getReference(r, "operation"),
        new Request(
            Kind.valueOf(r.getString("kind").toUpperCase(Locale.ROOT)),
            r.getInt("dry_run") == 1,
            // Ages have become instants.
            EventFilter.of(HeadersJson.read(r.getString("criteria")), Instant.EPOCH),
            target == null ? null : new SubscriptionName(target),
            r.getInt("again") == 1,
            r.getInt("rate")),
        new Operator(r.getString("who"), r.getString("why"), r.getString("origin")),
        State.valueOf(r.getString("state").toUpperCase(Locale.ROOT)),
        r.getLong("created_at"),
        ended,
        r.getString("node"),
        new Progress(
            r.getLong("total"),
            r.getLong("looked_at"),
            r.getLong("matched"),
            r.getLong("done"),
            r.getLong("skipped")),
        told(r.getString("detail")));
  }

  /** What was skipped, as a sentence; a failure's detail is one already. */
  private static @Nullable String told(@Nullable String detail) {
    if (detail == null || !detail.startsWith("{")) {
      return detail;
    }
    List<String> parts = new ArrayList<>();
    HeadersJson.read(detail).forEach((reason, count) -> parts.add(count + " " + reason));
    return parts.isEmpty() ? null : String.join("; ", parts);
  }

  /** Takes the operation that has been due for longest; null if none is. */
  @Nullable Taken take(Batch batch) throws SQLException {
    Connection c = batch.connection();
    Reference id;
    try (PreparedStatement s =
        c.prepareStatement(
            "select operation from webhook_operation where"
                + OPEN
                + " and due_at <= ? order by due_at limit 1")) {
      s.setLong(1, batch.now());
      try (ResultSet r = s.executeQuery()) {
        if (!r.next()) {
          return null;
        }
        id = dialect.getReference(r, "operation");
      }
    }
    try (PreparedStatement s =
        c.prepareStatement(
            "update webhook_operation set state = 'running', node = ?, epoch = epoch + 1,"
                + " due_at = ? where operation = ? and due_at <= ? and"
                + OPEN)) {
      s.setString(1, batch.node());
      s.setLong(2, batch.now() + LEASE_MILLIS);
      dialect.setReference(s, 3, id);
      s.setLong(4, batch.now());
      if (s.executeUpdate() == 0) {
        return null;
      }
    }
    try (PreparedStatement s =
        c.prepareStatement("select * from webhook_operation where operation = ?")) {
      dialect.setReference(s, 1, id);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        Map<String, Long> skipped = new TreeMap<>();
        String detail = r.getString("detail");
        if (detail != null) {
          HeadersJson.read(detail).forEach((why, n) -> skipped.put(why, Long.parseLong(n)));
        }
        return new Taken(
            operation(r),
            r.getInt("epoch"),
            r.getString("position") == null ? null : dialect.getReference(r, "position"),
            skipped);
      }
    }
  }

  /**
   * Notes how far an operation is, and keeps it.
   *
   * @param progress as of now
   * @param state {@link State#RUNNING}, or how it ended
   * @return whether it is still this node's, and open; else nothing was noted
   */
  boolean advance(
      Batch batch,
      Taken taken,
      State state,
      @Nullable Reference position,
      Progress progress,
      @Nullable String detail)
      throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_operation set state = ?, position = "
                    + (position == null ? "position" : "?")
                    + ", total = ?, looked_at = ?, matched = ?, done = ?, skipped = ?, detail = ?,"
                    + " due_at = ?, ended_at = ? where operation = ? and epoch = ?"
                    + " and state = 'running'")) {
      int index = 1;
      s.setString(index++, state.text());
      if (position != null) {
        dialect.setReference(s, index++, position);
      }
      s.setLong(index++, progress.total());
      s.setLong(index++, progress.lookedAt());
      s.setLong(index++, progress.matched());
      s.setLong(index++, progress.done());
      s.setLong(index++, progress.skipped());
      s.setString(index++, detail);
      s.setLong(index++, batch.now() + LEASE_MILLIS);
      s.setObject(
          index++, state == State.RUNNING ? null : (Long) batch.now(), java.sql.Types.BIGINT);
      dialect.setReference(s, index++, taken.operation().id());
      s.setInt(index, taken.epoch());
      return s.executeUpdate() == 1;
    }
  }

  /** Gives it back, so that another node, or the next start, goes on at once. */
  void release(Batch batch, Taken taken) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_operation set due_at = ? where operation = ? and epoch = ? and"
                    + OPEN)) {
      s.setLong(1, batch.now());
      dialect.setReference(s, 2, taken.operation().id());
      s.setInt(3, taken.epoch());
      s.executeUpdate();
    }
  }

  /** Ends one that is open; false if there is none of the id. */
  boolean cancel(Batch batch, Reference id, Operator operator) throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "update webhook_operation set state = 'cancelled', ended_at = ?, detail = ?"
                    + " where operation = ? and"
                    + OPEN)) {
      s.setLong(1, batch.now());
      s.setString(2, StorableText.of("cancelled by " + operator.who() + ": " + operator.why()));
      dialect.setReference(s, 3, id);
      return s.executeUpdate() == 1;
    }
  }

  /** Deletes what ended before this time. */
  static int deleteEnded(Connection c, long before) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("delete from webhook_operation where ended_at < ?")) {
      s.setLong(1, before);
      return s.executeUpdate();
    }
  }
}
