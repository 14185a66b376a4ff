package io.gammawebhook.verify;

/** A configured secret is not one. The message says what it must be, and never what it was. */
public final class InvalidSecretException extends IllegalArgumentException {

  InvalidSecretException(String rule) {
    super("The signing secret " + rule + ". (It is not shown.)");
  }
}
