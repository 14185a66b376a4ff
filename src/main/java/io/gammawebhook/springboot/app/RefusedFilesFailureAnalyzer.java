package io.gammawebhook.springboot.app;

import io.gammawebhook.routes.RefusedFilesException;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows refused route files as Boot shows a wrong configuration: what is wrong, and what to do. */
final class RefusedFilesFailureAnalyzer extends AbstractFailureAnalyzer<RefusedFilesException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, RefusedFilesException cause) {
    String faults =
        cause.problems().stream()
            .map(problem -> "\n" + problem.place() + ": " + problem.fault() + ".")
            .collect(Collectors.joining());
    String cures =
        cause.problems().stream()
            .map(problem -> problem.place() + ": " + problem.cure())
            .collect(Collectors.joining("\n"));
    return new FailureAnalysis(
        cause.fault() + ":" + faults,
        cures + "\nThe command 'check' looks at all files without a start.",
        cause);
  }
}
