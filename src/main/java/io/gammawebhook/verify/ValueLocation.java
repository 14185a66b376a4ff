package io.gammawebhook.verify;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a value of a request is found. Written as {@code header.webhook-id}, {@code query.token},
 * {@code form.MessageSid} or as a JSONPath on the body, {@code $.id}.
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
      return HEADER + name;
    }
  }

  /** A JSONPath on the body. */
  record InBody(String jsonPath) implements ValueLocation {
    @Override
    public String toString() {
      return jsonPath;
    }
  }

  /**
   * A parameter of the query string.
   *
   * @param name compared exactly, decoded
   */
  record InQuery(String name) implements ValueLocation {
    public InQuery {
      requireParameter(name);
    }

    @Override
    public String toString() {
      return QUERY + name;
    }
  }

  /**
   * A field of a body of the type {@code application/x-www-form-urlencoded}.
   *
   * @param name compared exactly, decoded
   */
  record InForm(String name) implements ValueLocation {
    public InForm {
      requireParameter(name);
    }

    @Override
    public String toString() {
      return FORM + name;
    }
  }

  /**
   * An entry of a signature header that is a list of {@code key=value}; within a scheme only.
   *
   * @param key compared exactly
   */
  record InSignature(String key) implements ValueLocation {
    public InSignature {
      requireParameter(key);
    }

    @Override
    public String toString() {
      return SIGNATURE + key;
    }
  }

  String HEADER = "header.";
  String QUERY = "query.";
  String FORM = "form.";
  String SIGNATURE = "signature.";

  private static void requireParameter(String name) {
    if (name.isEmpty() || name.length() > 100) {
      throw new IllegalArgumentException("'" + name + "' is not the name of a parameter");
    }
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static ValueLocation parse(String text) {
    if (text.startsWith(HEADER)) {
      return new InHeader(text.substring(HEADER.length()).toLowerCase(Locale.ROOT));
    }
    if (text.startsWith(QUERY)) {
      return new InQuery(text.substring(QUERY.length()));
    }
    if (text.startsWith(FORM)) {
      return new InForm(text.substring(FORM.length()));
    }
    if (text.startsWith("$")) {
      // Compiled for its message only.
      ValueReader.compile(text);
      return new InBody(text);
    }
    throw new IllegalArgumentException(
        "must be header.<name>, query.<name>, form.<name> or a JSONPath on the body such as $.id,"
            + " was '"
            + text
            + "'");
  }

  /** The same, and entries of the signature header. */
  static ValueLocation parseInScheme(String text) {
    return text.startsWith(SIGNATURE)
        ? new InSignature(text.substring(SIGNATURE.length()))
        : parse(text);
  }
}
