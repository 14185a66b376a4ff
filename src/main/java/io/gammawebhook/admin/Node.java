package io.gammawebhook.admin;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.registration.Registrations;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the service asks the process that it runs in.
 *
 * @param sources those that the process opens; empty where it opens none
 * @param routes whether a route here takes a subscription of a source; null in a process without
 *     routes
 * @param registrations our entries at the APIs of senders; empty where none is configured
 * @param redaction what is hidden of what is shown
 * @param showBodies whether bodies may be shown at all, redacted
 * @param clock the process's
 */
public record Node(
    Supplier<Optional<Receivers>> sources,
    @Nullable BiPredicate<SourceName, SubscriptionName> routes,
    Supplier<Optional<Registrations>> registrations,
    Redaction redaction,
    boolean showBodies,
    InstantSource clock) {

  Optional<Receivers> receivers() {
    return sources.get();
  }

  @Nullable Boolean takes(SourceName source, SubscriptionName subscription) {
    return routes == null ? null : (Boolean) routes.test(source, subscription);
  }
}
