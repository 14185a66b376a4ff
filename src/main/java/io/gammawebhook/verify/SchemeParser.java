package io.gammawebhook.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a scheme of a document, or says which options are wrong and what they have to be: all of
 * them, so it goes on after a fault.
 */
final class SchemeParser {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh])");

  private static final String HANDSHAKES = "handshakes.";

  private final SchemeDocument document;
  private final Set<String> unread;
  private final Set<String> known = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  private SchemeParser(SchemeDocument document) {
    this.document = document;
    this.unread = new TreeSet<>(document.texts().keySet());
  }

  /**
   * @param name the scheme's name where the document gives none
   */
  static SignatureScheme parse(SchemeDocument document, String name) {
    return new SchemeParser(document).scheme(name);
  }

  private SignatureScheme scheme(String defaultName) {
    optional("description");
    optional("reference");
    String given = optional("name");
    String name = given == null ? defaultName : given;
    if (!NAME.matcher(name).matches()) {
      note(document.fault("name", "must be lower-case letters, digits and hyphens"));
    }
    boolean signs = !"none".equals(optional("signature"));
    SignatureRule signature = signs ? signature() : null;
    TimestampRule timestamp = signs ? timestamp() : null;
    ValueLocation eventId = optionalAs("event.id", ValueLocation::parse);
    boolean uniqueId = bool("event.unique-id");
    ValueLocation eventType = optionalAs("event.type", ValueLocation::parse);
    boolean cloudEvents = bool("event.cloudevents");
    Integer accepted = optionalAs("answer.accepted", SchemeParser::status);
    String answerBody = optional("answer.body");
    List<Handshake> handshakes = handshakes();
    unread.forEach(option -> note(document.fault(option, unknown(option))));
    if (faults.isEmpty()) {
      try {
        return new SignatureScheme(
            name,
            signature,
            timestamp,
            eventId,
            uniqueId,
            eventType,
            cloudEvents,
            accepted == null ? 202 : accepted,
            answerBody,
            handshakes);
      } catch (IllegalArgumentException e) {
        misfit(e);
      }
    }
    throw new InvalidSchemeException(faults);
  }

  private void note(InvalidSchemeException fault) {
    faults.addAll(fault.faults());
  }

  /** Of parts that do not fit together; the message names the option first. */
  private void misfit(IllegalArgumentException fault) {
    String message = String.valueOf(fault.getMessage());
    int space = message.indexOf(' ');
    note(document.fault(message.substring(0, space), message.substring(space + 1)));
  }

  /** What to do about an option that nothing reads. */
  private String unknown(String option) {
    String group = option.substring(0, option.lastIndexOf('.') + 1);
    String others =
        known.stream()
            .filter(each -> each.startsWith(group) && each.indexOf('.', group.length()) < 0)
            .map(each -> each.substring(group.length()))
            .collect(Collectors.joining(", "));
    return "is not an option here; delete or correct it"
        + (group.isEmpty() || others.isEmpty()
            ? ""
            : ": " + group.substring(0, group.length() - 1) + " has " + others);
  }

  private @Nullable SignatureRule signature() {
    ValueLocation location = location("signature");
    SignatureFormat format = format();
    ValueLocation keyId = optionalAs("signature.key-id", ValueLocation::parse);
    Algorithm algorithm = needed("signature.algorithm", text -> oneOf(Algorithm.values(), text));
    boolean weakAccepted = bool("signature.accept-weak");
    if (algorithm != null && algorithm.isWeak() && !weakAccepted) {
      note(
          document.fault(
              "signature.algorithm",
              "is "
                  + algorithm
                  + ", which is weak; where the sender has no other, say signature.accept-weak:"
                  + " true"));
    }
    SignedTemplate signed = optionalAs("signature.signed", SignedTemplate::parse);
    ValueLocation bodySha256 = optionalAs("signature.body-sha256", ValueLocation::parse);
    boolean bodyUnsigned =
        Boolean.TRUE.equals(optionalAs("signature.body", text -> word("unsigned", text)));
    SignatureEncoding encoding =
        needed("signature.encoding", text -> oneOf(SignatureEncoding.values(), text));
    SecretEncoding secret =
        needed("signature.secret", text -> oneOf(SecretEncoding.values(), text));
    if (location == null
        || format == null
        || algorithm == null
        || encoding == null
        || secret == null
        || !faults.isEmpty()) {
      return null;
    }
    try {
      return new SignatureRule(
          location, format, keyId, signed, bodySha256, bodyUnsigned, algorithm, encoding, secret);
    } catch (IllegalArgumentException e) {
      misfit(e);
      return null;
    }
  }

  /** Where something is: mostly in a header, which has an option of its own. */
  private @Nullable ValueLocation location(String group) {
    String header = group + ".header";
    String field = group + ".field";
    known.add(field);
    if (!document.texts().containsKey(field)) {
      return needed(header, text -> new ValueLocation.InHeader(headerName(text)));
    }
    ValueLocation location =
        needed(
            field, group.equals("signature") ? ValueLocation::parse : ValueLocation::parseInScheme);
    if (optional(header) != null) {
      note(document.fault(field, "and " + header + " are both there; delete one of them"));
    }
    return location;
  }

  private @Nullable SignatureFormat format() {
    String format = needed("signature.format", Function.identity());
    if ("prefixed".equals(format)) {
      String prefix = optional("signature.prefix");
      return new SignatureFormat.Prefixed(prefix == null ? "" : prefix);
    }
    if ("versioned-list".equals(format) || "pairs".equals(format)) {
      String version = needed("signature.version", SchemeParser::word);
      if (version == null) {
        return null;
      }
      return "pairs".equals(format)
          ? new SignatureFormat.Pairs(version)
          : new SignatureFormat.VersionedList(version);
    }
    // Each belongs to a format that may have been meant.
    optional("signature.prefix");
    optional("signature.version");
    if (format != null) {
      note(
          document.fault(
              "signature.format",
              "must be one of [prefixed, versioned-list, pairs], was '" + format + "'"));
    }
    return null;
  }

  private @Nullable TimestampRule timestamp() {
    if (unread.stream().noneMatch(option -> option.startsWith("timestamp."))) {
      return null;
    }
    ValueLocation location = location("timestamp");
    TimestampRule.Format format =
        needed("timestamp.format", text -> oneOf(TimestampRule.Format.values(), text));
    Tolerance tolerance = needed("timestamp.tolerance", text -> new Tolerance(duration(text)));
    return location == null || format == null || tolerance == null
        ? null
        : new TimestampRule(location, format, tolerance);
  }

  private List<Handshake> handshakes() {
    Set<String> names = new LinkedHashSet<>();
    for (String option : document.texts().keySet()) {
      if (option.startsWith(HANDSHAKES)) {
        int end = option.indexOf('.', HANDSHAKES.length());
        names.add(option.substring(HANDSHAKES.length(), end < 0 ? option.length() : end));
      }
    }
    return names.stream().map(this::handshake).filter(Objects::nonNull).toList();
  }

  private @Nullable Handshake handshake(String name) {
    String group = HANDSHAKES + name;
    if (!NAME.matcher(name).matches()) {
      note(document.fault(group, "must be lower-case letters, digits and hyphens"));
    }
    List<String> when = needed(group + ".when", text -> List.of(text.strip().split("\\s+", -1)));
    List<Handshake.Condition> conditions =
        when == null
            ? null
            : needed(
                group + ".when",
                text -> when.stream().skip(1).map(SchemeParser::condition).toList());
    boolean signed = bool(group + ".signed");
    Integer status = optionalAs(group + ".status", SchemeParser::status);
    String type = optionalAs(group + ".content-type", SchemeParser::mediaType);
    HandshakeText body = optionalAs(group + ".body", HandshakeText::parse);
    Map<String, HandshakeText> headers = optionalAs(group + ".headers", SchemeParser::headers);
    if (document.texts().containsKey(group + ".content-type")
        != document.texts().containsKey(group + ".body")) {
      note(document.fault(group + ".content-type", "and .body belong together; give both or none"));
    }
    if (when == null || conditions == null || !faults.isEmpty()) {
      return null;
    }
    try {
      return new Handshake(
          name,
          when.get(0),
          conditions,
          signed,
          new Handshake.Template(
              status == null ? 200 : status, type, body, headers == null ? Map.of() : headers));
    } catch (IllegalArgumentException e) {
      note(document.fault(group, String.valueOf(e.getMessage())));
      return null;
    }
  }

  /** {@code $.type=url_verification}, or only the place for any value. */
  private static Handshake.Condition condition(String text) {
    int equals = text.indexOf('=');
    String expected = equals < 0 ? null : text.substring(equals + 1);
    boolean token = "{verify-token}".equals(expected);
    return new Handshake.Condition(
        ValueLocation.parse(equals < 0 ? text : text.substring(0, equals)),
        token ? null : expected,
        token);
  }

  private static String mediaType(String text) {
    if (!text.matches("[a-z]+/[a-z0-9.+-]+(; ?charset=[A-Za-z0-9-]+)?")) {
      throw new IllegalArgumentException("must be such as text/plain, was '" + text + "'");
    }
    return text;
  }

  /** One a line, {@code Name: text}. */
  private static Map<String, HandshakeText> headers(String lines) {
    Map<String, HandshakeText> headers = new LinkedHashMap<>();
    for (String line : lines.split("\\R", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("must be one 'Name: text' a line, was '" + line + "'");
      }
      headerName(line.substring(0, colon));
      headers.put(line.substring(0, colon), HandshakeText.parse(line.substring(colon + 1).strip()));
    }
    return headers;
  }

  private @Nullable String optional(String option) {
    unread.remove(option);
    known.add(option);
    return document.texts().get(option);
  }

  /** Null if it is absent or, which is noted, wrong. */
  private <T> @Nullable T optionalAs(String option, Function<String, T> reader) {
    known.add(option);
    return document.texts().containsKey(option) ? needed(option, reader) : null;
  }

  /** What may stand where something is missing. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "signature.header", "the header's name, or signature.field for another place",
          "signature.format", "prefixed, versioned-list or pairs",
          "signature.version", "the text that marks the sender's signatures, such as v1",
          "signature.algorithm", "such as hmac-sha256",
          "signature.encoding", "hex, base64 or base64url",
          "signature.secret", "such as utf8, hex, base64 or pem",
          "timestamp.header", "the header's name, or timestamp.field for another place",
          "timestamp.format", "unix-seconds, unix-millis or iso-8601",
          "timestamp.tolerance", "such as 5m, from 1s to 1h");

  /** Null if it is absent or wrong, both of which are noted. */
  private <T> @Nullable T needed(String option, Function<String, T> reader) {
    String text = optional(option);
    if (text == null || text.isEmpty()) {
      String example = EXAMPLES.get(option);
      note(document.fault(option, "is needed" + (example == null ? "" : ": " + example)));
      return null;
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      note(document.fault(option, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private boolean bool(String option) {
    Boolean value =
        optionalAs(
            option,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "must be true or false, was '" + text + "'");
                });
    return value != null && value;
  }

  private static String headerName(String text) {
    return new ValueLocation.InHeader(text.toLowerCase(Locale.ROOT)).name();
  }

  private static boolean word(String only, String text) {
    if (!text.equals(only)) {
      throw new IllegalArgumentException("must be " + only + " or absent, was '" + text + "'");
    }
    return true;
  }

  private static String word(String text) {
    if (!text.matches("[A-Za-z0-9_-]{1,20}")) {
      throw new IllegalArgumentException("must be letters and digits, was '" + text + "'");
    }
    return text;
  }

  private static int status(String text) {
    if (!text.matches("2\\d\\d")) {
      throw new IllegalArgumentException("must be between 200 and 299, was '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  private static Duration duration(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("must be such as 30s, 5m or 1h, was '" + text + "'");
    }
    long amount = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  private static <E extends Enum<E>> E oneOf(E[] values, String text) {
    List<String> names =
        Arrays.stream(values)
            .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    int index = names.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException("must be one of " + names + ", was '" + text + "'");
    }
    return values[index];
  }
}
