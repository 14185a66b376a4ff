package io.gammawebhook.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds payment card numbers in a text: 13 to 19 digits that begin as those of a card scheme do (2
 * to 6, 81, 82), whose check digit (Luhn) is right, as a whole or in groups with up to three
 * separators between them. A number that is a part of a longer one is none, nor are the
 * milliseconds of a time.
 */
final class CardNumbers {

  private static final int FEWEST = 13;
  private static final int MOST = 19;
  private static final int MOST_SEPARATORS = 3;

  /** Digits without anything between them. */
  private record Group(int start, int end) {
    int digits() {
      return end - start;
    }
  }

  private CardNumbers() {}

  static void find(String text, Spans spans) {
    List<Group> run = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      if (!Character.isDigit(text.charAt(i))) {
        i++;
        continue;
      }
      int end = i + 1;
      while (end < text.length() && Character.isDigit(text.charAt(end))) {
        end++;
      }
      run.add(new Group(i, end));
      int next = afterSeparators(text, end);
      boolean goesOn = next > end && next < text.length() && Character.isDigit(text.charAt(next));
      if (!goesOn) {
        inRun(text, run, spans);
        run.clear();
      }
      i = goesOn ? next : end;
    }
  }

  private static int afterSeparators(String text, int from) {
    int at = from;
    for (int count = 0; count < MOST_SEPARATORS && at < text.length(); count++) {
      int length = separator(text, at);
      if (length == 0) {
        break;
      }
      at += length;
    }
    return at;
  }

  /** How long the separator there is; 0 if there is none. */
  private static int separator(String text, int at) {
    char c = text.charAt(at);
    boolean escaped =
        text.regionMatches(at, "%20", 0, 3) || text.regionMatches(true, at, "%2D", 0, 3);
    boolean plain =
        c == '+'
            || switch (Character.getType(c)) {
              case Character.SPACE_SEPARATOR, Character.DASH_PUNCTUATION, Character.FORMAT -> true;
              default -> false;
            };
    return escaped ? 3 : plain ? 1 : 0;
  }

  private static void inRun(String text, List<Group> run, Spans spans) {
    for (int first = 0; first < run.size(); first++) {
      int digits = 0;
      for (int last = first; last < run.size(); last++) {
        digits += run.get(last).digits();
        if (digits > MOST) {
          break;
        }
        if (digits >= FEWEST && isCard(text, run.subList(first, last + 1), digits)) {
          spans.add(run.get(first).start(), run.get(last).end());
        }
      }
    }
  }

  private static boolean isCard(String text, List<Group> groups, int count) {
    int[] digits = new int[count];
    int n = 0;
    for (Group group : groups) {
      for (int i = group.start(); i < group.end(); i++) {
        digits[n++] = Character.digit(text.charAt(i), 10);
      }
    }
    boolean begins =
        (digits[0] >= 2 && digits[0] <= 6)
            || (digits[0] == 8 && (digits[1] == 1 || digits[1] == 2));
    return begins && isLuhn(digits);
  }

  private static boolean isLuhn(int[] digits) {
    int sum = 0;
    for (int i = 0; i < digits.length; i++) {
      int digit = digits[digits.length - 1 - i];
      int doubled = digit * 2;
      sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
