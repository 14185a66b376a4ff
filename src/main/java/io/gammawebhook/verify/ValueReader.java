package io.gammawebhook.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.jayway.jsonpath.JsonPath;
import io.gammawebhook.json.JsonTree;
import io.gammawebhook.verify.ValueLocation.InBody;
import io.gammawebhook.verify.ValueLocation.InForm;
import io.gammawebhook.verify.ValueLocation.InHeader;
import io.gammawebhook.verify.ValueLocation.InQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a request. A path of plain names, {@code $.data.id}, is found by reading the
 * body up to there and no further; any other goes through a JSONPath library. A value is a text, or
 * a number as it is written; anything else counts as absent, and so does everything in a body that
 * is no JSON, and a header or parameter that comes more than once. It never throws, whatever the
 * request is. Safe for use by many threads.
 */
public final class ValueReader {

  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_-]*)|\\['([^'\\\\]+)'\\]");
  private static final int MAX_STEPS = 20;

  private final Step step;

  private ValueReader(Step step) {
    this.step = step;
  }

  /** Finds the value. */
  private interface Step {
    @Nullable String read(SignedRequest request);
  }

  /**
   * @param location null for a value that is nowhere
   * @throws IllegalArgumentException if the location is no JSONPath; the message says what it is
   */
  public static ValueReader of(@Nullable ValueLocation location) {
    if (location instanceof InHeader in) {
      return new ValueReader(request -> only(request.header(in.name())));
    }
    if (location instanceof InQuery in) {
      return new ValueReader(
          request -> {
            String query = request.query();
            return query == null ? null : only(FormText.parse(query), in.name());
          });
    }
    if (location instanceof InForm in) {
      return new ValueReader(request -> only(FormText.parse(request.body().bytes()), in.name()));
    }
    if (location instanceof InBody in) {
      JsonPath path = compile(in.jsonPath());
      List<String> names = plainNames(in.jsonPath());
      return names == null
          ? new ValueReader(
              request -> JsonTree.read(request.body().bytes(), tree -> tree.read(path)))
          : new ValueReader(request -> readPlain(names, request.body().bytes()));
    }
    if (location != null) {
      throw new IllegalArgumentException("'" + location + "' has a meaning within a scheme only");
    }
    return new ValueReader(request -> null);
  }

  /** The same, but where a path finds several values, all have to be equal. */
  static ValueReader ofSame(InBody location) {
    JsonPath path = compile(location.jsonPath());
    return path.isDefinite()
        ? of(location)
        : new ValueReader(
            request -> JsonTree.read(request.body().bytes(), tree -> tree.readSame(path)));
  }

  /**
   * @throws IllegalArgumentException if it is no JSONPath
   */
  static JsonPath compile(String path) {
    return JsonTree.compile(path);
  }

  /** The value; null if it is absent. */
  public @Nullable String read(SignedRequest request) {
    return step.read(request);
  }

  private static @Nullable String only(List<String> values) {
    return values.size() == 1 ? values.get(0) : null;
  }

  private static @Nullable String only(@Nullable Map<String, List<String>> fields, String name) {
    return fields == null ? null : only(fields.getOrDefault(name, List.of()));
  }

  private static @Nullable List<String> plainNames(String path) {
    List<String> names = new ArrayList<>();
    Matcher step = STEP.matcher(path).region(1, path.length());
    int at = 1;
    while (step.lookingAt()) {
      names.add(step.group(1) == null ? step.group(2) : step.group(1));
      at = step.end();
      step.region(at, path.length());
    }
    return at == path.length() && !names.isEmpty() && names.size() <= MAX_STEPS ? names : null;
  }

  private static @Nullable String readPlain(List<String> names, byte[] body) {
    try (JsonParser parser = JsonTree.FACTORY.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      int found = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(names.get(found));
        JsonToken value = parser.nextToken();
        if (!wanted) {
          parser.skipChildren();
        } else if (found < names.size() - 1) {
          if (value != JsonToken.START_OBJECT) {
            return null;
          }
          found++;
        } else {
          return value == JsonToken.VALUE_STRING || value.isNumeric() ? parser.getText() : null;
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      // A body that is no JSON, or goes beyond the bounds, has no such value.
      return null;
    }
  }
}
