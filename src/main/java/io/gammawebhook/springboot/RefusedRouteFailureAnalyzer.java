package io.gammawebhook.springboot;

import io.gammawebhook.camel.RefusedRouteException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a refused route as Boot shows a wrong configuration: what is wrong, and what to do. */
final class RefusedRouteFailureAnalyzer extends AbstractFailureAnalyzer<RefusedRouteException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, RefusedRouteException cause) {
    return new FailureAnalysis(cause.fault() + ".", cause.cure(), cause);
  }
}
