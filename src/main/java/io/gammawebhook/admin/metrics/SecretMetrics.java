package io.gammawebhook.admin.metrics;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.LiveSecret;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Counts which secret verified how many requests, so that an operator sees when a sender has left
 * the old one: {@code gamma.webhook.verified} with the tags {@code source} and {@code secret},
 * which are names from the configuration; and shows when a secret ends.
 */
public final class SecretMetrics implements MeterBinder {

  /** The counter's name. */
  public static final String VERIFIED = "gamma.webhook.verified";

  /** When a secret's time is over, in epoch seconds; NaN for one without an end. */
  public static final String NOT_AFTER = "gamma.webhook.secret.not.after";

  /** The tag of all secrets that come and go by registrations: none of them is one of its own. */
  private static final String MANAGED = "managed";

  private final Receivers receivers;

  public SecretMetrics(Receivers receivers) {
    this.receivers = receivers;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Map<Receiver, List<Meter>> meters = new ConcurrentHashMap<>();
    receivers.watch(
        new Receivers.Watcher() {
          @Override
          public void added(Receiver receiver) {
            meters.put(receiver, register(registry, receiver));
          }

          @Override
          public void removed(Receiver receiver) {
            List<Meter> registered = meters.remove(receiver);
            if (registered != null) {
              registered.forEach(registry::remove);
            }
          }
        });
  }

  private static List<Meter> register(MeterRegistry registry, Receiver receiver) {
    Keyring keyring = receiver.keyring();
    List<Meter> registered = new ArrayList<>();
    if (receiver.definition().managedSecrets()) {
      Set<String> configured =
          keyring.secrets().stream().map(LiveSecret::name).collect(Collectors.toSet());
      registered.add(
          FunctionCounter.builder(VERIFIED, keyring, ring -> ring.matchesOfOthers(configured))
              .description("Requests that this secret of the source has verified")
              .tag("source", receiver.definition().name().value())
              .tag("secret", MANAGED)
              .register(registry));
    }
    for (LiveSecret secret : keyring.secrets()) {
      registered.add(
          FunctionCounter.builder(VERIFIED, keyring, ring -> ring.matches(secret.name()))
              .description("Requests that this secret of the source has verified")
              .tag("source", receiver.definition().name().value())
              .tag("secret", secret.name())
              .register(registry));
      registered.add(
          Gauge.builder(NOT_AFTER, keyring, ring -> notAfter(ring, secret.name()))
              .description("When the time of this secret is over, in seconds since 1970")
              .baseUnit("seconds")
              .tag("source", receiver.definition().name().value())
              .tag("secret", secret.name())
              .register(registry));
    }
    return registered;
  }

  /** As it is now: the secrets of a running application are exchanged. */
  private static double notAfter(Keyring keyring, String name) {
    return keyring.secrets().stream()
        .filter(secret -> secret.name().equals(name))
        .map(LiveSecret::notAfter)
        .filter(Objects::nonNull)
        .mapToDouble(Instant::getEpochSecond)
        .findFirst()
        .orElse(Double.NaN);
  }
}
