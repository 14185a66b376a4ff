package io.gammawebhook.e2e;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** What happened in the routes of a test, as they saw it. */
final class Journal {

  /** One pass of an event through a step. */
  record Entry(String step, String eventId, int attempt, String deliveryId) {}

  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

  /** A step that notes who passes. */
  Processor note(String step) {
    return exchange -> entries.add(entry(step, exchange));
  }

  /** A step that fails the first passes of each event. */
  Processor failFirst(int times, RuntimeException failure) {
    return exchange -> {
      String eventId = exchange.getMessage().getHeader("CamelWebhookEventId", String.class);
      if (failures.computeIfAbsent(eventId, id -> new AtomicInteger()).incrementAndGet() <= times) {
        throw failure;
      }
    };
  }

  private static Entry entry(String step, Exchange exchange) {
    var message = exchange.getMessage();
    return new Entry(
        step,
        message.getHeader("CamelWebhookEventId", String.class),
        message.getHeader("CamelWebhookAttempt", Integer.class),
        message.getHeader("CamelWebhookDeliveryId", String.class));
  }

  /** The steps that an event passed, as {@code <step> <attempt>}. */
  List<String> of(String eventId) {
    return entries.stream()
        .filter(entry -> entry.eventId().equals(eventId))
        .map(entry -> entry.step() + " " + entry.attempt())
        .toList();
  }
}
