package io.gammawebhook.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import io.gammawebhook.json.CountedNodes;
import io.gammawebhook.json.Steps;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSONPaths whose values are redacted. Each looks at the document as it came, so that neither their
 * order matters nor one hides from a filter of another what it asks for. Safe for use by many
 * threads.
 */
final class JsonRules {

  static final JsonRules NONE = new JsonRules(new TreeMap<>());

  private static final int LONGEST = 1_000;

  /** Numbers stay as they are written; a second document behind the first is not left out. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final JacksonMappingProvider MAPPING = new JacksonMappingProvider(MAPPER);

  /** Stands in a copy of the document where a path finds something. */
  private static final Object FOUND = new Object();

  private final Map<String, JsonPath> paths;

  private JsonRules(Map<String, JsonPath> paths) {
    this.paths = paths;
  }

  /**
   * @throws IllegalArgumentException if one is no JSONPath, or one that cannot be redacted
   */
  static JsonRules of(Collection<String> paths) {
    Map<String, JsonPath> compiled = new TreeMap<>();
    for (String path : paths) {
      if (!path.isBlank()) {
        compiled.put(path.strip(), compiled(path.strip()));
      }
    }
    return new JsonRules(compiled);
  }

  private static JsonPath compiled(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "has a JSONPath of more than " + LONGEST + " characters: " + text.substring(0, 50) + "…");
    }
    JsonPath path;
    try {
      path = JsonPath.compile(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "has '" + text + "', which is no JSONPath: " + e.getMessage(), e);
    }
    if (path.getPath().equals("$")) {
      throw new IllegalArgumentException(
          "has '$', the whole event, which is not redacted: name a part of it");
    }
    if (text.contains("=~")) {
      throw new IllegalArgumentException(
          "has '" + text + "', whose regular expression may take any time: use a pattern");
    }
    if (path.getPath().endsWith(")")) {
      throw new IllegalArgumentException(
          "has '" + text + "', which computes a value and names no part of an event");
    }
    return path;
  }

  JsonRules plus(JsonRules others) {
    Map<String, JsonPath> all = new TreeMap<>(paths);
    all.putAll(others.paths);
    return new JsonRules(all);
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  /**
   * The document, redacted.
   *
   * @param redaction says what becomes of the values that no path finds
   * @param namesToo whether patterns are looked for in the names of fields too
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is none
   * @throws JsonPathException if a path cannot be looked for in this document
   * @throws Steps.UsedUp if it takes too long
   */
  String redacted(byte[] document, Redaction redaction, Steps steps, boolean namesToo)
      throws IOException {
    @Nullable Object whole = MAPPER.readValue(document, Object.class);
    List<Object> copies = found(() -> MAPPER.readValue(document, Object.class), steps);
    StringWriter out = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      new Writing(json, redaction, steps, namesToo).write(whole, copies, false);
    }
    return out.toString();
  }

  /**
   * What {@link #isFound} looks at.
   *
   * @throws JsonPathException if a path cannot be looked for in this form
   * @throws Steps.UsedUp if it takes too long
   */
  List<Map<String, Object>> foundInForm(Map<String, List<String>> form, Steps steps)
      throws IOException {
    List<Map<String, Object>> copies = new ArrayList<>();
    for (Object copy : found(() -> copy(form), steps)) {
      @SuppressWarnings("unchecked")
      Map<String, Object> fields = (Map<String, Object>) copy;
      copies.add(fields);
    }
    return copies;
  }

  /** A field that is there once is its text, else a list, as routes see it. */
  private static Map<String, Object> copy(Map<String, List<String>> form) {
    Map<String, Object> copy = new LinkedHashMap<>();
    form.forEach(
        (name, values) ->
            copy.put(name, values.size() == 1 ? values.get(0) : new ArrayList<>(values)));
    return copy;
  }

  /** Whether the value at that place is redacted. */
  static boolean isFound(List<Map<String, Object>> copies, String name, int place) {
    for (Map<String, Object> copy : copies) {
      Object value = copy.get(name);
      if (value == FOUND || (value instanceof List<?> list && list.get(place) == FOUND)) {
        return true;
      }
    }
    return false;
  }

  private interface Document {
    @Nullable Object read() throws IOException;
  }

  /** A copy for each path, in which {@link #FOUND} is where it finds something. */
  private List<Object> found(Document document, Steps steps) throws IOException {
    List<Object> copies = new ArrayList<>();
    Configuration configuration = configuration(steps);
    for (JsonPath path : paths.values()) {
      Object copy = document.read();
      if (copy instanceof Map || copy instanceof List) {
        path.set(copy, FOUND, configuration);
        copies.add(copy);
      }
    }
    return copies;
  }

  private record Writing(JsonGenerator json, Redaction redaction, Steps steps, boolean namesToo) {

    /**
     * @param secret whether it is of a field whose name says so
     */
    void write(@Nullable Object value, List<?> copies, boolean secret) throws IOException {
      steps.take();
      if (copies.contains(FOUND)) {
        json.writeString(redaction.replacement());
      } else if (value instanceof Map<?, ?> fields) {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          String name = String.valueOf(field.getKey());
          json.writeFieldName(namesToo ? redaction.text(name, steps) : name);
          write(
              field.getValue(),
              within(copies, copy -> ((Map<?, ?>) copy).get(name)),
              secret || redaction.isSecretField(name));
        }
        json.writeEndObject();
      } else if (value instanceof List<?> elements) {
        json.writeStartArray();
        for (int i = 0; i < elements.size(); i++) {
          int place = i;
          write(elements.get(i), within(copies, copy -> ((List<?>) copy).get(place)), secret);
        }
        json.writeEndArray();
      } else if (value instanceof String || value instanceof Number) {
        writeText(value, secret);
      } else {
        json.writeObject(value);
      }
    }

    private void writeText(Object value, boolean secret) throws IOException {
      String text = value.toString();
      String redacted = secret ? redaction.replacement() : text(value, text);
      if (value instanceof Number && redacted.equals(text)) {
        json.writeObject(value);
      } else {
        json.writeString(redacted);
      }
    }

    /** A text that is JSON itself is looked at as that: its escapes would hide what is in it. */
    private String text(Object value, String text) throws IOException {
      boolean document = value instanceof String && (text.startsWith("{") || text.startsWith("["));
      if (document) {
        try {
          Object inner = MAPPER.readValue(text, Object.class);
          StringWriter out = new StringWriter();
          try (JsonGenerator within = MAPPER.createGenerator(out)) {
            new Writing(within, redaction, steps, namesToo).write(inner, List.of(), false);
          }
          if (!out.toString().equals(MAPPER.writeValueAsString(inner))) {
            return out.toString();
          }
        } catch (JsonProcessingException e) {
          // It only looks like it.
          return redaction.text(text, steps);
        }
      }
      return redaction.text(text, steps);
    }

    private static List<?> within(List<?> copies, Function<Object, @Nullable Object> step) {
      if (copies.isEmpty()) {
        return copies;
      }
      List<@Nullable Object> inner = new ArrayList<>(copies.size());
      for (Object copy : copies) {
        inner.add(step.apply(copy));
      }
      return inner;
    }
  }

  private static Configuration configuration(Steps steps) {
    return Configuration.builder()
        .jsonProvider(new CountedNodes(MAPPER, steps))
        .mappingProvider(MAPPING)
        .options(Option.SUPPRESS_EXCEPTIONS)
        .build();
  }
}
