package io.gammawebhook.verify;

/** A scheme document is wrong; the message names the file, the line, the option and the cure. */
public final class InvalidSchemeException extends IllegalArgumentException {

  InvalidSchemeException(String message) {
    super(message);
  }
}
