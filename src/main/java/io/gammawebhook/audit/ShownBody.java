package io.gammawebhook.audit;

import com.jayway.jsonpath.JsonPathException;
import io.gammawebhook.json.Steps;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A body as it may be shown. What a rule would have to read, and cannot, is not shown at all. Used
 * once, by one thread.
 */
final class ShownBody {

  /** The longest body, in bytes, that is read as JSON or as a form in order to be shown. */
  private static final int MAX_READ = 1 << 20;

  private static final int MAX_FIELDS = 1_000;

  private final Redaction redaction;
  private final JsonRules jsonPaths;
  private final byte[] body;
  private final String type;
  private final Steps steps;

  ShownBody(Redaction redaction, JsonRules jsonPaths, byte[] body, @Nullable String contentType) {
    this.redaction = redaction;
    this.jsonPaths = jsonPaths;
    this.body = body;
    this.type =
        contentType == null ? "" : contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    this.steps = Steps.forLength(Math.min(body.length, MAX_READ));
  }

  String text() {
    try {
      return shown();
    } catch (Steps.UsedUp | StackOverflowError | JsonPathException e) {
      return withheld("it cannot be redacted within the bounds");
    }
  }

  private String shown() {
    String text = decoded();
    if (text == null) {
      return body.length + " bytes, not text";
    }
    boolean form = type.equals("application/x-www-form-urlencoded");
    boolean json = type.equals("application/json") || type.endsWith("+json") || looksLikeJson(text);
    if (form) {
      @Nullable String fields = body.length > MAX_READ ? null : form(text);
      return fields == null ? withheld("it cannot be read as a form") : cut(fields, true);
    }
    if (json) {
      @Nullable String document = body.length > MAX_READ ? null : json(body);
      if (document != null) {
        return cut(document, true);
      }
      if (!isSafeAsText(text)) {
        return withheld("it cannot be read as JSON");
      }
    }
    return plain(text);
  }

  private String withheld(String why) {
    return body.length + " bytes, not shown: " + why;
  }

  /** Its beginning, as long as it is looked at; null if it is no text in UTF-8. */
  private @Nullable String decoded() {
    int looked = Math.min(body.length, MAX_READ);
    CharBuffer text = CharBuffer.allocate(looked);
    boolean broken =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(body, 0, looked), text, looked == body.length)
            .isError();
    String decoded = text.flip().toString();
    return broken || decoded.chars().anyMatch(ShownBody::isOfNoText) ? null : decoded;
  }

  private static boolean isOfNoText(int c) {
    return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f';
  }

  private static boolean looksLikeJson(String text) {
    String stripped = text.strip();
    return stripped.startsWith("{") || stripped.startsWith("[");
  }

  /** Whether no JSONPath could have found anything in it, and no escape hides from a pattern. */
  private boolean isSafeAsText(String text) {
    return jsonPaths.isEmpty() && text.indexOf('\\') < 0;
  }

  private String plain(String text) {
    int looked = Math.min(text.length(), Redaction.MAX_SHOWN + Redaction.MARGIN);
    return cut(
        redaction.text(text.substring(0, looked), steps),
        looked == text.length() && body.length <= MAX_READ);
  }

  /**
   * @param whole whether the text is all of the body
   */
  private String cut(String text, boolean whole) {
    if (whole && text.length() <= Redaction.MAX_SHOWN) {
      return text;
    }
    int shown = Math.min(text.length(), Redaction.MAX_SHOWN);
    return text.substring(0, shown) + "… (of " + body.length + " bytes)";
  }

  private @Nullable String json(byte[] document) {
    try {
      return jsonPaths.redacted(document, redaction, steps, true);
    } catch (IOException e) {
      return null;
    }
  }

  /** Its fields in their order; null if it is no form, or has too many. */
  private @Nullable String form(String text) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    List<FormField> inOrder = new ArrayList<>();
    for (String field : text.split("&", MAX_FIELDS + 1)) {
      int equals = field.indexOf('=');
      try {
        String name = urlDecoded(equals < 0 ? field : field.substring(0, equals));
        String value = urlDecoded(equals < 0 ? "" : field.substring(equals + 1));
        List<String> values = fields.computeIfAbsent(name, key -> new ArrayList<>(1));
        inOrder.add(new FormField(name, value, values.size()));
        values.add(value);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    if (inOrder.size() > MAX_FIELDS) {
      return null;
    }
    List<Map<String, Object>> found;
    try {
      found = jsonPaths.foundInForm(fields, steps);
    } catch (IOException e) {
      return null;
    }
    List<String> shown = new ArrayList<>();
    for (FormField field : inOrder) {
      boolean hidden =
          redaction.isSecretField(field.name())
              || JsonRules.isFound(found, field.name(), field.place());
      shown.add(
          urlEncoded(redaction.text(field.name(), steps))
              + "="
              + urlEncoded(hidden ? redaction.replacement() : value(field.value())));
    }
    return String.join("&", shown);
  }

  /**
   * @param place which of the values of that name it is, from 0
   */
  private record FormField(String name, String value, int place) {}

  /** Some senders put a JSON document into a field. */
  private String value(String value) {
    if (looksLikeJson(value)) {
      @Nullable String json = json(value.getBytes(StandardCharsets.UTF_8));
      if (json != null || !isSafeAsText(value)) {
        return json == null ? redaction.replacement() : json;
      }
    }
    return redaction.text(value, steps);
  }

  private static String urlDecoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String urlEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
