package io.gammawebhook.event;

import org.jspecify.annotations.Nullable;

/**
 * Text as every database can hold it: a NUL or half a surrogate pair becomes U+FFFD. It is for what
 * is read and matched; what has to stay apart from its look-alikes is a {@link DedupKey}.
 */
public final class StorableText {

  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  public static @Nullable String ofNullable(@Nullable String text) {
    return text == null ? null : of(text);
  }

  public static String of(String text) {
    StringBuilder storable = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        storable = storable == null ? new StringBuilder(text) : storable;
        storable.setCharAt(i, REPLACEMENT);
      }
    }
    return storable == null ? text : storable.toString();
  }

  /** At most {@code max} UTF-16 units of it. */
  public static String of(String text, int max) {
    return of(text.length() > max ? text.substring(0, max) : text);
  }
}
