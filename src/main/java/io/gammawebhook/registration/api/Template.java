package io.gammawebhook.registration.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text with variables such as <code>/webhooks/{id}</code>. Immutable. */
final class Template {

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z][a-z0-9-]*)}");

  /**
   * @param variable whether the text is a variable's name
   */
  private record Piece(boolean variable, String text) {}

  private final String text;
  private final List<Piece> pieces;

  private Template(String text, List<Piece> pieces) {
    this.text = text;
    this.pieces = List.copyOf(pieces);
  }

  /**
   * @throws IllegalArgumentException if a brace is there for nothing; the message follows the name
   *     of an option
   */
  static Template parse(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = VARIABLE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      literal(pieces, text, end, matcher.start());
      pieces.add(new Piece(true, matcher.group(1)));
      end = matcher.end();
    }
    literal(pieces, text, end, text.length());
    return new Template(text, pieces);
  }

  private static void literal(List<Piece> pieces, String text, int from, int to) {
    if (from == to) {
      return;
    }
    String literal = text.substring(from, to);
    if (literal.contains("{") || literal.contains("}")) {
      throw new IllegalArgumentException(
          "must have braces around variables only, such as {id}, was '" + text + "'");
    }
    pieces.add(new Piece(false, literal));
  }

  Set<String> variables() {
    Set<String> names = new TreeSet<>();
    for (Piece piece : pieces) {
      if (piece.variable) {
        names.add(piece.text);
      }
    }
    return names;
  }

  /** The variable that is all of it; null if there is more, or none. */
  @Nullable String alone() {
    return pieces.size() == 1 && pieces.get(0).variable ? pieces.get(0).text : null;
  }

  /**
   * The text with the variables' values.
   *
   * @param writer how a value is written
   * @return null if a variable has no value, or none that is one text
   */
  @Nullable String fill(Values values, UnaryOperator<String> writer) {
    StringBuilder filled = new StringBuilder();
    for (Piece piece : pieces) {
      if (!piece.variable) {
        filled.append(piece.text);
        continue;
      }
      Object value = values.get(piece.text);
      if (!(value instanceof String || value instanceof Boolean)) {
        return null;
      }
      filled.append(writer.apply(value.toString()));
    }
    return filled.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
