package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One piece of work in the writer's line. */
sealed interface Write {

  /** What waits for this piece. */
  CompletableFuture<?> done();

  /** How much it adds to a batch. */
  default int bytes() {
    return 0;
  }

  /** What a sender waits for: it is bounded, and never tried again once the store has failed. */
  sealed interface Incoming extends Write {
    /** Says that it was not stored, or is not known to be. */
    void notStored(NotStored.Cause cause);
  }

  /**
   * An event to store.
   *
   * @param decided whether it has to be accepted or a duplicate, or nothing of the batch is written
   */
  record Accept(
      WebhookEvent event, byte[] bodySha256, boolean decided, CompletableFuture<Acceptance> done)
      implements Incoming {
    @Override
    public int bytes() {
      return event.body().length();
    }

    @Override
    public void notStored(NotStored.Cause cause) {
      done.complete(new NotStored(cause));
    }
  }

  /**
   * An event to store in place of the request in quarantine of the same reference.
   *
   * @param done empty if there was no such request, and so nothing was done
   */
  record Release(
      WebhookEvent event,
      byte[] bodySha256,
      Operator operator,
      CompletableFuture<Optional<Acceptance>> done)
      implements Write {}

  /** A request to keep apart. */
  record Keep(UnverifiedRequest request, CompletableFuture<Kept> done) implements Incoming {
    @Override
    public int bytes() {
      return request.length();
    }

    @Override
    public void notStored(NotStored.Cause cause) {
      done.complete(cause == NotStored.Cause.LINE_FULL ? Kept.LINE_FULL : Kept.NOT_STORED);
    }
  }

  /** An attempt to end. */
  record Finish(LeasedDelivery delivery, Outcome outcome, CompletableFuture<Boolean> done)
      implements Write {}

  /** A fact to write down, with nothing else. */
  record Audit(AuditEntry entry, CompletableFuture<Void> done) implements Write {}

  /** Anything else that needs a transaction. */
  record Work<T>(Step<T> step, CompletableFuture<T> done) implements Write {}

  /** A step in a transaction. */
  @FunctionalInterface
  interface Step<T> {
    T run(Batch batch) throws SQLException;
  }
}
