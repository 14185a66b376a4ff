package io.gammawebhook.dispatch;

/**
 * Thrown by a route or bean that knows that trying again is useless: the delivery becomes a dead
 * letter at once.
 */
public final class PermanentFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PermanentFailureException(String message) {
    super(message);
  }

  public PermanentFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
