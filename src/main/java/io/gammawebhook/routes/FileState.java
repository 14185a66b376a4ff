package io.gammawebhook.routes;

import java.util.List;

/**
 * How a file is.
 *
 * @param file its name
 * @param condition what of it runs
 * @param problems what is wrong with the file as it lies there now
 */
public record FileState(String file, Condition condition, List<RouteProblem> problems) {

  /** What of a file runs. */
  public enum Condition {
    /** The file as it is. */
    RUNS("runs"),
    /** An older version of it: as it is now, it is wrong. */
    OLD_VERSION_RUNS("its old version runs"),
    /** Nothing: it is wrong, and there was no version before it, or it does not start. */
    DOES_NOT_RUN("does not run"),
    /** What it was at the start: the ingress changes with a restart only. */
    NEEDS_RESTART("needs a restart");

    private final String text;

    Condition(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
