package io.gammawebhook.admin.metrics;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.RequestOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts in Micrometer's registries what a node does; docs/monitoring.md has every name. What
 * happens before a registry is bound is not counted.
 *
 * <p>Each tag is bounded: sources and subscriptions are configuration, outcomes and the reasons of
 * requests are fixed, and of the reasons of attempts at most {@value #MOST_REASONS} are told apart.
 * Each meter is looked up once. Safe for use by many threads.
 */
public final class MicrometerMeasure implements Measure, MeterBinder {

  /** How many reasons are told apart, of requests and of attempts; the rest is {@code other}. */
  public static final int MOST_REASONS = 50;

  private final BoundedReasons ofRequests = new BoundedReasons(MOST_REASONS);
  private final BoundedReasons ofAttempts = new BoundedReasons(MOST_REASONS);
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  /** One each for the registries; there is hardly ever more than one. */
  private volatile Meters[] meters = new Meters[0];

  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    Meters more = new Meters(registry, ofRequests, ofAttempts);
    Meters[] all = new Meters[meters.length + 1];
    System.arraycopy(meters, 0, all, 0, meters.length);
    all[meters.length] = more;
    meters = all;
    watched.forEach(each -> each.addTo(more));
  }

  @Override
  public void answered(@Nullable SourceName source, RequestOutcome outcome, long nanos) {
    for (Meters each : meters) {
      each.answered(source, outcome, nanos);
    }
  }

  @Override
  public void committed(int requests, long nanos, long commitNanos) {
    for (Meters each : meters) {
      each.committed(requests, nanos, commitNanos);
    }
  }

  @Override
  public void notCommitted(boolean storeFailed) {
    for (Meters each : meters) {
      each.notCommitted(storeFailed);
    }
  }

  @Override
  public void attempted(
      SourceName source,
      SubscriptionName subscription,
      AttemptOutcome outcome,
      @Nullable String reason,
      long millis) {
    for (Meters each : meters) {
      each.of(source, subscription).attempted(outcome, reason, millis);
    }
  }

  @Override
  public void delivered(SourceName source, SubscriptionName subscription, long millis) {
    for (Meters each : meters) {
      each.of(source, subscription).delivered(millis);
    }
  }

  @Override
  public void died(SourceName source, SubscriptionName subscription) {
    for (Meters each : meters) {
      each.of(source, subscription).died();
    }
  }

  @Override
  public void leaseLost(SourceName source, SubscriptionName subscription) {
    for (Meters each : meters) {
      each.of(source, subscription).leaseLost();
    }
  }

  @Override
  public Watch watch(String name, Line line) {
    return watch(to -> to.line(name, line));
  }

  @Override
  public Watch watch(Pool pool) {
    return watch(to -> to.pool(pool));
  }

  @Override
  public Watch watch(SourceName source, SubscriptionName subscription, WorkPlaces places) {
    return watch(
        to -> {
          // Its counters are there from now on: what begins to grow is seen to grow.
          to.of(source, subscription);
          return to.places(source, subscription, places);
        });
  }

  private synchronized Watch watch(Function<Meters, Gauges> gauges) {
    Watched more = new Watched(gauges);
    watched.add(more);
    for (Meters each : meters) {
      more.addTo(each);
    }
    return () -> forget(more);
  }

  private synchronized void forget(Watched old) {
    if (watched.remove(old)) {
      old.end();
    }
  }

  /** Something whose gauges are in each registry. Guarded by the measure. */
  private static final class Watched {
    private final Function<Meters, Gauges> gauges;
    private final Set<Gauges> added = ConcurrentHashMap.newKeySet();

    Watched(Function<Meters, Gauges> gauges) {
      this.gauges = gauges;
    }

    void addTo(Meters meters) {
      added.add(gauges.apply(meters));
    }

    void end() {
      added.forEach(Gauges::remove);
    }
  }
}
