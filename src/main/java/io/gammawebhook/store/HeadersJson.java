package io.gammawebhook.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.event.StorableText;
import java.util.List;
import java.util.Map;

/** Request headers as one JSON object in a text column. */
final class HeadersJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};

  private static final TypeReference<Map<String, List<String>>> LISTS = new TypeReference<>() {};

  private HeadersJson() {}

  /** All headers of a request, each with all its values. */
  static String writeAll(Map<String, List<String>> headers) {
    try {
      return StorableText.of(JSON.writeValueAsString(headers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of lists of strings is always JSON", e);
    }
  }

  static Map<String, List<String>> readAll(String json) {
    try {
      return JSON.readValue(json, LISTS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The stored headers are no JSON object of lists", e);
    }
  }

  static String write(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return "{}";
    }
    try {
      // NUL is escaped by JSON; half a surrogate pair is not.
      return StorableText.of(JSON.writeValueAsString(headers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of strings is always JSON", e);
    }
  }

  static Map<String, String> read(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    try {
      return JSON.readValue(json, MAP);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The stored headers are no JSON object of strings", e);
    }
  }
}
