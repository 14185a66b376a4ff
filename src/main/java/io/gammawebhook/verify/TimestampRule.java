package io.gammawebhook.verify;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Where the signed time is and how it is written.
 *
 * @param location where
 * @param format how the time is written
 * @param tolerance the scheme's default; a source may choose another
 */
public record TimestampRule(ValueLocation location, Format format, Tolerance tolerance) {

  /** How a time is written. In a scheme: the constant's name in lower case, with hyphens. */
  public enum Format {
    /** Decimal seconds since 1970, digits only. */
    UNIX_SECONDS("plain decimal seconds") {
      @Override
      OptionalLong parse(String text) {
        return digits(text, 12);
      }

      @Override
      String write(Instant time) {
        return Long.toString(time.getEpochSecond());
      }
    },
    /** Decimal milliseconds since 1970, digits only. */
    UNIX_MILLIS("plain decimal milliseconds") {
      @Override
      OptionalLong parse(String text) {
        OptionalLong millis = digits(text, 15);
        return millis.isEmpty() ? millis : OptionalLong.of(millis.getAsLong() / 1000);
      }

      @Override
      String write(Instant time) {
        return Long.toString(time.toEpochMilli());
      }
    },
    /** Date, time and zone such as {@code 2026-01-31T12:00:00Z} (RFC 3339). */
    ISO_8601("an ISO-8601 date and time with its zone") {
      @Override
      OptionalLong parse(String text) {
        if (!ISO.matcher(text).matches()) {
          return OptionalLong.empty();
        }
        try {
          return OptionalLong.of(OffsetDateTime.parse(text).toEpochSecond());
        } catch (DateTimeException e) {
          return OptionalLong.empty();
        }
      }

      @Override
      String write(Instant time) {
        return Instant.ofEpochSecond(time.getEpochSecond()).toString();
      }
    };

    private static final Pattern ISO =
        Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?"
                + "(Z|[+-][0-9]{2}:[0-9]{2})");

    private final String words;

    Format(String words) {
      this.words = words;
    }

    /** What a text of it is, in words. */
    String words() {
      return words;
    }

    /** The time in epoch seconds; empty for anything of another form. */
    abstract OptionalLong parse(String text);

    abstract String write(Instant time);

    /**
     * @param most far from an overflow of a long
     */
    private static OptionalLong digits(String text, int most) {
      // No leading zero: a border beside it could be moved by one.
      if (text.isEmpty() || text.length() > most || (text.length() > 1 && text.startsWith("0"))) {
        return OptionalLong.empty();
      }
      long number = 0;
      for (int i = 0; i < text.length(); i++) {
        // Not Character.isDigit: that accepts the digits of every script.
        char c = text.charAt(i);
        if (c < '0' || c > '9') {
          return OptionalLong.empty();
        }
        number = number * 10 + (c - '0');
      }
      return OptionalLong.of(number);
    }
  }
}
