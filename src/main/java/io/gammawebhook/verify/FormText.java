package io.gammawebhook.verify;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
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

  /** Takes one field: where its name begins, where its value does, and where it ends. */
  private interface Field {
    void at(int name, int nameEnd, int value, int end);
  }

  /** Cuts a text; false if it has too many fields, or an escape that is none. */
  private static boolean cut(String text, Field field) {
    int count = 0;
    int equals = -2;
    for (int start = 0; start <= text.length(); ) {
      int and = text.indexOf('&', start);
      int end = and < 0 ? text.length() : and;
      if (end > start) {
        if (++count > MAX_FIELDS) {
          return false;
        }
        if (equals != -1 && equals < start) {
          equals = text.indexOf('=', start);
        }
        boolean hasValue = equals >= 0 && equals < end;
        try {
          field.at(start, hasValue ? equals : end, hasValue ? equals + 1 : end, end);
        } catch (IllegalArgumentException e) {
          return false;
        }
      }
      start = end + 1;
    }
    return true;
  }

  /** The values of each name in the order of the names; null if it is no such text. */
  static @Nullable SortedMap<String, List<String>> parse(String text) {
    SortedMap<String, List<String>> fields = new TreeMap<>();
    boolean whole =
        cut(
            text,
            (name, nameEnd, value, end) ->
                fields
                    .computeIfAbsent(
                        decoded(text.substring(name, nameEnd)), key -> new ArrayList<>(1))
                    .add(decoded(text.substring(value, end))));
    return whole ? fields : null;
  }

  /**
   * Names and values in the order of the names, with nothing between them, as Twilio's libraries
   * sign them: of values that repeat, each once, in their order. What is not escaped is not copied.
   *
   * @return null if the body is no form
   */
  static @Nullable List<ByteBuffer> sorted(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    boolean escaped = text.indexOf('%') >= 0 || text.indexOf('+') >= 0;
    SortedMap<String, SortedMap<String, ByteBuffer>> repeated = new TreeMap<>();
    SortedMap<String, ByteBuffer> fields = new TreeMap<>();
    boolean whole =
        cut(
            text,
            (nameAt, nameEnd, value, end) -> {
              String name = decoded(text.substring(nameAt, nameEnd));
              ByteBuffer piece =
                  escaped
                      ? utf8(decoded(text.substring(value, end)))
                      : ByteBuffer.wrap(body, value, end - value);
              ByteBuffer before = fields.putIfAbsent(name, piece);
              if (before != null) {
                SortedMap<String, ByteBuffer> values =
                    repeated.computeIfAbsent(name, key -> new TreeMap<>());
                values.put(StandardCharsets.UTF_8.decode(before.duplicate()).toString(), before);
                values.put(StandardCharsets.UTF_8.decode(piece.duplicate()).toString(), piece);
              }
            });
    if (!whole) {
      return null;
    }
    List<ByteBuffer> pieces = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          SortedMap<String, ByteBuffer> values = repeated.get(name);
          for (ByteBuffer each : values == null ? List.of(value) : values.values()) {
            pieces.add(utf8(name));
            pieces.add(each);
          }
        });
    return pieces;
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
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
