package io.gammawebhook.camel;

import io.gammawebhook.dispatch.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP destination's answer means: 410 and 4xx but 408, 425 and 429 are permanent, and
 * {@code Retry-After} (RFC 9110, section 10.2.3) is when to come back. Touched only where
 * camel-http is on the class path.
 */
final class HttpFailure {

  private HttpFailure() {}

  static @Nullable Failure of(Throwable exception) {
    if (!(exception instanceof HttpOperationFailedException failed)) {
      return null;
    }
    int status = failed.getStatusCode();
    boolean permanent =
        status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
    return new Failure(
        "http-" + status,
        "The destination " + address(failed.getUri()) + "answered HTTP " + status,
        permanent,
        retryAfter(failed.getResponseHeaders(), InstantSource.system()));
  }

  /** Host and port, and nothing else of an address: the rest may be secret. */
  private static String address(@Nullable String uri) {
    try {
      URI parsed = new URI(String.valueOf(uri));
      if (parsed.getHost() == null) {
        return "";
      }
      return parsed.getHost() + (parsed.getPort() < 0 ? " " : ":" + parsed.getPort() + " ");
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private static Duration retryAfter(@Nullable Map<String, String> headers, InstantSource clock) {
    if (headers != null) {
      for (Map.Entry<String, String> header : headers.entrySet()) {
        if (header.getKey().equalsIgnoreCase("Retry-After") && header.getValue() != null) {
          return parse(header.getValue().strip(), clock);
        }
      }
    }
    return Duration.ZERO;
  }

  /** Seconds or an HTTP date; what is neither asks for nothing. */
  static Duration parse(String value, InstantSource clock) {
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), at);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
