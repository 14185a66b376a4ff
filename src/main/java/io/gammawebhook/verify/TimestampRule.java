package io.gammawebhook.verify;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * Where the signed time is and how it is written.
 *
 * @param header in lower case
 * @param format how the time is written
 * @param tolerance the scheme's default; a source may choose another
 */
public record TimestampRule(String header, Format format, Tolerance tolerance) {

  /** How a time is written. In a scheme: the constant's name in lower case, with hyphens. */
  public enum Format {
    /** Decimal seconds since 1970, digits only. */
    UNIX_SECONDS;

    /** Up to the year 33658; far from an overflow of milliseconds in a long. */
    private static final int MAX_DIGITS = 12;

    /** The time in epoch seconds; empty for anything but 1 to 12 digits. */
    OptionalLong parse(String text) {
      if (text.isEmpty() || text.length() > MAX_DIGITS) {
        return OptionalLong.empty();
      }
      long seconds = 0;
      for (int i = 0; i < text.length(); i++) {
        // Not Character.isDigit: that accepts the digits of every script.
        char c = text.charAt(i);
        if (c < '0' || c > '9') {
          return OptionalLong.empty();
        }
        seconds = seconds * 10 + (c - '0');
      }
      return OptionalLong.of(seconds);
    }

    String write(Instant time) {
      return Long.toString(time.getEpochSecond());
    }
  }
}
