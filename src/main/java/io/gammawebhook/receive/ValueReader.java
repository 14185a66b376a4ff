package io.gammawebhook.receive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.jayway.jsonpath.JsonPath;
import io.gammawebhook.verify.ValueLocation;
import io.gammawebhook.verify.ValueLocation.InBody;
import io.gammawebhook.verify.ValueLocation.InHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a request. A path of plain names, {@code $.data.id}, is found by reading the
 * body up to there and no further; any other goes through a JSONPath library. A value is a text, or
 * a number as it is written; anything else counts as absent, and so does everything in a body that
 * is no JSON. It never throws, whatever the body is. Safe for use by many threads.
 */
final class ValueReader {

  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_-]*)|\\['([^'\\\\]+)'\\]");
  private static final int MAX_STEPS = 20;

  private final @Nullable String header;
  private final @Nullable List<String> names;
  private final @Nullable JsonPath path;

  private ValueReader(
      @Nullable String header, @Nullable List<String> names, @Nullable JsonPath path) {
    this.header = header;
    this.names = names;
    this.path = path;
  }

  /**
   * @param location null for a value that is nowhere
   * @throws IllegalArgumentException if the location is no JSONPath; the message says what it is
   */
  static ValueReader of(@Nullable ValueLocation location) {
    if (location instanceof InHeader in) {
      return new ValueReader(in.name(), null, null);
    }
    if (location instanceof InBody in) {
      JsonPath compiled = JsonTree.compile(in.jsonPath());
      List<String> names = plainNames(in.jsonPath());
      return names == null
          ? new ValueReader(null, null, compiled)
          : new ValueReader(null, names, null);
    }
    return new ValueReader(null, null, null);
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

  @Nullable String read(WebhookRequest request) {
    if (header != null) {
      List<String> values = request.header(header);
      return values.size() == 1 ? values.get(0) : null;
    }
    if (names != null) {
      return readPlain(names, request.body().bytes());
    }
    if (path != null) {
      JsonTree tree = JsonTree.of(request.body().bytes());
      return tree == null ? null : tree.read(path);
    }
    return null;
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
