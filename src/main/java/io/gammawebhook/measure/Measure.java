package io.gammawebhook.measure;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import org.jspecify.annotations.Nullable;

/**
 * Is told what this node does, as it happens, and shown how full it is. Its callers are in the way
 * of events, some thousands of times a second: no method blocks, fails, or asks the store.
 *
 * <p>Every method does nothing unless it is overridden. Safe for use by many threads.
 */
public interface Measure {

  /** Where nobody counts. */
  Measure NONE = new Measure() {};

  /** How a stored attempt ended. */
  enum AttemptOutcome {
    /** The route completed. */
    DELIVERED,
    /** It completed, since an error handler of the route's own took the exception. */
    HANDLED,
    /** It failed and is tried again. */
    RETRY,
    /** It failed, and the delivery is a dead letter. */
    DEAD
  }

  /**
   * A request has its answer, or its sender has gone.
   *
   * @param source null where its path is not known to be one's
   * @param nanos since its head was read
   */
  default void answered(@Nullable SourceName source, RequestOutcome outcome, long nanos) {}

  /**
   * The store's writer has committed a batch.
   *
   * @param requests of senders in it; a batch may hold only other work
   * @param nanos from the begin of its transaction until the commit was confirmed
   * @param commitNanos of them for the commit alone
   */
  default void committed(int requests, long nanos, long commitNanos) {}

  /**
   * A batch of the store's writer was not committed, or is not known to be.
   *
   * @param storeFailed whether the store is at fault, and not a row
   */
  default void notCommitted(boolean storeFailed) {}

  /**
   * An attempt has ended, and its outcome is committed.
   *
   * @param reason why it failed: an exception's class or a short code; null if it did not
   */
  default void attempted(
      SourceName source,
      SubscriptionName subscription,
      AttemptOutcome outcome,
      @Nullable String reason,
      long millis) {}

  /**
   * An event has reached a subscription for the first time, committed.
   *
   * @param millis since its receipt, by the store's clock
   */
  default void delivered(SourceName source, SubscriptionName subscription, long millis) {}

  /** A delivery has become a dead letter, committed. */
  default void died(SourceName source, SubscriptionName subscription) {}

  /** The lease of a delivery that this node holds is another's, or its end came too late. */
  default void leaseLost(SourceName source, SubscriptionName subscription) {}

  /**
   * Looks at a line now and then, until the watch is closed.
   *
   * @param name {@code receive} or {@code store}
   */
  default Watch watch(String name, Line line) {
    return Watch.NOTHING;
  }

  /** Looks at the store's connections now and then, until the watch is closed. */
  default Watch watch(Pool pool) {
    return Watch.NOTHING;
  }

  /** Looks at a subscription's worker now and then, until the watch is closed. */
  default Watch watch(SourceName source, SubscriptionName subscription, WorkPlaces places) {
    return Watch.NOTHING;
  }

  /** Ends the looking; again is harmless. */
  interface Watch extends AutoCloseable {

    Watch NOTHING = () -> {};

    @Override
    void close();
  }

  /** What waits and is bounded in requests and bytes. */
  interface Line {
    long requests();

    long maxRequests();

    long bytes();

    long maxBytes();
  }

  /** Connections to the store. */
  interface Pool {
    int active();

    int idle();

    int max();

    /** Threads that wait for one. */
    int waiting();
  }

  /** A worker's deliveries. */
  interface WorkPlaces {
    /** At work. */
    int busy();

    /** How many may be at work at a time. */
    int max();

    /** Held by this node, and not begun. */
    int linedUp();

    /** Given up, and their routes have not come back. */
    int overruns();
  }
}
