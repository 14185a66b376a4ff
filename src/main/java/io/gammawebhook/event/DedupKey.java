package io.gammawebhook.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What the inbox's unique index is on, within a source: the event id itself where the signature
 * covers it and it names one event; else the SHA-256 of the signed content.
 *
 * <p>An id that a database cannot hold as text (a NUL, half a surrogate pair), or that looks like a
 * digest, is digested, so that two different ids never share a key.
 */
public record DedupKey(String value) {

  private static final String DIGEST = "sha256:";

  public static DedupKey ofEventId(EventId id) {
    return ofText(id.value());
  }

  /**
   * For any text: it is its own key if it is plain and not longer than an event id, else digested.
   */
  public static DedupKey ofText(String text) {
    return text.length() <= EventId.MAX_LENGTH && isPlain(text)
        ? new DedupKey(text)
        : ofDigest(sha256(units(text)));
  }

  /** Its UTF-16 units. A charset's encoder would make every half surrogate pair the same. */
  private static byte[] units(String text) {
    ByteBuffer units = ByteBuffer.allocate(Character.BYTES * text.length());
    units.asCharBuffer().put(text);
    return units.array();
  }

  /** For a SHA-256 of the signed content: 32 bytes. */
  public static DedupKey ofDigest(byte[] sha256) {
    return new DedupKey(DIGEST + HexFormat.of().formatHex(sha256));
  }

  private static boolean isPlain(String id) {
    if (id.startsWith(DIGEST)) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < id.length()
          && Character.isLowSurrogate(id.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
