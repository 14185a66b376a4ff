package io.gammawebhook.http;

import java.time.Duration;

/**
 * How long a sender and we may take.
 *
 * @param body for the whole body, from the end of the headers; then 408
 * @param answer for the route and its commit; then 503, though the event may have been stored
 * @param linger how long the rest of a refused body is read and thrown away, so that a sender in
 *     the middle of it reads our answer and not a reset (what nginx calls lingering_time)
 * @param lingerIdle how long to wait there for the sender's next byte (lingering_timeout)
 * @param shutdownDrain how long a shutdown is answered with 503 before the port closes; zero for
 *     not at all. A body that has not come by then is given up.
 */
public record HttpTimes(
    Duration body, Duration answer, Duration linger, Duration lingerIdle, Duration shutdownDrain) {

  /** What a sender is told to wait when we are busy: after a short burst the line is free again. */
  public static final long RETRY_AFTER_SECONDS = 5;

  public static final HttpTimes DEFAULTS =
      new HttpTimes(
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  public HttpTimes {
    requirePositive("body", body);
    requirePositive("answer", answer);
    requirePositive("linger", linger);
    requirePositive("lingerIdle", lingerIdle);
    if (shutdownDrain.isNegative()) {
      throw new IllegalArgumentException(
          "The time for 'shutdownDrain' must not be negative, was " + shutdownDrain);
    }
  }

  private static void requirePositive(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException(
          "The time for '" + name + "' must be positive, was " + time);
    }
  }
}
