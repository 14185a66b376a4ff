package io.gammawebhook.registration.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one deed at an API.
 *
 * @param <T> what is there when it is done
 */
public sealed interface ApiOutcome<T> permits ApiOutcome.Done, ApiOutcome.Refused {

  /**
   * It is done.
   *
   * @param value what the API answered
   */
  record Done<T>(T value) implements ApiOutcome<T> {}

  /**
   * It is not done, or nobody knows.
   *
   * @param status of the answer; 0 if there was none
   * @param detail one printable line of at most 300 characters, without credentials and secrets
   * @param retryAfter how long the API wants to be left alone, at most a day; null if it does not
   *     say
   * @param maybeDone whether the API may have done it all the same, so that one has to look
   */
  record Refused<T>(
      Kind kind, int status, String detail, @Nullable Duration retryAfter, boolean maybeDone)
      implements ApiOutcome<T> {

    /** The same refusal of a deed that had another value. */
    public <U> Refused<U> as() {
      return new Refused<>(kind, status, detail, retryAfter, maybeDone);
    }
  }

  /** Why a deed is not done. */
  enum Kind {
    /** The API does not know us, or does not let us do it (401, 403): a person has to act. */
    CREDENTIALS,
    /** There is no such entry, or no such API (404, 410). */
    NOT_FOUND,
    /** Something there is in the way (409), such as an entry of the same address. */
    CONFLICT,
    /** The API does not take what it was told (any other 4xx): a person has to act. */
    INVALID,
    /** It was asked too often (429). */
    LIMITED,
    /** It is down, out of reach or too slow. */
    UNAVAILABLE,
    /** Its answer is not as it is described, or longer than the bounds. */
    UNREADABLE,
    /** It answered that it is elsewhere; nobody goes there with the credentials. */
    REDIRECTED
  }
}
