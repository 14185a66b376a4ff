package io.gammawebhook.inbox;

/** A search asks for more work than one may; the message says what to ask for instead. */
public final class TooMuchWorkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TooMuchWorkException(String message) {
    super(message);
  }
}
