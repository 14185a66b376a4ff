package io.gammawebhook.verify;

/** Why a request failed verification. The codes are stored and counted, so they never change. */
public enum RejectionReason {
  /** A header that the scheme reads is absent. */
  MISSING_HEADER("missing-header"),
  /** A query parameter, or a field of the body, that the scheme reads is absent. */
  MISSING_FIELD("missing-field"),
  /** The signature header has not the form that the scheme says, or a signed header is empty. */
  MALFORMED_HEADER("malformed-header"),
  /** A signature, id or timestamp header came more than once: which of them was signed? */
  AMBIGUOUS_HEADER("ambiguous-header"),
  /** A query parameter or a form field that the scheme reads came more than once. */
  AMBIGUOUS_FIELD("ambiguous-field"),
  /**
   * The same signature could hold for another id, timestamp and body: their borders are unclear.
   */
  AMBIGUOUS_CONTENT("ambiguous-content"),
  /** More signatures than {@link SignatureVerifier#MAX_SIGNATURES}. */
  TOO_MANY_SIGNATURES("too-many-signatures"),
  /** The timestamp has not the form that the scheme says. */
  MALFORMED_TIMESTAMP("malformed-timestamp"),
  /** Signed longer ago than the tolerance: a late delivery, or a captured request sent again. */
  STALE_TIMESTAMP("stale-timestamp"),
  /** Signed further in the future than the tolerance: one of the clocks is wrong. */
  FUTURE_TIMESTAMP("future-timestamp"),
  /** There are signatures, but none of the version or algorithm that the scheme knows. */
  UNSUPPORTED_VERSION("unsupported-version"),
  /** The request names the key that it is signed with, and no secret has that name. */
  UNKNOWN_KEY("unknown-key"),
  /** The digest of the body, which is what is signed of it, is another one. */
  BODY_DIGEST_MISMATCH("body-digest-mismatch"),
  /**
   * No secret of the source counts now, so that nothing can fit: its registration has not brought
   * one yet, or the time of all of them has not begun or is over.
   */
  NO_SECRET("no-secret"),
  /** A signature fits a secret whose time has not begun or is over. */
  SECRET_OUT_OF_TIME("secret-out-of-time"),
  /** No signature fits any secret: another secret, or the body was changed on its way. */
  SIGNATURE_MISMATCH("signature-mismatch");

  private final String code;

  RejectionReason(String code) {
    this.code = code;
  }

  /**
   * Whether the same request can become valid once the source is mended: another secret, tolerance,
   * public address or scheme. What lacks a signature, or is ambiguous, never can.
   */
  public boolean isCurable() {
    return switch (this) {
      case MALFORMED_HEADER,
          MALFORMED_TIMESTAMP,
          STALE_TIMESTAMP,
          FUTURE_TIMESTAMP,
          UNSUPPORTED_VERSION,
          UNKNOWN_KEY,
          NO_SECRET,
          SECRET_OUT_OF_TIME,
          SIGNATURE_MISMATCH ->
          true;
      default -> false;
    };
  }

  /** The stable code for audit entries and metrics, such as {@code stale-timestamp}. */
  public String code() {
    return code;
  }

  @Override
  public String toString() {
    return code;
  }
}
