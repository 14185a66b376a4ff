package io.gammawebhook.admin.health;

import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * {@link InboxHealth} as Camel's health checks: {@code webhooks} for readiness, with the warnings
 * as details, and {@code webhook-writer} for liveness. For hosts without Spring's Actuator.
 */
public final class CamelHealthChecks {

  private static final String GROUP = "webhook";

  private CamelHealthChecks() {}

  /** Makes both known to the context, where it has camel-health. */
  public static void register(CamelContext camel, InboxHealth inbox) {
    HealthCheckRegistry registry = HealthCheckRegistry.get(camel);
    if (registry != null) {
      registry.register(new Accepts(inbox));
      registry.register(new Lives(inbox));
    }
  }

  private abstract static class Check implements HealthCheck {
    private final String id;
    private volatile boolean enabled = true;

    Check(String id) {
      this.id = id;
    }

    @Override
    public String getId() {
      return id;
    }

    @Override
    public String getGroup() {
      return GROUP;
    }

    @Override
    public boolean isEnabled() {
      return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
      this.enabled = enabled;
    }

    @Override
    public final Result call(Map<String, Object> options) {
      HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this);
      if (enabled) {
        answer(result);
      } else {
        result.unknown().message("Disabled").detail(CHECK_ENABLED, false);
      }
      return result.build();
    }

    abstract void answer(HealthCheckResultBuilder result);
  }

  private static final class Accepts extends Check {
    private final InboxHealth inbox;

    Accepts(InboxHealth inbox) {
      super("webhooks");
      this.inbox = inbox;
    }

    @Override
    public boolean isReadiness() {
      return true;
    }

    @Override
    public boolean isLiveness() {
      return false;
    }

    @Override
    void answer(HealthCheckResultBuilder result) {
      Readiness readiness = inbox.readiness();
      if (!readiness.isUp()) {
        result.down().message(readiness.sentence()).detail("cure", readiness.cure());
        return;
      }
      result.up();
      List<HealthWarning> warnings = inbox.warnings();
      for (int i = 0; i < warnings.size(); i++) {
        HealthWarning warning = warnings.get(i);
        result.detail(
            "warning." + (i + 1),
            warning.code()
                + " "
                + warning.subject()
                + ": "
                + warning.sentence()
                + ". "
                + warning.cure());
      }
    }
  }

  private static final class Lives extends Check {
    private final InboxHealth inbox;

    Lives(InboxHealth inbox) {
      super("webhook-writer");
      this.inbox = inbox;
    }

    @Override
    public boolean isReadiness() {
      return false;
    }

    @Override
    public boolean isLiveness() {
      return true;
    }

    @Override
    void answer(HealthCheckResultBuilder result) {
      if (inbox.isAlive()) {
        result.up();
      } else {
        result
            .down()
            .message("The thread has ended that writes what is accepted")
            .detail("cure", "Restart the application");
      }
    }
  }
}
