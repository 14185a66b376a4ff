package io.gammawebhook.registration.api;

import java.util.List;

/**
 * An API's description is wrong. Each fault names the file, the line, the option and the cure; the
 * message is all of them, one a line.
 */
public final class InvalidApiException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<String> faults;

  InvalidApiException(String fault) {
    this(List.of(fault));
  }

  InvalidApiException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /** All that is wrong, at least one. */
  public List<String> faults() {
    return faults;
  }
}
