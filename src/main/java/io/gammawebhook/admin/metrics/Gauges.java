package io.gammawebhook.admin.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Gauges of one thing in one registry, which come and go together. Used by one thread at a time.
 */
final class Gauges {

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> added = new ArrayList<>();

  Gauges(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  Gauges add(String name, String description, DoubleSupplier value) {
    return add(name, description, Tags.empty(), value);
  }

  Gauges add(String name, String description, Tags more, DoubleSupplier value) {
    return add(gauge(name, description, value).tags(more));
  }

  Gauges addSeconds(String name, String description, DoubleSupplier value) {
    return add(gauge(name, description, value).baseUnit("seconds"));
  }

  private static Gauge.Builder<DoubleSupplier> gauge(
      String name, String description, DoubleSupplier value) {
    return Gauge.builder(name, value, DoubleSupplier::getAsDouble).description(description);
  }

  private Gauges add(Gauge.Builder<DoubleSupplier> gauge) {
    added.add(gauge.tags(tags).strongReference(true).register(registry));
    return this;
  }

  void remove() {
    added.forEach(registry::remove);
    added.clear();
  }
}
