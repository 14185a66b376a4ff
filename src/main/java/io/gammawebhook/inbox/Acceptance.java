package io.gammawebhook.inbox;

import io.gammawebhook.event.Reference;

/** What became of an event that was offered to the inbox. */
public sealed interface Acceptance {

  /** Stored and committed: it will be delivered. */
  record Accepted(Reference reference) implements Acceptance {}

  /**
   * The same dedup key is already stored and committed.
   *
   * @param first the reference of the event that is stored
   * @param bodyDiffers whether this one's body is another than the stored one's
   */
  record Duplicate(Reference first, boolean bodyDiffers) implements Acceptance {}

  /** Not known to be stored: the sender has to send it again (503). */
  record NotStored(Cause cause) implements Acceptance {
    /** Why it was not stored. */
    public enum Cause {
      /** The waiting line is full, in requests or in bytes. */
      LINE_FULL,
      /** The database failed, or the outcome of its commit is unknown. */
      STORE_DOWN,
      /** The inbox is not open: the node is starting or stopping. */
      CLOSED
    }
  }
}
