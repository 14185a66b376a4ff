package io.gammawebhook.config;

import java.time.Duration;
import java.util.List;

/**
 * From when on health says something, as it was configured.
 *
 * @param oldestWaiting how long a delivery may have been due and not begun, 1 s to 365 d
 * @param deadLettersWindow how far back dead letters are new, 1 min to 365 d
 * @param clockSkew how far this machine's clock may be from the store's, 1 s to 1 d
 * @param shedding for how long after a request got no place the node counts as not ready, 0 s (it
 *     always does) to 10 min
 * @param expiryWarning how long before its end a secret is worth a warning, 0 s to 3650 d
 */
public record HealthOptions(
    Duration oldestWaiting,
    Duration deadLettersWindow,
    Duration clockSkew,
    Duration shedding,
    Duration expiryWarning) {

  private static final String PREFIX = "gamma.webhook.health.";

  /** What counts where nothing is configured. */
  public static final HealthOptions DEFAULT =
      new HealthOptions(
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofDays(7));

  /** The rules, each to be looked at by itself. */
  public List<Runnable> rules() {
    return List.of(
        () -> must(oldestWaiting, 1, 365 * 86_400L, PREFIX + "oldest-waiting", "1s and 365d"),
        () ->
            must(
                deadLettersWindow,
                60,
                365 * 86_400L,
                PREFIX + "dead-letters-window",
                "1m and 365d"),
        () -> must(clockSkew, 1, 86_400, PREFIX + "clock-skew", "1s and 1d"),
        () -> must(shedding, 0, 600, PREFIX + "shedding", "0s and 10m"),
        () ->
            must(
                expiryWarning,
                0,
                3650 * 86_400L,
                "gamma.webhook.secrets.expiry-warning",
                "0s and 3650d"));
  }

  private static void must(
      Duration time, long atLeastSeconds, long atMostSeconds, String property, String range) {
    ConfigurationProblem.must(
        time.compareTo(Duration.ofSeconds(atLeastSeconds)) >= 0
            && time.compareTo(Duration.ofSeconds(atMostSeconds)) <= 0,
        property,
        "must be between " + range + ", was " + time.toMillis() + "ms");
  }
}
