package io.gammawebhook.admin.metrics;

import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.registration.ApiCalls;
import io.gammawebhook.registration.RegistrationStatus;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Shows whether each registration is as it is wanted at its API, and counts the calls to the APIs.
 * The tags are names from the configuration and words of ours. Safe for use by many threads.
 */
public final class RegistrationMetrics implements MeterBinder, ApiCalls {

  /** 1 while the entry is as wanted, 0 while it is not, NaN while that is not known. */
  public static final String IN_SYNC = "gamma.webhook.registration.in.sync";

  /** Calls to the API of a registration, by how they ended. */
  public static final String CALLS = "gamma.webhook.registration.calls";

  private final Collection<String> names;
  private final Supplier<List<RegistrationStatus>> statuses;
  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

  /**
   * @param names the registrations of the configuration
   * @param statuses answers soon, or throws {@link StoreException}
   */
  public RegistrationMetrics(
      Collection<String> names, Supplier<List<RegistrationStatus>> statuses) {
    this.names = List.copyOf(names);
    this.statuses = statuses;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registries.add(registry);
    for (String name : names) {
      new Gauges(registry, Tags.of("registration", name))
          .add(
              IN_SYNC,
              "1 while the entry at the sender's API is as wanted, else 0",
              () -> inSync(name));
      counter(registry, name, "list", "done");
    }
  }

  private double inSync(String name) {
    try {
      return statuses.get().stream()
          .filter(status -> status.name().equals(name))
          .mapToDouble(status -> value(status.state()))
          .findFirst()
          .orElse(Double.NaN);
    } catch (StoreException e) {
      return Double.NaN;
    }
  }

  private static double value(State state) {
    return switch (state) {
      case IN_SYNC -> 1;
      case DRIFT, DISABLED, REFUSED, UNREACHABLE -> 0;
      case UNKNOWN, OFF -> Double.NaN;
    };
  }

  @Override
  public void called(String registration, String call, String outcome) {
    for (MeterRegistry registry : registries) {
      counter(registry, registration, call, outcome).increment();
    }
  }

  private static Counter counter(
      MeterRegistry registry, String registration, String call, String outcome) {
    return Counter.builder(CALLS)
        .description("Calls to the API of the registration, by how they ended")
        .tag("registration", registration)
        .tag("call", call)
        .tag("outcome", outcome)
        .register(registry);
  }
}
