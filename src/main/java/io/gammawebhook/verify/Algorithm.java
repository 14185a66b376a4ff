package io.gammawebhook.verify;

import java.util.Locale;

/** How the signature is computed. In a scheme: the constant's name in lower case, with hyphens. */
public enum Algorithm {
  /** Too weak for anything new, though no forgery of an HMAC with it is known (RFC 6194). */
  HMAC_SHA1(Kind.MAC, "HmacSHA1", 20, 20),
  HMAC_SHA256(Kind.MAC, "HmacSHA256", 32, 32),
  HMAC_SHA384(Kind.MAC, "HmacSHA384", 48, 48),
  HMAC_SHA512(Kind.MAC, "HmacSHA512", 64, 64),
  /** RFC 8032, the pure variant. */
  ED25519(Kind.PUBLIC_KEY, "Ed25519", 64, 64),
  /** On any curve of the JDK, as DER; 8 bytes are less than any real one. */
  ECDSA_SHA256(Kind.PUBLIC_KEY, "SHA256withECDSA", 8, 144),
  /** PKCS #1 v1.5 with a key of 2048 to 8192 bits. */
  RSA_SHA256(Kind.PUBLIC_KEY, "SHA256withRSA", 256, 1024),
  /** Nothing is computed: the secret itself is sent. */
  EQUALITY(Kind.TOKEN, "", 1, 2048);

  /** What the secret is. */
  enum Kind {
    /** Shared: whoever verifies can sign. */
    MAC,
    /** The sender's public key. */
    PUBLIC_KEY,
    /** A password, sent with each request. */
    TOKEN
  }

  private final Kind kind;
  private final String jcaName;
  private final int shortest;
  private final int longest;

  Algorithm(Kind kind, String jcaName, int shortest, int longest) {
    this.kind = kind;
    this.jcaName = jcaName;
    this.shortest = shortest;
    this.longest = longest;
  }

  Kind kind() {
    return kind;
  }

  String jcaName() {
    return jcaName;
  }

  /** Whether it needs an explicit word in a scheme. */
  boolean isWeak() {
    return this == HMAC_SHA1;
  }

  /** Whether whoever verifies can also sign. */
  boolean isSymmetric() {
    return kind != Kind.PUBLIC_KEY;
  }

  /** The length of the shortest signature, in bytes. */
  int shortest() {
    return shortest;
  }

  /** The length of the longest signature, in bytes. */
  int longest() {
    return longest;
  }

  /** How many signatures of one request are tried: each costs a comparison, or a computation. */
  int mostSignatures() {
    return kind == Kind.PUBLIC_KEY ? 4 : SignatureVerifier.MAX_SIGNATURES;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
