package io.gammawebhook.e2e;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus' language names: metrics with their matchers, and the labels by
 * which it groups. It is not parsed as a whole.
 */
record PromQl(List<Selector> selectors, Set<String> grouping) {

  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");
  private static final Set<String> GROUPINGS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<text>\"(?:[^\"\\\\]|\\\\.)*\")|(?<range>\\[[^\\]]*])|(?<word>[a-zA-Z_:][\\w:]*)"
              + "|(?<number>[0-9][0-9.]*)|(?<sign>[-+*/%^(){},]|[=!<>~]+))");

  /** A matcher, such as {@code outcome=~"rejected|refused"}. */
  record Match(String label, String operator, String value) {}

  record Selector(String metric, List<Match> matches) {}

  static PromQl of(String expression) {
    List<String> tokens = tokens(expression);
    List<Selector> selectors = new ArrayList<>();
    Set<String> grouping = new HashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
      if (!token.matches("[a-zA-Z_:].*") || WORDS.contains(token)) {
        continue;
      }
      if (GROUPINGS.contains(token)) {
        for (i += 2; !tokens.get(i).equals(")"); i++) {
          grouping.add(tokens.get(i));
        }
        grouping.remove(",");
      } else if (!next.equals("(") && !GROUPINGS.contains(next)) {
        List<Match> matches = new ArrayList<>();
        if (next.equals("{")) {
          for (i += 2; !tokens.get(i).equals("}"); i++) {
            if (!tokens.get(i).equals(",")) {
              String text = tokens.get(i + 2);
              matches.add(
                  new Match(
                      tokens.get(i), tokens.get(i + 1), text.substring(1, text.length() - 1)));
              i += 2;
            }
          }
        }
        selectors.add(new Selector(token, matches));
      }
    }
    return new PromQl(selectors, grouping);
  }

  private static List<String> tokens(String expression) {
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(expression.strip());
    int depth = 0;
    while (token.lookingAt()) {
      tokens.add(token.group().strip());
      depth += token.group().strip().equals("(") ? 1 : token.group().strip().equals(")") ? -1 : 0;
      token.region(token.end(), expression.strip().length());
    }
    if (token.regionStart() != expression.strip().length() || depth != 0) {
      throw new AssertionError(
          "Not understood from " + token.regionStart() + " on: " + expression.strip());
    }
    return tokens;
  }
}
