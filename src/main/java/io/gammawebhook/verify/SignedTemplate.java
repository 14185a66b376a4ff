package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.ValueLocation.InBody;
import io.gammawebhook.verify.ValueLocation.InForm;
import io.gammawebhook.verify.ValueLocation.InHeader;
import io.gammawebhook.verify.ValueLocation.InQuery;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes are signed: variables in braces and the text between them, such as {@code
 * {header.webhook-id}.{header.webhook-timestamp}.{body}}.
 */
public final class SignedTemplate {

  private static final String KNOWN =
      "{body}, {body-sha256-hex}, {body-sha256-base64}, {header.<name>}, {signature.<key>},"
          + " {query.<name>}, {query}, {$.<path>}, {method}, {url}, {public-url}, {path} and"
          + " {sorted-form}";

  /** What a template is filled with. */
  interface Values {
    /** The value there, of which there is exactly one. */
    String only(ValueLocation location) throws Refusal;

    List<ByteBuffer> sortedForm() throws Refusal;

    byte[] body();

    String method();

    String publicUrl();

    @Nullable String query();
  }

  private sealed interface Part {
    record Literal(RawBody text) implements Part {}

    record Value(ValueLocation location) implements Part {}

    /** One of a kind. */
    enum Whole implements Part {
      BODY,
      BODY_SHA256_HEX,
      BODY_SHA256_BASE64,
      METHOD,
      /** The configured address and the query string as it came. */
      URL,
      /** The configured address alone. */
      PUBLIC_URL,
      /** The path of the configured address, as the sender knows it. */
      PATH,
      /** The query string as it came, without {@code ?}; empty if there is none. */
      QUERY,
      /** Names and values of a form, sorted, with nothing between them (Twilio). */
      SORTED_FORM;

      /** In a template: the constant's name in lower case, with hyphens. */
      String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }
  }

  private final String text;
  private final List<Part> parts;
  private final Set<ValueLocation> locations;

