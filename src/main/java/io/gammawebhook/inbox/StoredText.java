package io.gammawebhook.inbox;

import org.jspecify.annotations.Nullable;

/**
 * Text as every database can hold it: a NUL or half a surrogate pair becomes U+FFFD. The dedup key
 * does not depend on it, so that two ids which look alike here are still two.
 */
final class StoredText {

  private static final char REPLACEMENT = '\uFFFD';

  private StoredText() {}

  static @Nullable String of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    StringBuilder clean = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        if (clean == null) {
          clean = new StringBuilder(text);
        }
        clean.setCharAt(i, REPLACEMENT);
      }
    }
    return clean == null ? text : clean.toString();
  }
}
