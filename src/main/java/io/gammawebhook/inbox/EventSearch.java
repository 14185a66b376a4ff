package io.gammawebhook.inbox;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was received, and what became of it. Every method reads outside the writer, looks at a
 * bounded number of rows however many there are, and is safe for use by many threads; each throws
 * {@link StoreException} if the store cannot be read.
 */
public interface EventSearch {

  /**
   * A page of a search. It may hold fewer than were asked for, even none, and go on all the same.
   *
   * @param lookedAt how many events this page looked at
   * @param next where the next page begins; null if there is none
   */
  record Page(List<FoundEvent> events, long lookedAt, @Nullable Reference next) {}

  /**
   * The events that fit, newest first.
   *
   * @param after where the page before ended; null for the first
   * @param limit 1 to 1,000
   */
  Page events(EventFilter filter, @Nullable Reference after, int limit);

  /**
   * A whole event.
   *
   * @param event without its body, if that is gone
   * @param summary how it stands, with all runs of its deliveries
   */
  record Whole(WebhookEvent event, FoundEvent summary) {}

  /** One event; empty if it is not there. */
  Optional<Whole> find(Reference reference);

  /**
   * Dead letters that nobody has replayed or discarded, with one cause.
   *
   * @param destination what they were sent to, if known
   * @param shape what their details have in common: numbers, ids and quoted texts are {@code …}
   * @param firstSeen when the first of them died, in epoch milliseconds
   * @param lastSeen when the last of them died
   * @param eventTypes some of theirs, five at most
   * @param example one of them, as a delivery id
   */
  record Cause(
      SourceName source,
      SubscriptionName subscription,
      @Nullable String destination,
      String reason,
      String shape,
      long count,
      long firstSeen,
      long lastSeen,
      List<String> eventTypes,
      String example) {}

  /**
   * Causes.
   *
   * @param complete whether all dead letters were looked at
   */
  record Causes(List<Cause> causes, long lookedAt, boolean complete) {}

  /**
   * The dead letters by their causes, the most frequent first.
   *
   * @param source null for all
   * @param subscription null for all
   */
  Causes causes(@Nullable SourceName source, @Nullable SubscriptionName subscription);

  /**
   * A page of the audit.
   *
   * @param next where the next page begins; null if there is none
   */
  record AuditPage(List<Entry> entries, @Nullable String next) {

    /** An entry, and the event or request that it is about. */
    public record Entry(Reference reference, AuditRow row) {}
  }

  /**
   * What the audit has of several events, newest event first. Deeds of operators are in the order
   * of their entries, newest first.
   *
   * @param after what the page before had as its next; null for the first
   * @param limit 1 to 1,000
   * @throws IllegalArgumentException if {@code after} is none
   */
  AuditPage audit(AuditFilter filter, @Nullable String after, int limit);
}
