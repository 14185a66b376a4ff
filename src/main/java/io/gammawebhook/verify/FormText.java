package io.gammawebhook.verify;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Text of the form {@code a=1&b=2}, as query strings and form bodies are (WHATWG URL, section
 * "application/x-www-form-urlencoded parsing"), within bounds.
 */
public final class FormText {

  /** A sender that needs more would be the first one; beyond them there is no form. */
  static final int MAX_FIELDS = 1_000;

  private FormText() {}

  /** The values of each name in the order of the names; null if it is no such text. */
  static @Nullable SortedMap<String, List<String>> parse(String text) {
    SortedMap<String, List<String>> fields = new TreeMap<>();
    int count = 0;
    int start = 0;
    while (start <= text.length()) {
      int and = text.indexOf('&', start);
      int end = and < 0 ? text.length() : and;
      if (end > start) {
        if (++count > MAX_FIELDS) {
          return null;
        }
        String pair = text.substring(start, end);
        int equals = pair.indexOf('=');
        try {
          String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
          String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
          fields.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
      start = end + 1;
    }
    return fields;
  }

  /** The same of a body: its fields in the order of their names; null if it is no form. */
  public static @Nullable SortedMap<String, List<String>> parse(byte[] body) {
    // One character a byte, since anything beyond ASCII is written with %.
    return parse(new String(body, StandardCharsets.ISO_8859_1));
  }

  private static String decoded(String text) {
    // The decoder looks at each character by itself.
    boolean asItIs = text.indexOf('%') < 0 && text.indexOf('+') < 0;
    return asItIs ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
