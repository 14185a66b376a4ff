package io.gammawebhook.inbox;

/**
 * Keys that guard side effects, one namespace per repository. Each method is one atomic step and
 * blocks until it is committed.
 */
public interface IdempotentKeys {

  /** What became of an attempt to take a key. */
  enum Take {
    /** The key is the caller's: it was absent, expired, or unconfirmed by the same owner. */
    TAKEN,
    /** The key is confirmed: the effect has happened. */
    CONFIRMED,
    /** Another owner took it and may still be at work. */
    HELD
  }

  /**
   * Takes a key for an owner, for {@code holdMillis} at the most.
   *
   * @throws StoreException if the store cannot be written
   */
  Take take(String repository, String key, String owner, long holdMillis);

  /**
   * Confirms a key that the owner took; it is then known for {@code keepMillis}.
   *
   * @return false if the owner does not hold the key: it was not there, is confirmed already, or
   *     its hold ran out and another owner took it
   */
  boolean confirm(String repository, String key, String owner, long keepMillis);

  /** Whether the key is confirmed and not expired. */
  boolean contains(String repository, String key);

  /** Gives up a key that the owner took and did not confirm; false if it does not hold it. */
  boolean release(String repository, String key, String owner);

  /** Forgets a key, whoever has it; false if it was not there. */
  boolean remove(String repository, String key);

  /** Forgets all keys of a repository. */
  void clear(String repository);
}
