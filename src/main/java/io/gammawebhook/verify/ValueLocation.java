package io.gammawebhook.verify;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a value of a request is found. Written as {@code header.webhook-id} or as a JSONPath on the
 * body, {@code $.id}.
 */
public sealed interface ValueLocation {

  /**
   * A request header.
   *
   * @param name in lower case
   */
  record InHeader(String name) implements ValueLocation {
    private static final Pattern TOKEN = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,100}");

    public InHeader {
      if (!TOKEN.matcher(name).matches()) {
        throw new IllegalArgumentException("'" + name + "' is not a header name");
      }
    }

    @Override
    public String toString() {
      return PREFIX + name;
    }
  }

  /** A JSONPath on the body. */
  record InBody(String jsonPath) implements ValueLocation {
    @Override
    public String toString() {
      return jsonPath;
    }
  }

  String PREFIX = "header.";

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is neither of the two
   */
  static ValueLocation parse(String text) {
    if (text.startsWith(PREFIX)) {
      return new InHeader(text.substring(PREFIX.length()).toLowerCase(Locale.ROOT));
    }
    if (text.startsWith("$")) {
      return new InBody(text);
    }
    throw new IllegalArgumentException(
        "must be header.<name> or a JSONPath on the body such as $.id, was '" + text + "'");
  }
}
