package io.gammawebhook.http;

/**
 * A request that is not answered yet, as {@link Deadlines} sees it. Its methods are called by any
 * thread and do not block.
 */
public interface OpenRequest {

  /** Whether it holds memory for a body that is not whole yet. */
  boolean holdsBody();

  /** Whether its body has not grown large, as most never do. */
  boolean isSmall();

  /**
   * How fast its body comes, in bytes per second; infinite at first.
   *
   * @param now by {@link Deadlines#now}
   */
  double pace(long now);

  /**
   * Ends it, to make room for others.
   *
   * @return the bytes that became free; 0 if its body has become whole meanwhile
   */
  long giveWay();

  /**
   * Ends it if its time is over. Called now and then.
   *
   * @param now by {@link Deadlines#now}
   * @param givenUp whether the application stops, and what has not come is not awaited any more
   */
  void look(long now, boolean givenUp);
}
