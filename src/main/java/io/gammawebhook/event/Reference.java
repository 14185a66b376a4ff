package io.gammawebhook.event;

import java.util.UUID;

/**
 * Our own name for one received request, given to the sender in the answer and used in the audit.
 * It is a UUID version 7 (RFC 9562, section 5.7), so references sort by the time of receipt, and
 * cannot be guessed.
 */
public record Reference(UUID value) implements Comparable<Reference> {

  /** Higher than all that {@link ReferenceGenerator} makes. */
  public static final Reference HIGHEST =
      new Reference(new UUID(Long.MAX_VALUE, 0xBFFF_FFFF_FFFF_FFFFL));

  /** Reads what {@link #toString} printed. */
  public static Reference parse(String text) {
    return new Reference(UUID.fromString(text));
  }

  /**
   * The lowest that a request received at that time can have.
   *
   * @param epochMillis not negative
   */
  public static Reference lowest(long epochMillis) {
    return new Reference(new UUID((epochMillis << 16) | 0x7000L, 0x8000_0000_0000_0000L));
  }

  @Override
  public int compareTo(Reference other) {
    // UUID.compareTo is signed; version 7 values of this era have a positive upper half.
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
