package io.gammawebhook.verify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;

/**
 * The signed bytes of one request, in pieces, so that a large body is not copied.
 *
 * @param pieces whose positions nobody moves
 */
record SignedContent(List<ByteBuffer> pieces) {

  static SignedContent of(byte[] bytes) {
    return new SignedContent(List.of(ByteBuffer.wrap(bytes)));
  }

  /** The MAC of the pieces under the prototype's key; the prototype is left as it was. */
  byte[] mac(Mac prototype) {
    Mac mac;
    try {
      mac = (Mac) prototype.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The security provider's Mac cannot be cloned", e);
    }
    pieces.forEach(piece -> mac.update(piece.duplicate()));
    return mac.doFinal();
  }

  /** Whether it could be the challenge of a handshake. */
  boolean isToken() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (ByteBuffer piece : pieces) {
      if (whole.size() + piece.remaining() > HandshakeText.MAX_VALUE) {
        return false;
      }
      whole.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
    }
    return HandshakeText.isToken(whole.toByteArray());
  }

  byte[] sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      pieces.forEach(piece -> digest.update(piece.duplicate()));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
