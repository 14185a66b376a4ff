package io.gammawebhook.admin;

import org.jspecify.annotations.Nullable;

/**
 * Who orders something, as far as the face that was asked knows.
 *
 * @param name as it was authenticated; null where nobody was
 * @param origin from where: a network address, or the command line of a machine; null if unknown
 */
public record Caller(@Nullable String name, @Nullable String origin) {

  /** Both, for the audit; null if neither is known. */
  @Nullable String text() {
    if (name == null) {
      return origin;
    }
    return origin == null ? name : name + "@" + origin;
  }
}
