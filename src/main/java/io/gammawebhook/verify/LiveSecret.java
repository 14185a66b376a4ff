package io.gammawebhook.verify;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret of a source, and from when until when it counts.
 *
 * @param name what messages and metrics call it, 1 to 64 letters, digits, dots, hyphens and
 *     underscores; unique within the source
 * @param notBefore from when on; null for always
 * @param notAfter until when, inclusive; null for ever
 */
public record LiveSecret(
    String name, SigningSecret secret, @Nullable Instant notBefore, @Nullable Instant notAfter) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /**
   * @throws IllegalArgumentException if the name has another form, or the time ends before it
   *     begins
   */
  public LiveSecret {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "name must be 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    if (notBefore != null && notAfter != null && !notBefore.isBefore(notAfter)) {
      throw new IllegalArgumentException(
          "not-after must be later than not-before, " + notBefore + ", was " + notAfter);
    }
  }

  /** Whether a secret can have that name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** One that always counts. */
  public static LiveSecret always(String name, SigningSecret secret) {
    return new LiveSecret(name, secret, null, null);
  }

  /** Whether it counts at this time. */
  public boolean isLive(Instant now) {
    return !hasEnded(now) && (notBefore == null || !now.isBefore(notBefore));
  }

  /** Whether its time is over. */
  public boolean hasEnded(Instant now) {
    return notAfter != null && now.isAfter(notAfter);
  }
}
