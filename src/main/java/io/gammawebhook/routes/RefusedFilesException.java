package io.gammawebhook.routes;

import java.util.List;
import java.util.stream.Collectors;

/** The application cannot run with its route files: all that is wrong with them at once. */
public final class RefusedFilesException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final String fault;
  private final transient List<RouteProblem> problems;

  /**
   * @param fault why it cannot run without them, as a sentence without its full stop
   */
  public RefusedFilesException(String fault, List<RouteProblem> problems) {
    super(
        fault
            + ":\n"
            + problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")));
    this.fault = fault;
    this.problems = List.copyOf(problems);
  }

  public String fault() {
    return fault;
  }

  public List<RouteProblem> problems() {
    return problems;
  }
}
