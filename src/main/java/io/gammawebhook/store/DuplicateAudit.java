package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditRate;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the duplicates of each source down within {@link AuditRate}, so that whoever captured one
 * request cannot fill the disk with it. Of each event the first duplicate is written in any case,
 * and the first with another body. Safe for use by many threads.
 */
final class DuplicateAudit {

  private static final int MOST_AT_ONCE = 500;

  private final Dialect dialect;
  private final Map<SourceName, AuditRate> rates = new ConcurrentHashMap<>();

  DuplicateAudit(Dialect dialect) {
    this.dialect = dialect;
  }

  /** What tells the duplicates of an event apart. */
  private record Sort(Reference reference, @Nullable String reason) {
    static Sort of(AuditEntry entry) {
      return new Sort(entry.reference(), entry.reason());
    }
  }

  /** Writes what is to be written of a batch's duplicates, in their order. */
  void add(Batch batch, List<AuditEntry> duplicates) throws SQLException {
    Set<Sort> written = new HashSet<>();
    List<AuditEntry> overRate = new ArrayList<>();
    for (AuditEntry entry : duplicates) {
      if (rate(entry).admits(batch.now())) {
        write(batch, entry);
        written.add(Sort.of(entry));
      } else {
        overRate.add(entry);
      }
    }
    for (int from = 0; from < overRate.size(); from += MOST_AT_ONCE) {
      List<AuditEntry> some =
          overRate.subList(from, Math.min(overRate.size(), from + MOST_AT_ONCE));
      addWritten(batch, some.stream().map(AuditEntry::reference).distinct().toList(), written);
    }
    for (AuditEntry entry : overRate) {
      if (written.add(Sort.of(entry))) {
        write(batch, entry);
      } else {
        AuditRate rate = rate(entry);
        rate.leaveOut(1);
        batch.ifNotCommitted(() -> rate.leaveOut(-1));
      }
    }
  }

  private AuditRate rate(AuditEntry entry) {
    return rates.computeIfAbsent(entry.source(), source -> new AuditRate());
  }

  private void write(Batch batch, AuditEntry entry) {
    AuditRate rate = rate(entry);
    long before = rate.takeUnwritten();
    if (before == 0) {
      batch.audit(entry);
      return;
    }
    batch.ifNotCommitted(() -> rate.leaveOut(before));
    String told = before + " duplicates before this were not written";
    String type = entry.detail();
    batch.audit(
        AuditEntry.of(
            entry.reference(),
            entry.kind(),
            entry.source(),
            entry.eventId(),
            entry.reason(),
            type == null ? told : type + "; " + told));
  }

  /**
   * @param events how many are looked for
   */
  static String written(int events) {
    return "select reference, reason from webhook_audit where kind = 'duplicate'"
        + " and reference in (?"
        + ", ?".repeat(events - 1)
        + ")";
  }

  private void addWritten(Batch batch, List<Reference> events, Set<Sort> written)
      throws SQLException {
    try (PreparedStatement s = batch.connection().prepareStatement(written(events.size()))) {
      for (int i = 0; i < events.size(); i++) {
        dialect.setReference(s, i + 1, events.get(i));
      }
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          written.add(new Sort(dialect.getReference(r, "reference"), r.getString("reason")));
        }
      }
    }
  }
}
