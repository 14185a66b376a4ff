package io.gammawebhook.admin;

/** A request that cannot be understood; the message names the parameter, the fault and the cure. */
final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(String message) {
    super(message);
  }
}
