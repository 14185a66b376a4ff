package io.gammawebhook.kamelet;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import io.gammawebhook.dispatch.PermanentFailureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Masks parts of a JSON body: the values at JSONPaths, and what a pattern finds in any text value.
 * Names of fields stay. Safe for use by many threads once it is set up.
 */
public final class RedactedBody implements Processor {

  /** Numbers stay as they are written. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Configuration CONFIGURATION =
      Configuration.builder()
          .jsonProvider(new JacksonJsonProvider(MAPPER))
          .mappingProvider(new JacksonMappingProvider(MAPPER))
          .options(Option.SUPPRESS_EXCEPTIONS)
          .build();

  private List<JsonPath> paths = List.of();
  private @Nullable Pattern pattern;
  private String mask = "***";

  /**
   * JSONPaths with semicolons between them; empty for none.
   *
   * @throws IllegalArgumentException if one is none
   */
  public void setPaths(String paths) {
    List<JsonPath> compiled = new ArrayList<>();
    for (String path : paths.split(";", -1)) {
      if (!path.isBlank()) {
        JsonPath one = JsonPaths.compiled(path.strip());
        if (one.getPath().equals("$")) {
          throw new IllegalArgumentException("'$' is the whole event, which is not masked");
        }
        compiled.add(one);
      }
    }
    this.paths = compiled;
  }

  /** A regular expression; empty for none. */
  public void setPattern(String pattern) {
    this.pattern = pattern.isEmpty() ? null : Pattern.compile(pattern);
  }

  /** What stands in the place of what is masked. */
  public void setMask(String mask) {
    this.mask = mask;
  }

  @Override
  public void process(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    byte[] body = message.getBody(byte[].class);
    if (body == null || body.length == 0) {
      throw new PermanentFailureException("The event is empty: there is nothing to redact");
    }
    DocumentContext document =
        JsonPath.using(CONFIGURATION).parse(MAPPER.readValue(body, Object.class));
    for (JsonPath path : paths) {
      document.set(path, mask);
    }
    message.setBody(MAPPER.writeValueAsBytes(masked(document.json())));
  }

  /** With what the pattern finds masked. */
  private @Nullable Object masked(@Nullable Object value) {
    if (pattern == null) {
      return value;
    }
    if (value instanceof Map<?, ?> fields) {
      Map<Object, @Nullable Object> masked = new LinkedHashMap<>();
      fields.forEach((name, field) -> masked.put(name, masked(field)));
      return masked;
    }
    if (value instanceof List<?> elements) {
      return elements.stream().map(this::masked).toList();
    }
    if (value instanceof String || value instanceof Number) {
      Matcher found = pattern.matcher(value.toString());
      return found.find() ? found.replaceAll(Matcher.quoteReplacement(mask)) : value;
    }
    return value;
  }
}
