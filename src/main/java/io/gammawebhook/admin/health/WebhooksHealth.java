package io.gammawebhook.admin.health;

import java.util.List;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * The component {@code webhooks} of Actuator's health: whether this node accepts, and warnings. A
 * warning never takes the application out of service: Spring Boot leaves a status that it does not
 * know out of the whole.
 */
public final class WebhooksHealth implements HealthIndicator {

  /** Somebody has to do something, and not yet this night. */
  public static final Status WARNING = new Status("WARNING");

  private final InboxHealth inbox;

  public WebhooksHealth(InboxHealth inbox) {
    this.inbox = inbox;
  }

  @Override
  public Health health() {
    Readiness readiness = inbox.readiness();
    if (!readiness.isUp()) {
      return Health.status(
              readiness.state() == Readiness.State.DOWN ? Status.DOWN : Status.OUT_OF_SERVICE)
          .withDetail("sentence", readiness.sentence())
          .withDetail("cure", readiness.cure())
          .build();
    }
    List<HealthWarning> warnings = inbox.warnings();
    return warnings.isEmpty()
        ? Health.up().build()
        : Health.status(WARNING)
            .withDetail("warnings", warnings.stream().map(HealthWarning::shown).toList())
            .build();
  }
}
