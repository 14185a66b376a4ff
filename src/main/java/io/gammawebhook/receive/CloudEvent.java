package io.gammawebhook.receive;

import io.gammawebhook.event.StorableText;
import io.gammawebhook.verify.ValueLocation;
import io.gammawebhook.verify.ValueReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a CloudEvent 1.0 says of itself, in either mode of its HTTP Protocol Binding 1.0.2: in the
 * headers (binary, section 3.1), or in a JSON body together with its data (structured, section
 * 3.2). A batch is none.
 *
 * @param id unique together with the source
 * @param source whose event it is, a URI reference; not our own word of that name
 * @param type its category
 * @param idAt where the id was
 * @param attributes all that are known, by header name such as {@code ce-time}
 */
record CloudEvent(
    String id, String source, String type, ValueLocation idAt, Map<String, String> attributes) {

  private static final String ANY_STRUCTURED = "application/cloudevents";
  private static final String STRUCTURED = ANY_STRUCTURED + "+json";

  /** How many of those that are known each event has. */
  private static final int REQUIRED = 4;

  private static final List<Attribute> KNOWN =
      List.of(
          new Attribute("specversion"),
          new Attribute("id"),
          new Attribute("source"),
          new Attribute("type"),
          new Attribute("time"),
          new Attribute("subject"));

  private record Attribute(String header, ValueReader inBody) {
    Attribute(String name) {
      this("ce-" + name, ValueReader.of(new ValueLocation.InBody("$." + name)));
    }
  }

  /** Null if the request is none, or lacks what each has to have. */
  static @Nullable CloudEvent of(WebhookRequest request) {
    Map<String, String> attributes = new LinkedHashMap<>();
    String mediaType = mediaType(request);
    boolean structured = mediaType.equals(STRUCTURED);
    // A batch, or a structured one that is no JSON, is of another form.
    if (!structured && (mediaType.startsWith(ANY_STRUCTURED) || holdsOne(request))) {
      return null;
    }
    for (Attribute known : KNOWN) {
      String value = structured ? known.inBody().read(request) : header(request, known.header());
      if (value != null && !value.isEmpty()) {
        attributes.put(known.header(), value);
      }
    }
    String id = attributes.get("ce-id");
    String source = attributes.get("ce-source");
    String type = attributes.get("ce-type");
    if (!"1.0".equals(attributes.remove("ce-specversion"))
        || id == null
        || type == null
        || source == null
        || source.chars().anyMatch(c -> c <= ' ')
        // CloudEvents 1.0.2, "Type System": a String has no control character.
        || attributes.values().stream()
            .anyMatch(value -> value.chars().anyMatch(Character::isISOControl))) {
      return null;
    }
    attributes.replaceAll((name, value) -> StorableText.of(value));
    return new CloudEvent(
        id,
        source,
        type,
        structured ? new ValueLocation.InBody("$.id") : new ValueLocation.InHeader("ce-id"),
        attributes);
  }

  /** What names it: a URI reference has no blank, so that the border is clear. */
  String key() {
    return source + " " + id;
  }

  /**
   * Whether the body is itself a structured event. Where only the body is signed, whoever captures
   * one could send it once more as another event, which headers of his describe.
   */
  private static boolean holdsOne(WebhookRequest request) {
    return KNOWN.stream()
        .limit(REQUIRED)
        .allMatch(attribute -> attribute.inBody().read(request) != null);
  }

  private static String mediaType(WebhookRequest request) {
    List<String> types = request.header("content-type");
    return types.size() == 1 ? types.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT) : "";
  }

  /** Section 3.1.3.2: what is no plain ASCII is percent-encoded UTF-8. */
  private static @Nullable String header(WebhookRequest request, String name) {
    List<String> values = request.header(name);
    if (values.size() != 1) {
      return null;
    }
    byte[] text = values.get(0).getBytes(StandardCharsets.ISO_8859_1);
    byte[] decoded = new byte[text.length];
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      int high = text[i] == '%' && i + 2 < text.length ? Character.digit(text[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text[i + 2], 16);
      if (low < 0) {
        decoded[length++] = text[i];
      } else {
        decoded[length++] = (byte) (high << 4 | low);
        i += 2;
      }
    }
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }
}
