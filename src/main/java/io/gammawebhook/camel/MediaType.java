package io.gammawebhook.camel;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type as RFC 9110, section 8.3.1, writes it. A {@code Content-Type} is signed by no
 * scheme, so anybody on the way may have put anything into it, and what a route copies into a
 * header of its own, or decodes a text by, must not break there.
 */
final class MediaType {

  static final String BYTES = "application/octet-stream";

  private static final int LONGEST = 255;
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String QUOTED =
      "\"(?:[\\t \\x21\\x23-\\x5B\\x5D-\\x7E]|\\\\[\\t \\x21-\\x7E])*+\"";
  private static final Pattern PARAMETER =
      Pattern.compile("[ \\t]*+;[ \\t]*+(?:(" + TOKEN + ")=(" + TOKEN + "|" + QUOTED + "))?+");
  private static final Pattern ESSENCE = Pattern.compile(TOKEN + "/" + TOKEN);

  private MediaType() {}

  /**
   * What was sent, if it is a media type of at most 255 characters whose charset, if it names one,
   * is known to this JVM; else {@value #BYTES}.
   */
  static String orBytes(String sent) {
    String type = sent.strip();
    return type.length() <= LONGEST && isMediaType(type) ? type : BYTES;
  }

  /** Whether a body of this media type is a form's fields. */
  static boolean isForm(String sent) {
    return sent.split(";", 2)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded");
  }

  private static boolean isMediaType(String type) {
    Matcher matcher = ESSENCE.matcher(type);
    if (!matcher.lookingAt()) {
      return false;
    }
    int at = matcher.end();
    matcher.usePattern(PARAMETER);
    while (at < type.length()) {
      matcher.region(at, type.length());
      if (!matcher.lookingAt()) {
        return false;
      }
      if ("charset".equalsIgnoreCase(matcher.group(1)) && !isKnown(matcher.group(2))) {
        return false;
      }
      at = matcher.end();
    }
    return true;
  }

  private static boolean isKnown(String value) {
    String name = value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
    try {
      return Charset.isSupported(name);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }
}
