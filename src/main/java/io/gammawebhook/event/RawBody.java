package io.gammawebhook.event;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The exact bytes of a request's body, as they were sent. The array is shared, not copied: whoever
 * hands it over stops writing to it, and whoever receives it only reads.
 */
public final class RawBody {

  private static final RawBody EMPTY = new RawBody(new byte[0]);

  private final byte[] bytes;

  private RawBody(byte[] bytes) {
    this.bytes = bytes;
  }

  public static RawBody of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new RawBody(bytes);
  }

  /** The bytes themselves, not a copy: read only. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** The length only: a body holds personal data and is not for logs. */
  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
