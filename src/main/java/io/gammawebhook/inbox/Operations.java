package io.gammawebhook.inbox;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Orders of operators on many events. An operation is a row of the store: a node carries it out
 * piece by piece, each piece in one transaction with how far it is, so that a node that dies is
 * followed by another that goes on exactly there. It is for the events that had been received when
 * it was ordered. Safe for use by many threads; each method throws {@link StoreException} if the
 * store cannot be used.
 */
public interface Operations {

  /** So many may be open at a time. */
  int MOST_OPEN = 100;

  /** The most events that one operation changes in a second. */
  int MAX_RATE = 10_000;

  /** What is done to each event. */
  enum Kind {
    /** Deliveries that have ended go again, as their next run. */
    REPLAY,
    /** Dead letters are settled without a replay. */
    DISCARD,
    /**
     * Body, headers, ordering key and trace are removed for good, also of requests in quarantine;
     * what is waiting or dead is discarded. Keys and audit stay.
     */
    ERASE;

    /** The name as it is stored and shown. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How an operation stands. */
  enum State {
    /** No node has begun. */
    WAITING,
    /** A node is at it. */
    RUNNING,
    /** It has come to its end. */
    DONE,
    /** An operator ended it; what was done until then is done. */
    CANCELLED,
    /** It could not go on; the detail says why. */
    FAILED;

    /** The name as it is stored and shown. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is ordered.
   *
   * @param dryRun whether it only counts, and changes nothing
   * @param target of a replay: the subscription that gets the events, also those that it never had;
   *     null for those that had them
   * @param again of a replay: whether what was delivered goes again too
   * @param rate how many events are changed in a second, 1 to {@value #MAX_RATE}
   */
  record Request(
      Kind kind,
      boolean dryRun,
      EventFilter filter,
      @Nullable SubscriptionName target,
      boolean again,
      int rate) {

    /**
     * @throws IllegalArgumentException if the rate is out of its bounds
     */
    public Request {
      if (rate < 1 || rate > MAX_RATE) {
        throw new IllegalArgumentException(
            "'rate' must be a whole number from 1 to " + MAX_RATE + ", in events a second");
      }
    }
  }

  /**
   * How far it is.
   *
   * @param total how many events are to be looked at, as they were counted at its begin; 0 before
   * @param lookedAt how many were looked at
   * @param matched how many fit
   * @param done how many deliveries (of an erasure, events and requests) were changed; in a dry
   *     run, would be
   * @param skipped how many fit and could not be changed, such as those at work
   */
  record Progress(long total, long lookedAt, long matched, long done, long skipped) {}

  /**
   * One as it stands.
   *
   * @param createdAt in epoch milliseconds
   * @param endedAt in epoch milliseconds; null if it has not ended
   * @param node the one at it, if one is
   * @param detail why some were skipped, or why it failed
   */
  record Operation(
      Reference id,
      Request request,
      Operator operator,
      State state,
      long createdAt,
      @Nullable Long endedAt,
      @Nullable String node,
      Progress progress,
      @Nullable String detail) {}

  /**
   * Orders one.
   *
   * @return its id; empty if {@link #MOST_OPEN} are open
   */
  Optional<Reference> start(Request request, Operator operator);

  /**
   * The newest, newest first.
   *
   * @param limit 1 to 1,000
   */
  List<Operation> list(int limit);

  /** One; empty if there is none. */
  Optional<Operation> find(Reference id);

  /**
   * Ends one that is open; one that has ended stays as it is, and nothing is audited.
   *
   * @return how it stands now; empty if there is none
   */
  Optional<State> cancel(Reference id, Operator operator);
}
