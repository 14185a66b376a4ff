package io.gammawebhook.inbox;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit are meant: those that fit everything that is given; null fits all.
 *
 * @param kinds as they are stored, such as {@code attempt_failed}; empty for all
 * @param who the operator
 * @param from written at this time or later, by the store's clock
 * @param to written before this time
 * @param reference of this event or request
 */
public record AuditFilter(
    Set<String> kinds,
    @Nullable SourceName source,
    @Nullable String who,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Reference reference) {

  /** What operators do. The store has an index of these, so they never change. */
  public static final Set<String> OPERATORS =
      Set.of(
          "released",
          "replayed",
          "discarded",
          "made_due",
          "paused",
          "resumed",
          "retired",
          "erased",
          "ordered",
          "cancelled",
          "registration_ordered");

  public AuditFilter {
    kinds = Set.copyOf(kinds);
  }

  /** Whether only deeds of operators are meant. */
  public boolean isOfOperators() {
    return who != null || (!kinds.isEmpty() && OPERATORS.containsAll(kinds));
  }
}
