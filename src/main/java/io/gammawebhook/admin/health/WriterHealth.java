package io.gammawebhook.admin.health;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * The component {@code webhookWriter} of Actuator's health, for liveness: down if the thread has
 * ended that writes what is accepted, which only a restart cures.
 */
public final class WriterHealth implements HealthIndicator {

  private final InboxHealth inbox;

  public WriterHealth(InboxHealth inbox) {
    this.inbox = inbox;
  }

  @Override
  public Health health() {
    return (inbox.isAlive() ? Health.up() : Health.down()).build();
  }
}
