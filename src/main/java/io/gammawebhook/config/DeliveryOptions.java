package io.gammawebhook.config;

import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.dispatch.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How deliveries are tried, as it was configured; a subscription may say otherwise.
 *
 * @param schedule reads the waiting times before the second, third and further attempts
 * @param jitter how far one is varied at random, 0 to 1
 * @param maxRetryAfter the longest {@code Retry-After} that is honoured
 * @param pollInterval how long until the store is asked for work, at least 10 ms
 * @param attemptTimeout how long an attempt may take, 1 s to 1 d
 */
public record DeliveryOptions(
    Supplier<List<Duration>> schedule,
    double jitter,
    Duration maxRetryAfter,
    Duration pollInterval,
    Duration attemptTimeout) {

  /** The rules, each to be looked at by itself. */
  public List<Runnable> rules() {
    return List.of(this::retryPolicy, this::checkedPollInterval, this::checkedAttemptTimeout);
  }

  /**
   * @throws InvalidConfigurationException if a part of it is out of bounds
   */
  public RetryPolicy retryPolicy() {
    ConfigurationProblem.must(
        jitter >= 0 && jitter <= 1,
        "gamma.webhook.retry.jitter",
        "must be between 0 and 1, was " + jitter);
    return ConfigurationProblem.checked(
        "gamma.webhook.retry.schedule",
        () -> new RetryPolicy(schedule.get(), jitter, maxRetryAfter));
  }

  /**
   * @throws InvalidConfigurationException if it is out of bounds
   */
  public Duration checkedPollInterval() {
    ConfigurationProblem.must(
        pollInterval.toMillis() >= 10,
        "gamma.webhook.dispatch.poll-interval",
        "must be at least 10ms, was " + pollInterval.toMillis() + "ms");
    return pollInterval;
  }

  /**
   * @throws InvalidConfigurationException if it is out of bounds
   */
  public Duration checkedAttemptTimeout() {
    ConfigurationProblem.must(
        WorkerSettings.isAttemptTimeout(attemptTimeout),
        "gamma.webhook.dispatch.attempt-timeout",
        "must be between 1s and 1d, was " + attemptTimeout.toMillis() + "ms");
    return attemptTimeout;
  }
}
