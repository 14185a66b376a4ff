package io.gammawebhook.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The application does not start: all that is wrong with its configuration at once. */
public final class InvalidConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<ConfigurationProblem> problems;

  public InvalidConfigurationException(List<ConfigurationProblem> problems) {
    this(problems, null);
  }

  /**
   * @param cause what showed it
   */
  public InvalidConfigurationException(
      List<ConfigurationProblem> problems, @Nullable Throwable cause) {
    super(
        problems.stream()
            .map(problem -> problem + ". " + problem.cure())
            .collect(Collectors.joining("\n")),
        cause);
    this.problems = List.copyOf(problems);
  }

  public List<ConfigurationProblem> problems() {
    return problems;
  }
}
