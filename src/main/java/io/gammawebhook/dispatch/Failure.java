package io.gammawebhook.dispatch;

import java.time.Duration;

/**
 * Why an attempt failed.
 *
 * @param reason a short stable code, such as an exception's class name or {@code http-503}
 * @param detail a sentence for people; no secret and no body
 * @param permanent whether trying again is useless
 * @param retryAfter how long the destination asked to wait, or zero
 */
public record Failure(String reason, String detail, boolean permanent, Duration retryAfter) {

  public static Failure temporary(String reason, String detail) {
    return new Failure(reason, detail, false, Duration.ZERO);
  }
}
