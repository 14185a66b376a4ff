package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A secret as it stands in the configuration. It cannot be printed: its {@code toString} says only
 * that it is one, so no log, exception or endpoint that shows the properties shows it.
 */
public final class SecretText {

  private final String text;

  private SecretText(String text) {
    this.text = text;
  }

  /** Never fails: a conversion error would print the value. */
  public static SecretText valueOf(String text) {
    return new SecretText(text.strip());
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** The text itself, for the one who reads the key from it. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretText that
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    // One that tells nothing of the text.
    return 1;
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
