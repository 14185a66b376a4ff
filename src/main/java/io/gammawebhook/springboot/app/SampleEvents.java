package io.gammawebhook.springboot.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.ValueLocation;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bodies that look like what their types say, so that the routes have something to work on. */
final class SampleEvents {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A JSONPath of names only, such as {@code $.event.id}. */
  private static final Pattern FIELDS = Pattern.compile("\\$(\\.[A-Za-z0-9_-]+)+");

  private final RandomGenerator random;

  SampleEvents(RandomGenerator random) {
    this.random = random;
  }

  /** An event as JSON, with id and type also where the source reads them in the body. */
  byte[] of(SourceDefinition source, String id, String type, Instant time) {
    ObjectNode event =
        MAPPER.createObjectNode().put("id", id).put("type", type).put("timestamp", time.toString());
    try {
      event.set("data", MAPPER.readTree(data(type)));
      put(event, source.eventId(), id);
      put(event, source.eventType(), type);
      return MAPPER.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(ObjectNode event, @Nullable ValueLocation location, String text) {
    if (location instanceof ValueLocation.InBody body
        && FIELDS.matcher(body.jsonPath()).matches()) {
      List<String> names = List.of(body.jsonPath().substring("$.".length()).split("\\.", -1));
      ObjectNode at = event;
      for (String name : names.subList(0, names.size() - 1)) {
        at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
      }
      at.put(names.get(names.size() - 1), text);
    }
  }

  /** Headers that say what the event is, where the source reads that there. */
  static Map<String, String> headers(SourceDefinition source, String id, String type) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (source.eventId() instanceof ValueLocation.InHeader header) {
      headers.put(header.name(), id);
    }
    if (source.eventType() instanceof ValueLocation.InHeader header) {
      headers.put(header.name(), type);
    }
    if (source.cloudEvents()) {
      headers.putAll(
          Map.of("ce-specversion", "1.0", "ce-id", id, "ce-type", type, "ce-source", "/samples"));
    }
    return headers;
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
}
