package io.gammawebhook.verify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret, made ready to verify with. Safe for use by many threads. */
sealed interface VerificationKey {

  /** Whether one of the signatures fits; all are looked at. */
  boolean fits(SignedContent content, List<byte[]> signatures);

  /**
   * @throws InvalidSecretException if the secret is no key of the algorithm; never shows it
   */
  static VerificationKey of(Algorithm algorithm, SigningSecret secret) {
    return switch (algorithm.kind()) {
      case MAC -> new MacKey(mac(algorithm, secret));
      case PUBLIC_KEY -> new Public(algorithm, publicKey(algorithm, secret.key()));
      case TOKEN -> new Token(digest(secret.key()));
    };
  }

  /** A keyed Mac to be cloned for each use: keying it anew each time costs two more hash blocks. */
  static Mac mac(Algorithm algorithm, SigningSecret secret) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(secret.key(), algorithm.jcaName()));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + algorithm.jcaName(), e);
    }
  }

  private static PublicKey publicKey(Algorithm algorithm, byte[] encoded) {
    String kind =
        switch (algorithm) {
          case ED25519 -> "Ed25519";
          case ECDSA_SHA256 -> "EC";
          default -> "RSA";
        };
    try {
      PublicKey key =
          KeyFactory.getInstance(kind)
              .generatePublic(
                  new X509EncodedKeySpec(
                      algorithm == Algorithm.ED25519 ? Public.subjectInfo(encoded) : encoded));
      if (key instanceof RSAKey rsa
          && (rsa.getModulus().bitLength() < 2048 || rsa.getModulus().bitLength() > 8192)) {
        throw new InvalidSecretException(
            "must be an RSA key of 2048 to 8192 bits, and has " + rsa.getModulus().bitLength());
      }
      return key;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has " + kind, e);
    } catch (GeneralSecurityException e) {
      throw new InvalidSecretException("must be a public key for " + algorithm + ", and is none");
    }
  }

  private static byte[] digest(byte[] bytes) {
    return SignedContent.of(bytes).sha256();
  }

  /** HMAC. */
  record MacKey(Mac prototype) implements VerificationKey {
    @Override
    public boolean fits(SignedContent content, List<byte[]> signatures) {
      byte[] expected = content.mac(prototype);
      boolean fits = false;
      for (byte[] signature : signatures) {
        fits |= MessageDigest.isEqual(expected, signature);
      }
      return fits;
    }
  }

  /** A password: compared as digests, so that not even its length shows in the time taken. */
  record Token(byte[] sha256) implements VerificationKey {
    @Override
    public boolean fits(SignedContent content, List<byte[]> tokens) {
      boolean fits = false;
      for (byte[] token : tokens) {
        fits |= MessageDigest.isEqual(sha256, VerificationKey.digest(token));
      }
      return fits;
    }
  }

  /** A public key. */
  record Public(Algorithm algorithm, PublicKey key) implements VerificationKey {

    /** RFC 8410, section 4: what stands before the 32 bytes of a key in a SubjectPublicKeyInfo. */
    private static final byte[] ED25519_INFO = HexFormat.of().parseHex("302a300506032b6570032100");

    static byte[] subjectInfo(byte[] encoded) {
      if (encoded.length != 32) {
        return encoded;
      }
      ByteArrayOutputStream info = new ByteArrayOutputStream();
      info.writeBytes(ED25519_INFO);
      info.writeBytes(encoded);
      return info.toByteArray();
    }

    @Override
    public boolean fits(SignedContent content, List<byte[]> signatures) {
      boolean fits = false;
      for (byte[] signature : signatures) {
        try {
          Signature verifier = Signature.getInstance(algorithm.jcaName());
          verifier.initVerify(key);
          for (ByteBuffer piece : content.pieces()) {
            verifier.update(piece.duplicate());
          }
          fits |= verifier.verify(signature);
        } catch (GeneralSecurityException e) {
          // Bytes that are no signature at all.
          fits |= false;
        }
      }
      return fits;
    }
  }
}
