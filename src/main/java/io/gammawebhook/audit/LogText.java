package io.gammawebhook.audit;

/**
 * A text of somebody else as a log can hold it: it begins no line, moves no cursor, hides nothing,
 * and is no second field, whatever the layout around it. It is for reading; compare texts with what
 * the store holds.
 */
public final class LogText {

  private LogText() {}

  /**
   * The text as the value of a field, by the rules of logfmt: as it is, or in double quotes if it
   * is empty or holds a blank, {@code =} or {@code "}; within quotes, {@code "} and {@code \} have
   * a {@code \} before them. Values in the MDC are written so too, since layouts print it as
   * fields.
   */
  public static String value(String text) {
    String clean = printable(text);
    return mustBeQuoted(clean)
        ? '"' + clean.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : clean;
  }

  /**
   * The text with {@code ?} for what is not printed: control and format characters (an escape, a
   * change of the writing direction), separators of lines and paragraphs, and half surrogate pairs.
   */
  public static String printable(String text) {
    if (isPlain(text) || text.codePoints().allMatch(LogText::isPrinted)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(isPrinted(c) ? c : '?'));
    return clean.toString();
  }

  /** Whether all of it is printable ASCII, as nearly every text is: without a stream for each. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrinted(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static boolean mustBeQuoted(String clean) {
    for (int i = 0; i < clean.length(); i++) {
      // Each separator is one unit, none a surrogate pair.
      char c = clean.charAt(i);
      if (c == '=' || c == '"' || Character.isSpaceChar(c)) {
        return true;
      }
    }
    return clean.isEmpty();
  }
}
