package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditLines;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.TraceContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction being filled: what is written together, and what is to be told after the commit
 * or undone without one. Used by one thread.
 */
final class Batch {

  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  private final Connection connection;
  private final long beganNanos;
  private final long now;
  private final String node;
  private final List<@Nullable Object[]> auditRows = new ArrayList<>();
  private final AuditLines lines;
  private final List<Runnable> toLog = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();

  /**
   * @param beganNanos a time of {@link System#nanoTime} from before the store's clock was read
   * @param now what the store's clock showed
   * @param lines what is logged of the entries after the commit
   */
  Batch(Connection connection, long beganNanos, long now, String node, AuditLines lines) {
    this.connection = connection;
    this.beganNanos = beganNanos;
    this.now = now;
    this.node = node;
    this.lines = lines;
  }

  Connection connection() {
    return connection;
  }

  long now() {
    return now;
  }

  long beganNanos() {
    return beganNanos;
  }

  String node() {
    return node;
  }

  /** Writes an entry, and its log line after the commit. */
  void audit(AuditEntry entry) {
    audit(entry, null);
  }

  /**
   * Writes an entry, and its log line after the commit.
   *
   * @param trace the trace of the event that it is about
   */
  void audit(AuditEntry entry, @Nullable TraceContext trace) {
    auditRows.add(auditRow(entry));
    log(entry, trace);
  }

  /** Writes the log line of an entry that is written with what it tells. */
  void log(AuditEntry entry, @Nullable TraceContext trace) {
    toLog.add(() -> lines.log(entry, trace));
  }

  /** An entry as a row of the audit's table. */
  @Nullable Object[] auditRow(AuditEntry entry) {
    DeliveryId delivery = entry.delivery();
    return new @Nullable Object[] {
      entry.reference(),
      now,
      entry.kind().name().toLowerCase(Locale.ROOT),
      entry.source().value(),
      StorableText.ofNullable(entry.eventId()),
      subscription(entry),
      delivery == null ? null : (Long) (long) delivery.run(),
      (long) entry.attempt(),
      entry.durationMillis(),
      StorableText.ofNullable(entry.reason()),
      StorableText.ofNullable(entry.detail()),
      node,
      StorableText.ofNullable(entry.origin())
    };
  }

  private static @Nullable Long subscription(AuditEntry entry) {
    if (entry.delivery() != null) {
      return (long) entry.delivery().subscription();
    }
    return entry.subject() == null ? null : (Long) (long) entry.subject().number();
  }

  /** Adds what is told after the commit. */
  void afterCommit(Runnable task) {
    afterCommit.add(task);
  }

  /** Adds what is undone if there is no commit. */
  void ifNotCommitted(Runnable task) {
    undo.add(task);
  }

  void writeAudit(Dialect dialect) throws SQLException {
    dialect.insert(connection, Table.AUDIT, auditRows);
  }

  void undo() {
    undo.forEach(Batch::run);
    undo.clear();
  }

  /** Tells those who wait first, and writes the log lines after that. */
  void committed() {
    afterCommit.forEach(Batch::run);
    toLog.forEach(Runnable::run);
  }

  /** One listener's fault must not keep the others of the batch from being told. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("A listener to the inbox failed", e);
    }
  }
}
