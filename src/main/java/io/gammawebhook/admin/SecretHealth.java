package io.gammawebhook.admin;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.verify.LiveSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * Warns of signing secrets that are about to end, or have ended. A warning never takes the
 * application out of service: Spring Boot leaves a status that it does not know out of the whole.
 */
public final class SecretHealth implements HealthIndicator {

  /** Somebody has to do something, and not yet this night. */
  public static final Status WARNING = new Status("WARNING");

  private final Receivers receivers;
  private final Duration before;
  private final InstantSource clock;

  /**
   * @param before how long before its end a secret is worth a warning
   */
  public SecretHealth(Receivers receivers, Duration before, InstantSource clock) {
    this.receivers = receivers;
    this.before = before;
    this.clock = clock;
  }

  @Override
  public Health health() {
    Instant now = clock.instant();
    Map<String, Object> warnings = new TreeMap<>();
    for (Receiver receiver : receivers.all()) {
      List<LiveSecret> secrets = receiver.keyring().secrets();
      String source = receiver.definition().name().value();
      if (!secrets.isEmpty() && !receiver.keyring().hasLive(now)) {
        warnings.put(source, "no secret counts now: every request is answered 401");
      } else {
        secrets.stream()
            .filter(secret -> secret.isLive(now) && secret.hasEnded(now.plus(before)))
            .forEach(
                secret ->
                    warnings.put(source + "." + secret.name(), "ends at " + secret.notAfter()));
      }
    }
    return warnings.isEmpty()
        ? Health.up().build()
        : Health.status(WARNING).withDetails(warnings).build();
  }
}
