package io.gammawebhook.event;

import org.jspecify.annotations.Nullable;

/** A pattern of names: {@code *} stands for any run of characters, all else for itself. */
public final class Glob {

  private final String text;

  public Glob(String text) {
    this.text = text;
  }

  /** Whether it is that name; null is none. It takes the product of both lengths at most. */
  public boolean matches(@Nullable String name) {
    if (name == null) {
      return false;
    }
    int at = 0;
    int star = -1;
    int retryFrom = 0;
    int i = 0;
    while (i < name.length()) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        retryFrom = i;
      } else if (at < text.length() && text.charAt(at) == name.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        // The last star takes one more.
        at = star + 1;
        i = ++retryFrom;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }

  /** The same as a pattern of SQL's {@code like}, with {@code !} as its escape. */
  public String like() {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace('*', '%');
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Glob glob && glob.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
