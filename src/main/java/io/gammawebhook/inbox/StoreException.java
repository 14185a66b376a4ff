package io.gammawebhook.inbox;

import org.jspecify.annotations.Nullable;

/** The inbox's database failed; the caller may try again later. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