  private SignedTemplate(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
    Set<ValueLocation> named = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part instanceof Part.Value value) {
        named.add(value.location());
      }
    }
    this.locations = Collections.unmodifiableSet(named);
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException for an unknown variable or an unbalanced brace
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
    return new SignedTemplate(text, parts);
  }

  private static Part variable(String name) {
    for (Part.Whole whole : Part.Whole.values()) {
      if (whole.written().equals(name)) {
        return whole;
      }
    }
    boolean location =
        name.startsWith("$")
            || name.startsWith(ValueLocation.HEADER)
            || name.startsWith(ValueLocation.QUERY)
            || name.startsWith(ValueLocation.SIGNATURE);
    if (!location) {
      throw new IllegalArgumentException(
          "has the unknown variable {" + name + "}; known are " + KNOWN);
    }
    return new Part.Value(ValueLocation.parseInScheme(name));
  }

  /** The values that are signed one by one. */
  Set<ValueLocation> locations() {
    return locations;
  }

  boolean coversBody() {
    return coversBytes() || parts.contains(Part.Whole.SORTED_FORM);
  }

  private boolean coversBytes() {
    return parts.contains(Part.Whole.BODY)
        || parts.contains(Part.Whole.BODY_SHA256_HEX)
        || parts.contains(Part.Whole.BODY_SHA256_BASE64);
  }

  boolean hasUrl() {
    return parts.contains(Part.Whole.URL)
        || parts.contains(Part.Whole.PUBLIC_URL)
        || parts.contains(Part.Whole.PATH);
  }

  /**
   * Whether the signature vouches for the value there, by itself: a change of it changes the signed
   * bytes, and no other value can take its bytes over. So none is covered beside an address whose
   * query has no border, or in a sorted form, which has none at all.
   */
  boolean covers(ValueLocation location) {
    if (hasMovableQuery()) {
      return false;
    }
    if (locations.contains(location)) {
      return true;
    }
    if (location instanceof InBody) {
      return coversBytes();
    }
    if (location instanceof InForm) {
      return coversBytes();
    }
    return location instanceof InQuery
        && (parts.contains(Part.Whole.URL) || parts.contains(Part.Whole.QUERY));
  }

  /** Whether something follows the address, with its query, and no delimiter is between them. */
  private boolean hasMovableQuery() {
    int url = parts.indexOf(Part.Whole.URL);
    return url >= 0 && url + 1 < parts.size() && !(parts.get(url + 1) instanceof Part.Literal);
  }

  SignedContent render(Values values) throws Refusal {
    List<ByteBuffer> pieces = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part == Part.Whole.SORTED_FORM) {
        pieces.addAll(values.sortedForm());
      } else {
        pieces.add(ByteBuffer.wrap(bytes(part, values)));
      }
    }
    return new SignedContent(pieces);
  }

  private static byte[] bytes(Part part, Values values) throws Refusal {
    if (part instanceof Part.Literal literal) {
      return literal.text().bytes();
    }
    if (part instanceof Part.Value value) {
      return bytes(value.location(), values);
    }
    return switch ((Part.Whole) part) {
      case BODY -> values.body();
      case BODY_SHA256_HEX ->
          Latin1.bytes(HexFormat.of().formatHex(RawBody.of(values.body()).sha256()));
      case BODY_SHA256_BASE64 ->
          Latin1.bytes(Base64.getEncoder().encodeToString(RawBody.of(values.body()).sha256()));
      case PATH -> Latin1.bytes(URI.create(values.publicUrl()).getRawPath());
      case QUERY -> {
        String query = values.query();
        yield Latin1.bytes(query == null ? "" : query);
      }
      case METHOD -> Latin1.bytes(values.method());
      case URL -> {
        String query = values.query();
        yield Latin1.bytes(values.publicUrl() + (query == null ? "" : "?" + query));
      }
      case PUBLIC_URL -> Latin1.bytes(values.publicUrl());
      case SORTED_FORM -> throw new IllegalStateException("It is in pieces of its own");
    };
  }

  /** Header values as the bytes that came; what is in a body is text. */
  private static byte[] bytes(ValueLocation location, Values values) throws Refusal {
    String value = values.only(location);
    return location instanceof InHeader || location instanceof ValueLocation.InSignature
        ? Latin1.bytes(value)
        : value.getBytes(StandardCharsets.UTF_8);
  }

  private static final int EPOCH_DIGITS = 10;

  /**
   * Two variables with nothing between them, whose border could be moved; null if there are none. A
   * border beside a timestamp cannot: a digit more or less is beyond every tolerance. The first
   * part of an address that is configured has one length.
   */
  @Nullable String unclearBorder(@Nullable ValueLocation timestamp) {
    for (int i = 0; i + 1 < parts.size(); i++) {
      Part left = parts.get(i);
      Part right = parts.get(i + 1);
      boolean literal = left instanceof Part.Literal || right instanceof Part.Literal;
      if (!literal
          && !hasOneLength(left, right)
          && !isAt(left, timestamp)
          && !isAt(right, timestamp)) {
        return text;
      }
    }
    return null;
  }

  /**
   * Whether something of no fixed length follows the body: whoever captures a request could move
   * the border between the two, since a body may hold any delimiter. A timestamp has one length.
   */
  boolean hasMovableEnd(@Nullable ValueLocation timestamp) {
    int body = firstOf(Part.Whole.BODY, Part.Whole.SORTED_FORM);
    return body >= 0
        && parts.subList(body + 1, parts.size()).stream()
            .anyMatch(
                part ->
                    !(part instanceof Part.Literal) && !isDigest(part) && !isAt(part, timestamp));
  }

  private int firstOf(Part one, Part other) {
    int first = parts.indexOf(one);
    return first < 0 ? parts.indexOf(other) : first;
  }

  /** Whether the signed bytes are others for another request. */
  boolean readsTheRequest() {
    return parts.stream()
        .anyMatch(
            part ->
                !(part instanceof Part.Literal)
                    && part != Part.Whole.METHOD
                    && part != Part.Whole.PUBLIC_URL
                    && part != Part.Whole.PATH);
  }

  /** The first part of the two ends at one place only, or the second begins at one. */
  private static boolean hasOneLength(Part left, Part right) {
    return left == Part.Whole.METHOD
        || left == Part.Whole.URL
        || left == Part.Whole.PUBLIC_URL
        || left == Part.Whole.PATH
        || isDigest(left)
        || isDigest(right);
  }

  private static boolean isDigest(Part part) {
    return part == Part.Whole.BODY_SHA256_HEX || part == Part.Whole.BODY_SHA256_BASE64;
  }

  private static boolean isAt(Part part, @Nullable ValueLocation location) {
    return part instanceof Part.Value value && value.location().equals(location);
  }

  /**
   * Whether the same signed bytes can be cut into other values: a header's value, or the query,
   * holds the delimiter that follows it. Without one there, the first delimiter always ends the
   * value, and there is one cut only. Standard Webhooks 1.0.0, "Signature scheme": id and timestamp
   * are not "allowed to include any '.' to prevent certain attacks". A sender that breaks this rule
   * is refused, and so is what a border moved out of its ids leaves behind: a body that begins like
   * a timestamp.
   */
  boolean bordersAreUnclear(Values values) throws Refusal {
    for (int i = 0; i + 1 < parts.size(); i++) {
      Part left = parts.get(i);
      boolean chosen = left instanceof Part.Value || left == Part.Whole.QUERY;
      if ((chosen || left == Part.Whole.URL)
          && parts.get(i + 1) instanceof Part.Literal delimiter
          // Of an address, what is configured is no sender's choice.
          && holdsBorder(
              bytes(chosen ? left : Part.Whole.QUERY, values), delimiter.text().bytes())) {
        return true;
      }
    }
    return beginsLikeATimestamp(values.body());
  }

  /**
   * Ten digits, as Unix seconds have from 2001 to 2286, or more, and this template's last
   * delimiter; where nothing is between the last of several values and the body, the digits alone.
   */
  private boolean beginsLikeATimestamp(byte[] body) {
    int bodyAt = parts.indexOf(Part.Whole.BODY);
    if (bodyAt < 2) {
      return false;
    }
    byte[] ending;
    if (parts.get(bodyAt - 1) instanceof Part.Literal delimiter) {
      if (!(parts.get(bodyAt - 2) instanceof Part.Value)) {
        return false;
      }
      ending = delimiter.text().bytes();
    } else if (parts.get(bodyAt - 1) instanceof Part.Value
        && parts.subList(0, bodyAt - 1).stream().anyMatch(Part.Value.class::isInstance)) {
      ending = new byte[0];
    } else {
      return false;
    }
    int digits = 0;
    while (digits < body.length && body[digits] >= '0' && body[digits] <= '9') {
      digits++;
    }
    return digits >= EPOCH_DIGITS
        && body.length >= digits + ending.length
        && hasAt(body, digits, ending);
  }

  /** Whether the delimiter after a value can be found before the value's end. */
  private static boolean holdsBorder(byte[] value, byte[] delimiter) {
    byte[] both = Arrays.copyOf(value, value.length + delimiter.length);
    System.arraycopy(delimiter, 0, both, value.length, delimiter.length);
    for (int from = 0; from < value.length; from++) {
      if (hasAt(both, from, delimiter)) {
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
