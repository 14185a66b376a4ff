package io.gammawebhook.registration;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.Wanted;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of one registration: our entry at the API of a sender.
 *
 * @param name 1 to {@value #LONGEST_NAME} lower-case letters, digits and hyphens, starting with a
 *     letter or digit
 * @param source whose events it brings
 * @param api how the API is spoken to
 * @param account where and as whom
 * @param credentialsPlace where the credentials are read anew before each look, for people, such as
 *     {@code the file /run/token}; null where they are what they were at the start
 * @param wanted what the entry is to be
 * @param secretMode whose the signing secret is
 * @param checkInterval how long after a look at the API the next one is, 10 s to 1 day; at most an
 *     hour once the API has refused something
 * @param oldSecretUnusedFor how long a secret that was replaced must have verified nothing before
 *     it is removed, 2 min to 90 days
 * @param onDisabled what is done about an entry that the API has switched off
 * @param mostEnablesPerDay how often in any 24 hours it is switched on again by rule, 0 to 100
 * @param mode what is done without being asked
 */
public record RegistrationSettings(
    String name,
    SourceName source,
    ApiDescription api,
    Account account,
    @Nullable String credentialsPlace,
    Wanted wanted,
    SecretMode secretMode,
    Duration checkInterval,
    Duration oldSecretUnusedFor,
    OnDisabled onDisabled,
    int mostEnablesPerDay,
    Mode mode) {

  public static final int LONGEST_NAME = 50;
  public static final Duration CHECK_INTERVAL = Duration.ofMinutes(10);
  public static final Duration OLD_SECRET_UNUSED_FOR = Duration.ofHours(24);
  public static final int MOST_ENABLES_PER_DAY = 3;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9][a-z0-9-]{0," + (LONGEST_NAME - 1) + "}");
  private static final int MOST_ENABLES = 100;

  /** Whose the secret is that the API signs with. */
  public enum SecretMode {
    /** The source's: the first one configured is given to the API. */
    SOURCE,
    /** Ours or the API's own: it is kept sealed in the store, and every node reads it there. */
    MANAGED
  }

  /** What is done about an entry that the API has switched off. */
  public enum OnDisabled {
    /** It is switched on again, so and so often a day. */
    ENABLE,
    /** It stays as it is, and a warning says so. */
    WARN
  }

  /** What is done without being asked. */
  public enum Mode {
    /** The entry is made, and made what is wanted. */
    APPLY,
    /** The API is looked at, and a difference is a warning; an operator may apply. */
    CHECK,
    /** The API is not spoken to. */
    OFF
  }

  /**
   * @throws IllegalArgumentException if an option is out of its bounds; the message is a sentence
   *     that begins with the option's name as it is configured
   */
  public RegistrationSettings {
    must(
        NAME.matcher(name).matches(),
        "name must be 1 to "
            + LONGEST_NAME
            + " lower-case letters, digits and hyphens that start with a letter or digit, was '"
            + name
            + "'");
    within("check-interval", checkInterval, Duration.ofSeconds(10), Duration.ofDays(1));
    within("old-secret-unused-for", oldSecretUnusedFor, Duration.ofMinutes(2), Duration.ofDays(90));
    must(
        mostEnablesPerDay >= 0 && mostEnablesPerDay <= MOST_ENABLES,
        "most-enables-per-day must be 0 to " + MOST_ENABLES + ", was " + mostEnablesPerDay);
  }

  /** The marker of a registration that names none: by it we know our entry at the API. */
  public static String markerOf(String name) {
    return "gamma-webhook:" + name;
  }

  private static void within(String option, Duration value, Duration least, Duration most) {
    must(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        option + " must be between " + text(least) + " and " + text(most) + ", was " + text(value));
  }

  /** Such as {@code 24h}. */
  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }

  private static void must(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
