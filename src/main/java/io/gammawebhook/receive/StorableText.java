package io.gammawebhook.receive;

import io.gammawebhook.event.DedupKey;

/**
 * Text of a sender, made such that every database holds it: none stores half a surrogate pair, and
 * PostgreSQL no NUL. Both become U+FFFD.
 */
final class StorableText {

  static final int MAX_LENGTH = 255;

  private StorableText() {}

  /** At most {@code max} UTF-16 units of it, for text that is read and matched, not compared. */
  static String of(String text, int max) {
    String bounded = text.length() > max ? text.substring(0, max) : text;
    StringBuilder storable = null;
    for (int i = 0; i < bounded.length(); i++) {
      char c = bounded.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < bounded.length()
          && Character.isLowSurrogate(bounded.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        storable = storable == null ? new StringBuilder(bounded) : storable;
        storable.setCharAt(i, '\uFFFD');
      }
    }
    return storable == null ? bounded : storable.toString();
  }

  /** The same text for equal keys only: one that would have to be changed is digested instead. */
  static String key(String text) {
    return DedupKey.ofText(text).value();
  }
}
