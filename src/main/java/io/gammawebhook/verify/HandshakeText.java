package io.gammawebhook.verify;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text of a handshake's answer: values of the request in braces, such as {@code {$.challenge}} or
 * {@code {hmac-sha256-hex:$.payload.plainToken}}, which is the HMAC with the source's secret, and
 * the text between them. A brace that no letter and no {@code $} follows is a brace, as in JSON.
 */
final class HandshakeText {

  /** Longer values than this are no challenge of any sender. */
  static final int MAX_VALUE = 4096;

  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z$][^{}]*)}");

  /**
   * What is signed for whoever asks: a token, and never what could be an event. {@link
   * SignatureVerifier} takes no content of this form where a scheme has such a handshake.
   */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,512}");

  private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");
  private static final String HEX = "hmac-sha256-hex:";
  private static final String BASE64 = "hmac-sha256-base64:";

  /** What a text is filled with. */
  interface Values {
    /** The value there, of which there is exactly one. */
    String only(ValueLocation location) throws Refusal;

    /** The HMAC-SHA256 of a text with the source's first secret. */
    byte[] hmac(String text) throws Refusal;
  }

  /** Where the text goes, which decides how a value is written. */
  enum Into {
    JSON,
    PLAIN_TEXT,
    HEADER
  }

  private enum Made {
    AS_IT_IS,
    HMAC_HEX,
    HMAC_BASE64
  }

  /**
   * @param location null for a literal
   */
  private record Part(String literal, @Nullable ValueLocation location, Made made) {}

  private final List<Part> parts;

  private HandshakeText(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @throws IllegalArgumentException if a variable is unknown
   */
  static HandshakeText parse(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher variable = VARIABLE.matcher(text);
    int at = 0;
    while (variable.find()) {
      parts.add(new Part(text.substring(at, variable.start()), null, Made.AS_IT_IS));
      String name = variable.group(1);
      Made made =
          name.startsWith(HEX)
              ? Made.HMAC_HEX
              : name.startsWith(BASE64) ? Made.HMAC_BASE64 : Made.AS_IT_IS;
      String location =
          switch (made) {
            case HMAC_HEX -> name.substring(HEX.length());
            case HMAC_BASE64 -> name.substring(BASE64.length());
            default -> name;
          };
      try {
        parts.add(new Part("", ValueLocation.parse(location), made));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "has the unknown variable {"
                + name
                + "}; known are {header.<name>}, {query.<name>}, {form.<name>}, {$.<path>} and each"
                + " after "
                + HEX
                + " or "
                + BASE64,
            e);
      }
      at = variable.end();
    }
    parts.add(new Part(text.substring(at), null, Made.AS_IT_IS));
    return new HandshakeText(parts);
  }

  Set<ValueLocation> locations() {
    Set<ValueLocation> locations = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part.location() != null) {
        locations.add(part.location());
      }
    }
    return locations;
  }

  String render(Values values, Into into) throws Refusal {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.literal());
      if (part.location() != null) {
        String value = values.only(part.location());
        if (value.length() > MAX_VALUE) {
          throw new Refusal(
              RejectionReason.MALFORMED_HEADER, "a challenge of " + value.length() + " characters");
        }
        append(text, made(part.made(), value, values), into);
      }
    }
    return text.toString();
  }

  /** Whether it makes an HMAC of what a request holds. */
  boolean signs() {
    return parts.stream().anyMatch(part -> part.made() != Made.AS_IT_IS);
  }

  static boolean isToken(byte[] content) {
    return TOKEN.matcher(new String(content, StandardCharsets.ISO_8859_1)).matches();
  }

  private static String made(Made made, String value, Values values) throws Refusal {
    if (made != Made.AS_IT_IS && !TOKEN.matcher(value).matches()) {
      throw new Refusal(RejectionReason.MALFORMED_HEADER, "a challenge that is no token");
    }
    return switch (made) {
      case AS_IT_IS -> value;
      case HMAC_HEX -> HexFormat.of().formatHex(values.hmac(value));
      case HMAC_BASE64 -> Base64.getEncoder().encodeToString(values.hmac(value));
    };
  }

  private static void append(StringBuilder text, String value, Into into) throws Refusal {
    switch (into) {
      case JSON -> text.append(JsonStringEncoder.getInstance().quoteAsString(value));
      case PLAIN_TEXT -> text.append(value);
      case HEADER -> {
        // No line break: a value never begins another header.
        if (!PRINTABLE.matcher(value).matches()) {
          throw new Refusal(RejectionReason.MALFORMED_HEADER, "a challenge that is no header text");
        }
        text.append(value);
      }
    }
  }
}
