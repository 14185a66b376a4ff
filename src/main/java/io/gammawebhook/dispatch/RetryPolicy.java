package io.gammawebhook.dispatch;

import io.gammawebhook.inbox.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a failed attempt is tried again.
 *
 * @param schedule the wait after the first failure, after the second, and so on; when it is used up
 *     the delivery is dead, so there is one attempt more than there are waits
 * @param jitter how far a wait may be off the schedule, as a share of it from 0 to 1, so that
 *     deliveries which failed together do not come back together
 * @param maxRetryAfter the longest {@code Retry-After} of a destination that is honoured
 */
public record RetryPolicy(List<Duration> schedule, double jitter, Duration maxRetryAfter) {

  // Before DEFAULT, whose constructor reads it.
  private static final Duration LONGEST = Duration.ofDays(365);

  /** 8 attempts within about 28 hours, as the Standard Webhooks specification suggests. */
  public static final List<Duration> DEFAULT_SCHEDULE =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(10));

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(DEFAULT_SCHEDULE, 0.1, Duration.ofHours(24));

  public RetryPolicy {
    schedule = List.copyOf(schedule);
    for (Duration wait : schedule) {
      if (wait.isNegative() || wait.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "Each wait of a retry schedule must be between 0s and 365d, was " + wait);
      }
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("Retry jitter must be between 0 and 1, was " + jitter);
    }
  }

  /**
   * Reads a schedule such as {@code 5s,5m,2h}: comma-separated whole numbers with ms, s, m, h or d.
   * An empty text means no retry.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public static List<Duration> parseSchedule(String text) {
    List<Duration> schedule = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        schedule.add(parseWait(part.strip()));
      }
    }
    return schedule;
  }

  private static Duration parseWait(String wait) {
    int digits = 0;
    while (digits < wait.length() && wait.charAt(digits) >= '0' && wait.charAt(digits) <= '9') {
      digits++;
    }
    if (digits > 0 && digits <= 9) {
      long number = Long.parseLong(wait.substring(0, digits));
      return switch (wait.substring(digits)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> throw noWait(wait);
      };
    }
    throw noWait(wait);
  }

  private static IllegalArgumentException noWait(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no wait: write a whole number with ms, s, m, h or d, such as 5s,5m,2h");
  }

  public int maxAttempts() {
    return schedule.size() + 1;
  }

  /** The same policy with another schedule. */
  public RetryPolicy withSchedule(List<Duration> newSchedule) {
    return new RetryPolicy(newSchedule, jitter, maxRetryAfter);
  }

  /**
   * Decides what follows a failure.
   *
   * @param attempt the attempt that failed, 1-based
   */
  Outcome afterFailure(int attempt, Failure failure, long durationMillis, RandomGenerator random) {
    if (failure.permanent()) {
      return new Outcome.Dead(
          durationMillis, failure.reason(), failure.detail(), failure.destination());
    }
    if (attempt >= maxAttempts()) {
      return new Outcome.Dead(
          durationMillis,
          failure.reason(),
          "Attempt " + attempt + " of " + maxAttempts() + ": " + failure.detail(),
          failure.destination());
    }
    long wait = jittered(schedule.get(attempt - 1).toMillis(), random);
    // Compared before it is made a number: a destination may ask for more than a long holds.
    Duration asked =
        failure.retryAfter().compareTo(maxRetryAfter) < 0 ? failure.retryAfter() : maxRetryAfter;
    return new Outcome.Retry(
        durationMillis,
        Math.max(wait, asked.toMillis()),
        failure.reason(),
        failure.detail(),
        failure.destination());
  }

  private long jittered(long wait, RandomGenerator random) {
    return Math.max(0, Math.round(wait * (1 + jitter * (2 * random.nextDouble() - 1))));
  }
}
