package io.gammawebhook.audit;

import java.util.BitSet;

/** Parts of a text, in no order and however they overlap. Used by one thread. */
final class Spans {

  private final BitSet covered = new BitSet();

  void add(int start, int end) {
    covered.set(start, end);
  }

  /** The text with each run of covered characters replaced. */
  String replaced(String text, String replacement) {
    if (covered.isEmpty()) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text.length());
    int from = 0;
    for (int start = covered.nextSetBit(0); start >= 0; start = covered.nextSetBit(from)) {
      replaced.append(text, from, start).append(replacement);
      from = covered.nextClearBit(start);
    }
    return replaced.append(text, from, text.length()).toString();
  }
}
