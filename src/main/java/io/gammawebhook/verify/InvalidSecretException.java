package io.gammawebhook.verify;

/**
 * A configured secret is not one. The message says what it must be, in words that follow the name
 * of the option that it is in, and never what it was.
 */
public final class InvalidSecretException extends IllegalArgumentException {

  InvalidSecretException(String rule) {
    super(rule);
  }
}
