package io.gammawebhook.verify;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;

/** The signed bytes of one request, in pieces, so that a large body is not copied. */
record SignedContent(List<byte[]> pieces) {

  /** The MAC of the pieces under the prototype's key; the prototype is left as it was. */
  byte[] mac(Mac prototype) {
    Mac mac;
    try {
      mac = (Mac) prototype.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The security provider's Mac cannot be cloned", e);
    }
    pieces.forEach(mac::update);
    return mac.doFinal();
  }

  /** Whether it could be the challenge of a handshake. */
  boolean isToken() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      if (whole.size() + piece.length > HandshakeText.MAX_VALUE) {
        return false;
      }
      whole.writeBytes(piece);
    }
    return HandshakeText.isToken(whole.toByteArray());
  }

  byte[] sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      pieces.forEach(digest::update);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
