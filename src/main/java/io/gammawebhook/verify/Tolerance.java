package io.gammawebhook.verify;

import java.time.Duration;

/**
 * How far a signed timestamp may be from our clock, to both sides: {@value #MIN_SECONDS} second to
 * one hour. The libraries of Standard Webhooks use five minutes.
 */
public record Tolerance(Duration value) {

  static final long MIN_SECONDS = 1;
  private static final Duration MAX = Duration.ofHours(1);

  public static final Tolerance DEFAULT = new Tolerance(Duration.ofMinutes(5));

  public Tolerance {
    if (value.toSeconds() < MIN_SECONDS || value.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "must be between 1s and 1h, was " + value.toSeconds() + "s");
    }
  }

  long seconds() {
    return value.toSeconds();
  }

  @Override
  public String toString() {
    return seconds() + " s";
  }
}
