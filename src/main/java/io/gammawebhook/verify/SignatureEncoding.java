package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;
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

    /** The decoder passes over the last character's spare bits; every library writes them as 0. */
    @Override
    byte[] decodeStrictly(String text) {
      byte[] decoded = Base64.getDecoder().decode(text);
      if (!encode(decoded).equals(text)) {
        throw new IllegalArgumentException("Not the base64 of RFC 4648, section 3.5");
      }
      return decoded;
    }

    @Override
    int encodedLength(int bytes) {
      return (bytes + 2) / 3 * 4;
    }
  },
  /** RFC 4648, section 5, with or without its padding. */
  BASE64URL {
    @Override
    String encode(byte[] signature) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    @Override
    byte[] decodeStrictly(String text) {
      byte[] decoded = Base64.getUrlDecoder().decode(text);
      boolean padded = Base64.getUrlEncoder().encodeToString(decoded).equals(text);
      if (!padded && !encode(decoded).equals(text)) {
        throw new IllegalArgumentException("Not the base64url of RFC 4648, section 5");
      }
      return decoded;
    }

    @Override
    int encodedLength(int bytes) {
      return (bytes * 4 + 2) / 3;
    }

    @Override
    int longestLength(int bytes) {
      return BASE64.encodedLength(bytes);
    }
  },
  /** As it is, one character a byte; for {@code equality}. */
  PLAIN {
    @Override
    String encode(byte[] signature) {
      return new String(signature, StandardCharsets.ISO_8859_1);
    }

    @Override
    byte[] decodeStrictly(String text) {
      return Latin1.bytes(text);
    }

    @Override
    int encodedLength(int bytes) {
      return bytes;
    }
  };

  abstract String encode(byte[] signature);

  abstract byte[] decodeStrictly(String text);

  abstract int encodedLength(int bytes);

  /** Of an encoding that may be written in several ways, the longest. */
  int longestLength(int bytes) {
    return encodedLength(bytes);
  }

  /** The bytes, or null if the text is no encoding of as many bytes as a signature has. */
  byte @Nullable [] decode(String text, Algorithm algorithm) {
    // The length first: nothing that a sender types makes us decode more than one signature's
    // worth.
    if (text.length() < encodedLength(algorithm.shortest())
        || text.length() > longestLength(algorithm.longest())) {
      return null;
    }
    try {
      byte[] decoded = decodeStrictly(text);
      return decoded.length >= algorithm.shortest() && decoded.length <= algorithm.longest()
          ? decoded
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
