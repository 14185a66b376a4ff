package io.gammawebhook.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.verify.ValueLocation.InBody;
import io.gammawebhook.verify.ValueLocation.InHeader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sender's side of an event's id and type, for samples and tests: written where they are read.
 *
 * @param id where the id is read; null where none is
 * @param type where the type is read; null where none is
 * @param cloudEvents whether it is a CloudEvent, whose attributes are headers
 */
public record EventFields(
    @Nullable ValueLocation id, @Nullable ValueLocation type, boolean cloudEvents) {

  /** A JSONPath of names only, such as {@code $.event.id}. */
  private static final Pattern FIELDS = Pattern.compile("\\$(\\.[A-Za-z0-9_-]+)+");

  /** Headers that say what the event is, where that is read there; they may be added to. */
  public Map<String, String> headers(String eventId, String eventType) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (id instanceof InHeader header) {
      headers.put(header.name(), eventId);
    }
    if (type instanceof InHeader header) {
      headers.put(header.name(), eventType);
    }
    if (cloudEvents) {
      headers.put("ce-specversion", "1.0");
      headers.put("ce-id", eventId);
      headers.put("ce-type", eventType);
      headers.put("ce-source", "/samples");
    }
    return headers;
  }

  /** Puts id and type into the event, where they are read by a path of names. */
  public void write(ObjectNode event, String eventId, String eventType) {
    put(event, id, eventId);
    put(event, type, eventType);
  }

  /** What the event has where its id is read; null if it has none there. */
  public @Nullable String idIn(ObjectNode event) {
    return textAt(event, id);
  }

  /** What the event has where its type is read; null if it has none there. */
  public @Nullable String typeIn(ObjectNode event) {
    return textAt(event, type);
  }

  private static @Nullable String textAt(ObjectNode event, @Nullable ValueLocation location) {
    JsonNode at = event;
    for (String name : names(location)) {
      at = at.path(name);
    }
    return at.isValueNode() && !at.isNull() ? at.asText() : null;
  }

  private static void put(ObjectNode event, @Nullable ValueLocation location, String text) {
    List<String> names = names(location);
    if (!names.isEmpty()) {
      ObjectNode at = event;
      for (String name : names.subList(0, names.size() - 1)) {
        at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
      }
      at.put(names.get(names.size() - 1), text);
    }
  }

  /** The names of a path of names; none where the location is something else. */
  private static List<String> names(@Nullable ValueLocation location) {
    return location instanceof InBody body && FIELDS.matcher(body.jsonPath()).matches()
        ? List.of(body.jsonPath().substring("$.".length()).split("\\.", -1))
        : List.of();
  }
}
