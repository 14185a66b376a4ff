package io.gammawebhook.verify;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the signature's bytes are written. In a scheme: the constant's name in lower case. */
public enum SignatureEncoding {
  HEX {
    @Override
    String encode(byte[] signature) {
      return HexFormat.of().formatHex(signature);
    }

    @Override
    byte[] decodeStrictly(String text) {
      return HexFormat.of().parseHex(text);
    }

    @Override
    int encodedLength(int bytes) {
      return 2 * bytes;
    }
  },
  BASE64 {
    @Override
    String encode(byte[] signature) {
      return Base64.getEncoder().encodeToString(signature);
    }

    @Override
    byte[] decodeStrictly(String text) {
      return Base64.getDecoder().decode(text);
    }

    @Override
    int encodedLength(int bytes) {
      return (bytes + 2) / 3 * 4;
    }
  };

  abstract String encode(byte[] signature);

  abstract byte[] decodeStrictly(String text);

  abstract int encodedLength(int bytes);

  /** The bytes, or null if the text is no encoding of exactly that many bytes. */
  byte @Nullable [] decode(String text, int bytes) {
    // The length first: nothing that a sender types makes us decode more than one signature's
    // worth.
    if (text.length() != encodedLength(bytes)) {
      return null;
    }
    try {
      byte[] decoded = decodeStrictly(text);
      return decoded.length == bytes ? decoded : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
