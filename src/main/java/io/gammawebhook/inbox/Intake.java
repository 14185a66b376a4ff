package io.gammawebhook.inbox;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.WebhookEvent;
import java.util.concurrent.CompletionStage;

/**
 * The side of the inbox that receives. Safe for use by many threads. The stages complete on the
 * inbox's own threads, so what is chained to them must not block.
 */
public interface Intake {

  /**
   * Stores an event, and one delivery for each subscription of its source that wants its type,
   * unless its dedup key is already there. The stage completes after the commit, never with an
   * exception. Of N concurrent calls with one dedup key exactly one gets {@code Accepted}, the
   * others {@code Duplicate} with that one's reference.
   */
  CompletionStage<Acceptance> accept(WebhookEvent event);

  /**
   * Writes a fact that belongs to no other change, such as a rejection. It completes after the
   * commit, or exceptionally if the entry could not be written.
   */
  CompletionStage<Void> record(AuditEntry entry);

  /** The requests that are kept apart from the events. */
  Quarantine quarantine();
}
