package io.gammawebhook.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.verify.ValueLocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an event says what it is, beside {@code id} and {@code type} of its body.
 *
 * @param id null where nothing reads one
 * @param type null where nothing reads one
 * @param cloudEvents whether it is a CloudEvent, whose attributes are headers
 */
public record EventFields(
    @Nullable ValueLocation id, @Nullable ValueLocation type, boolean cloudEvents) {

  /** A JSONPath of names only, such as {@code $.event.id}. */
  private static final Pattern FIELDS = Pattern.compile("\\$(\\.[A-Za-z0-9_-]+)+");

  /** Writes id and type to where they are read in the body. */
  void putInto(ObjectNode event, String eventId, String eventType) {
    put(event, id, eventId);
    put(event, type, eventType);
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

  /** Headers that say what the event is, where that is read there. */
  public Map<String, String> headers(String eventId, String eventType) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (id instanceof ValueLocation.InHeader header) {
      headers.put(header.name(), eventId);
    }
    if (type instanceof ValueLocation.InHeader header) {
      headers.put(header.name(), eventType);
    }
    if (cloudEvents) {
      headers.putAll(
          Map.of(
              "ce-specversion",
              "1.0",
              "ce-id",
              eventId,
              "ce-type",
              eventType,
              "ce-source",
              "/samples"));
    }
    return headers;
  }
}
