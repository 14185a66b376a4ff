package io.gammawebhook.registration.api;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of the next try: seconds, or a date (RFC 9110, section 10.2.3), or the API's
 * own header with the second at which its limit ends.
 *
 * @param time what a date is compared with
 */
record RetryAfter(InstantSource time) {

  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * @param reset the API's own header, which counts where the standard one is absent; null for none
   * @return at most a day; null where nothing is said
   */
  @Nullable Duration in(HttpHeaders headers, @Nullable String reset) {
    String text = headers.firstValue("retry-after").orElse("").strip();
    if (text.matches("\\d{1,9}")) {
      return within(Duration.ofSeconds(Long.parseLong(text)));
    }
    if (!text.isEmpty()) {
      try {
        return until(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      } catch (DateTimeException e) {
        return null;
      }
    }
    String second = reset == null ? "" : headers.firstValue(reset).orElse("").strip();
    return second.matches("\\d{1,11}")
        ? until(Instant.ofEpochSecond(Long.parseLong(second)))
        : null;
  }

  private Duration until(Instant then) {
    return within(Duration.between(time.instant(), then));
  }

  private static Duration within(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
