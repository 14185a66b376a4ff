package io.gammawebhook.audit;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.TraceContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log lines of one inbox: each entry has one, but failures of one subscription with one reason
 * are within {@link BoundedLine}, since a destination that is down fails as often as events come.
 * Their rows are all written. Safe for use by many threads.
 */
public final class AuditLines {

  private final BoundedLines<Sort> failures;

  public AuditLines() {
    failures = new BoundedLines<>();
  }

  AuditLines(Supplier<BoundedLine> bounds) {
    failures = new BoundedLines<>(bounds);
  }

  /**
   * What is bounded together.
   *
   * @param reason null for all that are not told apart
   */
  private record Sort(
      AuditKind kind, SourceName source, int subscription, @Nullable String reason) {}

  /**
   * Writes the line of an entry, unless it is one of too many.
   *
   * @param trace the trace of the event that it is about
   */
  public void log(AuditEntry entry, @Nullable TraceContext trace) {
    AuditKind kind = entry.kind();
    if (kind != AuditKind.ATTEMPT_FAILED && kind != AuditKind.DEAD) {
      AuditLog.log(entry, trace, 0);
      return;
    }
    int subscription = entry.delivery() == null ? 0 : entry.delivery().subscription();
    failures
        .of(
            new Sort(kind, entry.source(), subscription, entry.reason()),
            new Sort(kind, entry.source(), subscription, null))
        .write(leftOut -> AuditLog.log(entry, trace, leftOut));
  }

  /** Writes the last of each sort that were left out: nothing is to follow. */
  public void sumUp() {
    failures.sumUp();
  }
}
