package io.gammawebhook.inbox;

import java.time.Duration;
import java.util.List;

/**
 * How an inbox is at this moment, for health checks. What does not ask the store answers at once.
 * Safe for use by many threads.
 */
public interface InboxVitals {

  /** Whether the last write failed for the store's sake. Does not ask the store. */
  boolean storeDown();

  /** Whether the thread that writes lives; without it nothing is ever stored again. */
  boolean writerAlive();

  /** How long the transaction that is being written has been under way; zero if there is none. */
  Duration writing();

  /** Whether within the time before now an event was refused because too many waited. */
  boolean refusedWithin(Duration time);

  /**
   * Asks the store for its time, which shows that it can be reached: UTC epoch milliseconds.
   *
   * @throws StoreException if the store cannot be read
   */
  long storeTime();

  /**
   * The subscriptions that are active or paused, of each what is worth a warning. Each costs two
   * look-ups in an index, however much waits.
   *
   * @param deadLettersWithin how far back dead letters are new
   * @throws StoreException if the store cannot be read
   */
  List<Lane> lanes(Duration deadLettersWithin);

  /**
   * One subscription's deliveries.
   *
   * @param oldestWaitingMillis how long the oldest waiting delivery has been due, or 0
   * @param newDeadLetters dead letters of that time that nobody has replayed or discarded, of at
   *     most {@value #MOST_DEAD_LETTERS} that are looked at
   */
  record Lane(
      Subscription subscription,
      SubscriptionState state,
      long oldestWaitingMillis,
      int newDeadLetters) {

    /** No more dead letters of a subscription are looked at. */
    public static final int MOST_DEAD_LETTERS = 1000;
  }
}
