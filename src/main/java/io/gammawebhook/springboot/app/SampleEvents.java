package io.gammawebhook.springboot.app;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Bodies that look like what their types say, so that the routes have something to work on. */
final class SampleEvents {

  private final RandomGenerator random;

  SampleEvents(RandomGenerator random) {
    this.random = random;
  }

  /** An event as JSON. */
  byte[] of(String id, String type, Instant time) {
    String json =
        """
        {"id":"%s","type":"%s","timestamp":"%s","data":%s}"""
            .formatted(escaped(id), escaped(type), time, data(type));
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private String data(String type) {
    int number = 1000 + random.nextInt(9000);
    return switch (type.split("\\.", 2)[0]) {
      case "invoice" ->
          """
          {"number":"INV-%d","total":"129.00","currency":"EUR"}"""
              .formatted(number);
      case "customer" ->
          """
          {"number":"CUS-%d","name":"Ada Example","email":"ada@example.com"}"""
              .formatted(number);
      case "order" ->
          """
          {"number":"ORD-%d","items":[{"article":"A-1","quantity":2}],"total":"129.00",\
          "currency":"EUR"}"""
              .formatted(number);
      default ->
          """
          {"sample":%d}"""
              .formatted(number);
    };
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
