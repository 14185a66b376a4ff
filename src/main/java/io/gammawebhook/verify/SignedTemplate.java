package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.ValueLocation.InHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Which bytes are signed: {@code {header.<name>}}, {@code {body}} and the text between them, such
 * as {@code {header.webhook-id}.{header.webhook-timestamp}.{body}}.
 */
public final class SignedTemplate {

  private sealed interface Part {
    record Literal(RawBody text) implements Part {}

    record Header(String name) implements Part {}

    record Body() implements Part {}
  }

  private final String text;
  private final List<Part> parts;

  private SignedTemplate(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException for an unknown variable or an unbalanced brace, or if the body
   *     is not covered, since anybody could then replace it
   */
  public static SignedTemplate parse(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      int literalEnd = open < 0 ? text.length() : open;
      if (literalEnd > at) {
        String literal = text.substring(at, literalEnd);
        if (literal.indexOf('}') >= 0) {
          throw new IllegalArgumentException("has a '}' without its '{'");
        }
        parts.add(new Part.Literal(RawBody.of(literal.getBytes(StandardCharsets.UTF_8))));
      }
      if (open < 0) {
        break;
      }
      int close = text.indexOf('}', open);
      if (close < 0) {
        throw new IllegalArgumentException("has a '{' without its '}'");
      }
      parts.add(variable(text.substring(open + 1, close)));
      at = close + 1;
    }
    if (parts.stream().noneMatch(Part.Body.class::isInstance)) {
      throw new IllegalArgumentException(
          "must contain {body}: a signature that does not cover the body lets anybody replace it");
    }
    return new SignedTemplate(text, parts);
  }

  private static Part variable(String name) {
    if (name.equals("body")) {
      return new Part.Body();
    }
    if (name.startsWith(ValueLocation.PREFIX)) {
      String header = name.substring(ValueLocation.PREFIX.length()).toLowerCase(Locale.ROOT);
      return new Part.Header(new InHeader(header).name());
    }
    throw new IllegalArgumentException(
        "has the unknown variable {" + name + "}; known are {body} and {header.<name>}");
  }

  /** The names of the headers that are signed, in lower case. */
  List<String> headers() {
    return parts.stream()
        .filter(Part.Header.class::isInstance)
        .map(part -> ((Part.Header) part).name())
        .distinct()
        .toList();
  }

  /** Whether a change of the value there changes the signed bytes. */
  boolean covers(ValueLocation location) {
    return location instanceof InHeader header ? headers().contains(header.name()) : true;
  }

  SignedContent render(Function<String, String> header, byte[] body) {
    List<byte[]> pieces = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part instanceof Part.Literal literal) {
        pieces.add(literal.text().bytes());
      } else if (part instanceof Part.Header named) {
        pieces.add(bytesAsReceived(header.apply(named.name())));
      } else {
        pieces.add(body);
      }
    }
    return new SignedContent(pieces);
  }

  /**
   * The bytes of a header's value. Containers decode ISO-8859-1, one character a byte; a character
   * beyond it can only come from a caller that decoded UTF-8.
   */
  private static byte[] bytesAsReceived(String value) {
    boolean oneByteEach = value.chars().allMatch(c -> c <= 0xFF);
    return value.getBytes(oneByteEach ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static final int EPOCH_DIGITS = 10;

  /**
   * Whether the same signed bytes can be cut into other values: a header's value holds the
   * delimiter that follows it. Without one there, the first delimiter always ends the value, and
   * there is one cut only. Standard Webhooks 1.0.0, "Signature scheme": id and timestamp are not
   * "allowed to include any '.' to prevent certain attacks". A sender that breaks this rule is
   * refused, and so is what a border moved out of its ids leaves behind: a body that begins like a
   * timestamp.
   */
  boolean bordersAreUnclear(Function<String, String> header, byte[] body) {
    for (int i = 0; i + 1 < parts.size(); i++) {
      if (parts.get(i) instanceof Part.Header named
          && parts.get(i + 1) instanceof Part.Literal delimiter
          && contains(bytesAsReceived(header.apply(named.name())), delimiter.text().bytes())) {
        return true;
      }
    }
    return beginsLikeATimestamp(body);
  }

  /** Ten digits, as Unix seconds have from 2001 to 2286, and this template's last delimiter. */
  private boolean beginsLikeATimestamp(byte[] body) {
    int bodyAt = parts.indexOf(new Part.Body());
    if (bodyAt < 2
        || !(parts.get(bodyAt - 1) instanceof Part.Literal delimiter)
        || !(parts.get(bodyAt - 2) instanceof Part.Header)) {
      return false;
    }
    byte[] ending = delimiter.text().bytes();
    int end = EPOCH_DIGITS + ending.length;
    if (body.length < end || !hasAt(body, EPOCH_DIGITS, ending)) {
      return false;
    }
    for (int i = 0; i < EPOCH_DIGITS; i++) {
      if (body[i] < '0' || body[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, byte[] sought) {
    for (int from = 0; from + sought.length <= bytes.length; from++) {
      if (hasAt(bytes, from, sought)) {
        return true;
      }
    }
    return false;
  }

  /** Of delimiters, which are no secret. */
  private static boolean hasAt(byte[] bytes, int from, byte[] sought) {
    for (int i = 0; i < sought.length; i++) {
      if (bytes[from + i] != sought[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
