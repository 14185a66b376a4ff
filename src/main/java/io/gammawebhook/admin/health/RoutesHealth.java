package io.gammawebhook.admin.health;

import io.gammawebhook.routes.FileState;
import io.gammawebhook.routes.RouteProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Warns of route files that do not run as they lie there. A warning never takes the application out
 * of service: it receives webhooks, and its other routes run.
 */
public final class RoutesHealth implements HealthIndicator {

  private final Supplier<List<FileState>> files;

  /**
   * @param files how each file is
   */
  public RoutesHealth(Supplier<List<FileState>> files) {
    this.files = files;
  }

  @Override
  public Health health() {
    Map<String, Object> warnings = new LinkedHashMap<>();
    for (FileState state : files.get()) {
      if (state.condition() != FileState.Condition.RUNS) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("condition", state.condition().text());
        if (!state.problems().isEmpty()) {
          file.put("problems", state.problems().stream().map(RouteProblem::toString).toList());
        }
        warnings.put(state.file(), file);
      }
    }
    return warnings.isEmpty()
        ? Health.up().build()
        : Health.status(WebhooksHealth.WARNING).withDetails(warnings).build();
  }
}
