package io.gammawebhook.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.jayway.jsonpath.JsonPathException;
import io.gammawebhook.event.Glob;
import io.gammawebhook.json.Steps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what nobody has to see, before anything is shown or logged: the values of headers by
 * name, the values of a JSON body or of a form at JSONPaths, and what patterns find anywhere. Rules
 * are put together with {@link #plus}; neither their order nor a second application changes a
 * result.
 *
 * <pre>{@code
 * Redaction redaction =
 *     Redaction.defaults().plus(Redaction.ofJsonPaths(List.of("$..iban"))).plus(Redaction.emails());
 * shown.put("headers", redaction.headers(event.headers()));
 * shown.put("body", redaction.body(event.body().bytes(), event.contentType()));
 * shown.put("detail", redaction.text(entry.detail()));
 * }</pre>
 *
 * <p>Whatever is given, the work is bounded in proportion to its length. What cannot be looked at
 * within that bound, or cannot be read where a rule has to read it, is hidden as a whole. Immutable
 * and safe for use by many threads.
 */
public final class Redaction {

  /** What stands in the place of what is redacted. */
  public static final String TEXT = "***";

  /** The most characters of a body that are shown. */
  public static final int MAX_SHOWN = 64 << 10;

  /** The longest text in which patterns are looked for; a longer one is hidden. */
  private static final int MAX_TEXT = 4 << 20;

  /** So much behind the last shown character is looked at, for what begins before it. */
  static final int MARGIN = 4 << 10;

  private static final int MAX_PASSES = 8;

  /** The name of the group of a pattern that finds more than it hides. */
  private static final String HIDDEN = "hidden";

  private static final int LONGEST_RULE = 1_000;

  private static final List<String> SECRET_HEADERS =
      List.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "*signature*",
          "*-hmac-*",
          "*-sign",
          "*secret*",
          "*token*",
          "*password*",
          "*api-key*",
          "*apikey*",
          "*access-key*",
          "*-auth",
          "*-auth-key");

  private static final List<String> SECRET_TEXTS =
      List.of(
          // Authorization: Bearer …, Basic …
          "\\b(?i:bearer)[ :]{1,3}(?=[A-Za-z._~+/-]*[0-9=_.])(?<hidden>[A-Za-z0-9._~+/=-]{8,})",
          "\\b(?i:basic)[ :]{1,3}(?=.[A-Za-z+/]*[A-Z0-9+/=])(?<hidden>[A-Za-z0-9+/]{6,}={0,2})",
          // JSON Web Tokens
          "\\beyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]*)?",
          // Secrets of Standard Webhooks, and keys with a prefix that says so
          "\\bwh(?:sec|sk)_[A-Za-z0-9+/=_-]{8,}",
          "\\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}",
          "\\bgh[a-z]_[A-Za-z0-9]{20,}",
          "\\bgithub_pat_[A-Za-z0-9_]{20,}",
          "\\bxox[a-z]-[A-Za-z0-9-]{8,}",
          "\\bA(?:KI|SI)A[0-9A-Z]{16}\\b",
          // password=…, "secret": "…"
          "(?i:passw(?:or)?d|pwd|secret|api[_-]?key|access[_-]?key|token)"
              + "[\"']?\\s{0,2}[=:]\\s{0,2}[\"']?(?<hidden>[^\\s\"'&,;=:]+)",
          "-----BEGIN [A-Z0-9 ]{1,40}-----[\\s\\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|\\z)");

  private static final String EMAIL =
      "(?<![^\\s@%\"'<>(),;:=\\[\\]\\\\])[^\\s@%\"'<>(),;:=\\[\\]\\\\]++(?:@|%40)"
          + "[\\p{L}\\p{N}-]++(?:\\.[\\p{L}\\p{N}-]++)+";

  /** Without hyphens and underscores, in lower case. */
  private static final Set<String> SECRET_FIELDS =
      Set.of(
          "accesskey",
          "accesstoken",
          "apikey",
          "authorization",
          "clientsecret",
          "clientstate",
          "cookie",
          "idtoken",
          "passwd",
          "password",
          "privatekey",
          "pwd",
          "refreshtoken",
          "secret",
          "secretkey",
          "signature",
          "signingsecret",
          "token",
          "verifytoken");

  private final Map<String, Glob> headers;
  private final Set<String> fields;
  private final JsonRules jsonPaths;
  private final Map<String, Pattern> patterns;
  private final boolean cards;
  private final String replacement;

  private Redaction(
      Map<String, Glob> headers,
      Set<String> fields,
      JsonRules jsonPaths,
      Map<String, Pattern> patterns,
      boolean cards,
      String replacement) {
    this.headers = headers;
    this.fields = fields;
    this.jsonPaths = jsonPaths;
    this.patterns = patterns;
    this.cards = cards;
    this.replacement = replacement;
  }

  private static final Redaction NONE =
      new Redaction(Map.of(), Set.of(), JsonRules.NONE, Map.of(), false, TEXT);

  private static final Redaction DEFAULTS =
      new Redaction(Map.of(), SECRET_FIELDS, JsonRules.NONE, Map.of(), true, TEXT)
          .plus(ofHeaders(SECRET_HEADERS))
          .plus(ofPatterns(SECRET_TEXTS));

  private static final Redaction EMAILS = ofPatterns(List.of(EMAIL));

  /** Nothing is redacted; what is shown of a body is bounded all the same. */
  public static Redaction none() {
    return NONE;
  }

  /**
   * Headers that hold credentials, cookies or signatures; the same of fields of a JSON body or a
   * form, such as {@code password} or {@code access_token}; and in any text payment card numbers,
   * bearer and basic credentials, secrets that a prefix or a name before them gives away, and PEM
   * blocks.
   */
  public static Redaction defaults() {
    return DEFAULTS;
  }

  /** E-mail addresses, also as a query string writes them. */
  public static Redaction emails() {
    return EMAILS;
  }

  /**
   * Headers by name.
   *
   * @param names in any case; {@code *} stands for any run of characters, as in {@code x-*-token}
   * @throws IllegalArgumentException if one is blank or longer than 1000 characters
   */
  public static Redaction ofHeaders(Collection<String> names) {
    Map<String, Glob> globs = new TreeMap<>();
    for (String name : names) {
      String stripped = name.strip().toLowerCase(Locale.ROOT);
      if (stripped.isEmpty() || stripped.length() > LONGEST_RULE) {
        throw new IllegalArgumentException("has a name that is blank or too long: '" + name + "'");
      }
      globs.put(stripped, new Glob(stripped));
    }
    return new Redaction(globs, Set.of(), JsonRules.NONE, Map.of(), false, TEXT);
  }

  /**
   * Values at JSONPaths, of a JSON body or of a form whose fields are read as one object. A path
   * that finds nothing redacts nothing.
   *
   * @throws IllegalArgumentException if one is no JSONPath, is the whole event or a computed value,
   *     or has a regular expression of its own, whose time cannot be bounded
   */
  public static Redaction ofJsonPaths(Collection<String> paths) {
    return new Redaction(Map.of(), Set.of(), JsonRules.of(paths), Map.of(), false, TEXT);
  }

  /**
   * What regular expressions find in any text; where one has a group named {@code hidden}, as in
   * {@code pin=(?<hidden>[0-9]+)}, only what that group holds. A match without the group hides all
   * of it.
   *
   * @throws IllegalArgumentException if one is none, or is longer than 1000 characters
   */
  public static Redaction ofPatterns(Collection<String> patterns) {
    Map<String, Pattern> compiled = new TreeMap<>();
    for (String pattern : patterns) {
      if (pattern.isEmpty() || pattern.length() > LONGEST_RULE) {
        throw new IllegalArgumentException(
            "has a pattern that is empty or longer than " + LONGEST_RULE + " characters");
      }
      try {
        compiled.put(pattern, Pattern.compile(pattern));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "has '" + pattern + "', which is no regular expression: " + e.getDescription(), e);
      }
    }
    return new Redaction(Map.of(), Set.of(), JsonRules.NONE, compiled, false, TEXT);
  }

  /** What either redacts. The replacement is this one's. */
  public Redaction plus(Redaction other) {
    Map<String, Glob> allHeaders = new TreeMap<>(headers);
    allHeaders.putAll(other.headers);
    Set<String> allFields = new TreeSet<>(fields);
    allFields.addAll(other.fields);
    Map<String, Pattern> allPatterns = new TreeMap<>(patterns);
    allPatterns.putAll(other.patterns);
    return new Redaction(
        allHeaders,
        allFields,
        jsonPaths.plus(other.jsonPaths),
        allPatterns,
        cards || other.cards,
        replacement);
  }

  /** The same rules, with another text in the place of what is redacted. */
  public Redaction replacedBy(String text) {
    return new Redaction(headers, fields, jsonPaths, patterns, cards, text);
  }

  /**
   * Headers as they may be shown: in their order, the values redacted by name or by what is in
   * them.
   */
  public Map<String, String> headers(Map<String, String> sent) {
    Map<String, String> shown = new LinkedHashMap<>();
    sent.forEach(
        (name, value) -> shown.put(text(name), isHidden(name) ? replacement : text(value)));
    return shown;
  }

  /** Whether the text of a field of that name is hidden. */
  boolean isSecretField(String name) {
    // A form's user[password] is a password.
    int bracket = name.endsWith("]") ? name.lastIndexOf('[') : -1;
    String field = bracket < 0 ? name : name.substring(bracket + 1, name.length() - 1);
    return fields.contains(field.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT));
  }

  private boolean isHidden(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return headers.values().stream().anyMatch(glob -> glob.matches(name));
  }

  String replacement() {
    return replacement;
  }

  /** A text as it may be shown: without what the patterns find. */
  public String text(String text) {
    return text.length() > MAX_TEXT ? replacement : text(text, Steps.forLength(text.length()));
  }

  /** The first line of a text as it may be shown, of at most so many characters. */
  public String line(String text, int longest) {
    String line = text.lines().findFirst().orElse("").strip();
    // Redacted before it is cut: half a secret is found by nothing.
    String looked = line.length() > longest + MARGIN ? line.substring(0, longest + MARGIN) : line;
    String shown = text(looked);
    return shown.length() > longest ? shown.substring(0, longest) : shown;
  }

  /**
   * A body as it may be shown: at most {@value #MAX_SHOWN} characters of it, and how many more
   * there are. JSON is written anew, on one line. Of what is no text in UTF-8 its length is told;
   * and so it is of what claims to be JSON or a form, and cannot be read as such for a rule to look
   * at it.
   *
   * @param contentType as the request said it
   */
  public String body(byte[] body, @Nullable String contentType) {
    return new ShownBody(this, jsonPaths, body, contentType).text();
  }

  /**
   * A JSON document with its values redacted, for a route to go on with; names of fields stay.
   *
   * @throws JsonProcessingException if it is none
   * @throws IllegalArgumentException if it cannot be redacted within the bounds
   */
  public byte[] json(byte[] document) throws JsonProcessingException {
    Steps steps = Steps.forLength(document.length);
    try {
      return jsonPaths.redacted(document, this, steps, false).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (Steps.UsedUp | StackOverflowError | JsonPathException | IOException e) {
      throw new IllegalArgumentException("The event cannot be redacted within the bounds", e);
    }
  }

  /** The same with what is left of a whole body's steps. */
  String text(String text, Steps steps) {
    if (text.isEmpty() || text.equals(replacement) || (patterns.isEmpty() && !cards)) {
      return text;
    }
    try {
      String now = text;
      for (int pass = 0; pass < MAX_PASSES; pass++) {
        // Again, since what is redacted may have stood between the parts of something else.
        String next = pass(now, steps);
        if (next.equals(now)) {
          return now;
        }
        now = next;
      }
    } catch (Steps.UsedUp | StackOverflowError e) {
      return replacement;
    }
    return replacement;
  }

  /** All rules look at the same text, so that none hides from another what it looks for. */
  private String pass(String text, Steps steps) {
    Spans spans = new Spans();
    if (cards) {
      CardNumbers.find(text, spans);
    }
    for (Pattern pattern : patterns.values()) {
      Matcher found = pattern.matcher(steps.counted(text));
      boolean inGroup = pattern.pattern().contains("(?<" + HIDDEN + ">");
      while (found.find()) {
        boolean part = inGroup && found.start(HIDDEN) >= 0;
        spans.add(
            part ? found.start(HIDDEN) : found.start(), part ? found.end(HIDDEN) : found.end());
      }
    }
    return spans.replaced(text, replacement);
  }
}
