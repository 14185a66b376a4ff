package io.gammawebhook.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who ordered something by hand, and why: both go into the audit, so neither may be missing.
 *
 * @param who 1 to {@value #MAX_WHO} characters, without blanks around them
 * @param why 1 to {@value #MAX_WHY} characters, without blanks around them
 * @param origin from where: a network address and the name that a host has authenticated, or a
 *     command on the store itself; cut to {@value #MAX_ORIGIN} characters; null if not known
 */
public record Operator(String who, String why, @Nullable String origin) {

  public static final int MAX_WHO = 100;
  public static final int MAX_WHY = AuditEntry.MAX_DETAIL;
  public static final int MAX_ORIGIN = 200;

  /**
   * @throws IllegalArgumentException if one is blank or too long; the message names it and the cure
   */
  public Operator {
    who = checked("who", who, MAX_WHO, "name yourself");
    why = checked("why", why, MAX_WHY, "give the reason");
    if (origin != null && origin.length() > MAX_ORIGIN) {
      origin = origin.substring(0, MAX_ORIGIN);
    }
  }

  /** From an unknown place. */
  public Operator(String who, String why) {
    this(who, why, null);
  }

  private static String checked(String name, String text, int most, String cure) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.length() > most) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is "
              + (stripped.isEmpty() ? "missing or blank" : "too long")
              + ": "
              + cure
              + " in 1 to "
              + most
              + " characters, for the audit");
    }
    return stripped;
  }
}
