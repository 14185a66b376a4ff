package io.gammawebhook.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the signature is and how it is made.
 *
 * @param location where it is, mostly a header
 * @param format how the text there is written
 * @param keyId where the sender names the key that it signed with; null where it names none
 * @param signed which bytes are signed; null exactly for {@link Algorithm#EQUALITY}
 * @param bodySha256 where the hex of the body's SHA-256 is, if that is signed in its place
 * @param bodyUnsigned whether the body may be unsigned: an explicit word of the scheme
 * @param algorithm how the signature is computed
 * @param encoding how its bytes are written
 * @param secret how the secret is written
 */
public record SignatureRule(
    ValueLocation location,
    SignatureFormat format,
    @Nullable ValueLocation keyId,
    @Nullable SignedTemplate signed,
    @Nullable ValueLocation bodySha256,
    boolean bodyUnsigned,
    Algorithm algorithm,
    SignatureEncoding encoding,
    SecretEncoding secret) {

  /**
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public SignatureRule {
    if ((signed == null) != (algorithm == Algorithm.EQUALITY)) {
      throw new IllegalArgumentException(
          signed == null
              ? "signature.signed is needed"
              : "signature.signed says something of algorithm equality, which signs nothing");
    }
    if (secret.isPublic() && algorithm.isSymmetric()) {
      throw new IllegalArgumentException(
          "signature.secret " + secret + " is a public key, and " + algorithm + " takes none");
    }
    boolean text = secret == SecretEncoding.UTF8 || secret == SecretEncoding.WHSEC;
    if (!algorithm.isSymmetric() && text) {
      throw new IllegalArgumentException(
          "signature.secret " + secret + " is no public key, and " + algorithm + " needs one: pem");
    }
    if (encoding == SignatureEncoding.PLAIN && algorithm != Algorithm.EQUALITY) {
      throw new IllegalArgumentException(
          "signature.encoding plain is for algorithm equality: a signature of "
              + algorithm
              + " is written as hex, base64 or base64url");
    }
    if (secret == SecretEncoding.WHPK && algorithm != Algorithm.ED25519) {
      throw new IllegalArgumentException("signature.secret whpk is for ed25519");
    }
    if (signed != null) {
      boolean reads =
          signed.locations().stream().anyMatch(ValueLocation.InSignature.class::isInstance);
      if (reads && !(format instanceof SignatureFormat.Pairs)) {
        throw new IllegalArgumentException(
            "signature.signed has a {signature.<key>}, which only format pairs has");
      }
      if (bodySha256 != null && !signed.covers(bodySha256)) {
        throw new IllegalArgumentException(
            "signature.body-sha256 must be in signature.signed: an unsigned digest proves nothing");
      }
      if (!signed.readsTheRequest()) {
        throw new IllegalArgumentException(
            "signature.signed names nothing that differs between requests: one signature would do"
                + " for all");
      }
      boolean covered = signed.coversBody() || bodySha256 != null;
      if (!covered && !bodyUnsigned) {
        throw new IllegalArgumentException(
            "signature.signed must contain {body}: a signature that does not cover the body lets"
                + " anybody replace it; where the sender signs no more, say signature.body:"
                + " unsigned");
      }
      if (covered && bodyUnsigned) {
        throw new IllegalArgumentException(
            "signature.body says unsigned, and signature.signed covers it");
      }
    }
  }

  /** All places that are read to verify a request. */
  List<ValueLocation> locations() {
    List<ValueLocation> all = new ArrayList<>();
    all.add(location);
    if (keyId != null) {
      all.add(keyId);
    }
    if (bodySha256 != null) {
      all.add(bodySha256);
    }
    if (signed != null) {
      all.addAll(signed.locations());
    }
    return all;
  }

  /** Whether the signature vouches for the value there. */
  boolean covers(ValueLocation at) {
    if (signed == null) {
      // Whoever has the password may say anything.
      return true;
    }
    boolean inBody = at instanceof ValueLocation.InBody || at instanceof ValueLocation.InForm;
    return signed.covers(at) || (inBody && bodySha256 != null);
  }

  /** Whether the sender's view of the address is signed. */
  boolean signsUrl() {
    return signed != null && signed.hasUrl();
  }
}
