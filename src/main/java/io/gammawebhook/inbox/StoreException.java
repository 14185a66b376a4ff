package io.gammawebhook.inbox;

/** The inbox's database failed; the caller may try again later. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
