package io.gammawebhook.inbox;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Requests whose signature is not valid, kept apart from all events until an operator has mended
 * the source: bounded a source in number and in bytes, and for a time ({@link Retention}). They
 * have no dedup key and no delivery. Every method is one atomic step; all are safe for use by many
 * threads.
 */
public interface Quarantine {

  /** What became of a request that was to be kept. */
  enum Kept {
    /** Kept and committed. */
    KEPT,
    /** Its source has as many as it may: nothing was kept. */
    FULL,
    /** There is no room for so large a one, but for smaller ones: nothing was kept. */
    TOO_LARGE,
    /** The waiting line is full. */
    LINE_FULL,
    /** Not known to be kept: the store failed, or the node is starting or stopping. */
    NOT_STORED
  }

  /**
   * One that is kept, without its body.
   *
   * @param receivedAt in epoch milliseconds, by the store's clock
   * @param bytes how much of the source's bound it takes
   */
  record Entry(
      Reference reference,
      SourceName source,
      long receivedAt,
      String remoteAddress,
      long bytes,
      String reason,
      String detail) {}

  /**
   * A whole one.
   *
   * @param receivedAt in epoch milliseconds, by the store's clock
   */
  record Found(UnverifiedRequest request, long receivedAt) {}

  /**
   * Keeps a request, with its audit entry. The stage completes after the commit, never with an
   * exception. Nodes that do it at the same time may exceed the bounds by a batch each.
   */
  CompletionStage<Kept> keep(UnverifiedRequest request);

  /**
   * Those that are kept, in the order of their receipt.
   *
   * @param source null for all sources
   * @param after where to begin; null for the first
   * @param limit 1 to 1,000
   * @throws StoreException if the store cannot be read
   */
  List<Entry> list(@Nullable SourceName source, @Nullable Reference after, int limit);

  /**
   * One with its body; empty if it is not there, or its time is over.
   *
   * @throws StoreException if the store cannot be read
   */
  Optional<Found> find(Reference reference);

  /** How many there are, by source. */
  Map<SourceName, Long> counts();

  /**
   * Lets a request be the event that it is, in one step: the request is removed, and its event is
   * accepted, with an audit entry. Of this and {@link #discard} at once, one does it.
   *
   * @param event under the reference of the request
   * @return whether it is a new event or a duplicate; empty if there is no such request
   * @throws StoreException if the store cannot be written; then nothing was changed
   */
  Optional<Acceptance> release(WebhookEvent event, Operator operator);

  /**
   * Removes one for good, with an audit entry.
   *
   * @return whether it was there
   * @throws StoreException if the store cannot be written
   */
  boolean discard(Reference reference, SourceName source, Operator operator);
}
