package io.gammawebhook.verify;

import java.util.List;

/**
 * A scheme document is wrong. Each fault names the file, the line, the option and the cure; the
 * message is all of them, one a line.
 */
public final class InvalidSchemeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<String> faults;

  InvalidSchemeException(String fault) {
    this(List.of(fault));
  }

  InvalidSchemeException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /** All that is wrong, at least one. */
  public List<String> faults() {
    return faults;
  }
}
