package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;

/** The bytes of header values. */
final class Latin1 {

  private Latin1() {}

  /**
   * The bytes as received. Containers decode ISO-8859-1, one character a byte; a character beyond
   * it can only come from a caller that decoded UTF-8.
   */
  static byte[] bytes(String value) {
    boolean oneByteEach = value.chars().allMatch(c -> c <= 0xFF);
    return value.getBytes(oneByteEach ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
