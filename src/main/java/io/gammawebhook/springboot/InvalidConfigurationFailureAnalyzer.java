package io.gammawebhook.springboot;

import io.gammawebhook.config.InvalidConfigurationException;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a refused configuration as Boot shows its own: what is wrong, and what to do. */
final class InvalidConfigurationFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidConfigurationException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, InvalidConfigurationException cause) {
    String description =
        cause.problems().stream().map(Object::toString).collect(Collectors.joining("\n"));
    boolean several = cause.problems().size() > 1;
    String action =
        cause.problems().stream()
            .map(problem -> several ? problem.property() + ": " + problem.cure() : problem.cure())
            .distinct()
            .collect(Collectors.joining("\n"));
    return new FailureAnalysis(description, action, cause);
  }
}
