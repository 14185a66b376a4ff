package io.gammawebhook.admin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the service answers, on whichever face it was asked.
 *
 * @param status as of HTTP: 200, 202 for what goes on, 400 for what cannot be understood, 403 for
 *     what is not allowed, 404, 409 for what is refused, 503 where the store cannot be used
 * @param body maps, lists, texts, numbers and booleans; from 400 on a problem (RFC 9457) whose
 *     {@code detail} names reason and cure
 * @param retryAfter in how long it makes sense to ask again, at least a second; null where that is
 *     not known
 */
public record Answer(int status, Object body, @Nullable Duration retryAfter) {

  Answer(int status, Object body) {
    this(status, body, null);
  }

  static Answer ok(Object body) {
    return new Answer(200, body);
  }

  static Answer problem(int status, String detail) {
    return new Answer(status, problemBody(status, detail));
  }

  static Map<String, Object> problemBody(int status, String detail) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put(
        "title",
        switch (status) {
          case 400 -> "Bad Request";
          case 403 -> "Forbidden";
          case 404 -> "Not Found";
          case 409 -> "Conflict";
          default -> "Service Unavailable";
        });
    body.put("status", status);
    body.put("detail", detail);
    return body;
  }

  /** Whether it is a problem. */
  public boolean isProblem() {
    return status >= 400;
  }
}
