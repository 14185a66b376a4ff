package io.gammawebhook.springboot.app;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Names the property that chooses the port, which Boot's own analysis does not. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PortInUseAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

  private final BeanFactory beans;

  PortInUseAnalyzer(BeanFactory beans) {
    this.beans = beans;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable root, PortInUseException cause) {
    if (!beans.containsBean("gammaWebhookApp")) {
      // A host with the plug-in on its class path keeps Boot's words.
      return null;
    }
    return new FailureAnalysis(
        "server.port is " + cause.getPort() + ", which another process listens on already.",
        "Stop that process, or choose another port, such as --server.port="
            + (cause.getPort() < 65_535 ? cause.getPort() + 1 : 8080)
            + ".",
        cause);
  }
}
