package io.gammawebhook.dispatch;

import java.time.Duration;

/**
 * How this node works on a subscription.
 *
 * @param concurrency how many deliveries at once, 1 to 10,000
 * @param retryPolicy when a failed attempt is tried again
 * @param pollInterval how long until the store is asked for work that this node does not know of,
 *     such as another node's retries; at least 10 ms
 * @param attemptTimeout how long an attempt may take before it counts as failed, {@link
 *     #LEAST_ATTEMPT_TIMEOUT} to {@link #MOST_ATTEMPT_TIMEOUT}
 */
public record WorkerSettings(
    int concurrency, RetryPolicy retryPolicy, Duration pollInterval, Duration attemptTimeout) {

  public static final int DEFAULT_CONCURRENCY = 10;
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);
  public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofMinutes(5);
  public static final Duration LEAST_ATTEMPT_TIMEOUT = Duration.ofSeconds(1);
  public static final Duration MOST_ATTEMPT_TIMEOUT = Duration.ofDays(1);

  public WorkerSettings {
    if (concurrency < 1 || concurrency > 10_000) {
      throw new IllegalArgumentException(
          "concurrency must be between 1 and 10000, was " + concurrency);
    }
    if (pollInterval.toMillis() < 10) {
      throw new IllegalArgumentException(
          "gamma.webhook.dispatch.poll-interval must be at least 10ms, was " + pollInterval);
    }
    if (!isAttemptTimeout(attemptTimeout)) {
      throw new IllegalArgumentException(
          "attemptTimeout must be between 1s and 1d, was " + attemptTimeout.toMillis() + "ms");
    }
  }

  public WorkerSettings(int concurrency, RetryPolicy retryPolicy, Duration pollInterval) {
    this(concurrency, retryPolicy, pollInterval, DEFAULT_ATTEMPT_TIMEOUT);
  }

  /** Whether an attempt may be given this time. */
  public static boolean isAttemptTimeout(Duration time) {
    return time.compareTo(LEAST_ATTEMPT_TIMEOUT) >= 0 && time.compareTo(MOST_ATTEMPT_TIMEOUT) <= 0;
  }
}
