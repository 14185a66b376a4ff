package io.gammawebhook.dispatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param reason a short stable code, such as an exception's class name or {@code http-503}
 * @param detail a sentence for people; no secret and no body
 * @param permanent whether trying again is useless
 * @param retryAfter how long the destination asked to wait, or zero
 * @param destination what it was sent to, such as {@code https://orders.example.com} or {@code
 *     sql:insert into …}, without secrets and queries; null if not known
 */
public record Failure(
    String reason,
    String detail,
    boolean permanent,
    Duration retryAfter,
    @Nullable String destination) {

  /** To an unknown destination. */
  public Failure(String reason, String detail, boolean permanent, Duration retryAfter) {
    this(reason, detail, permanent, retryAfter, null);
  }

  /** The same, sent to this. */
  public Failure to(@Nullable String newDestination) {
    return new Failure(reason, detail, permanent, retryAfter, newDestination);
  }

  public static Failure temporary(String reason, String detail) {
    return new Failure(reason, detail, false, Duration.ZERO);
  }
}
