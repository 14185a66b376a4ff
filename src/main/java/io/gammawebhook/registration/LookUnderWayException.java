package io.gammawebhook.registration;

import java.time.Duration;

/**
 * An API is not looked at for this caller, since a look is going on, or takes too long. The message
 * is a sentence, and says whether anything goes on.
 */
public final class LookUnderWayException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Duration again;

  LookUnderWayException(String sentence, Duration again) {
    super(sentence, null, false, false);
    this.again = again;
  }

  /** In how long it makes sense to ask again; at least a second. */
  public Duration again() {
    return again;
  }
}
