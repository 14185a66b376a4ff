package io.gammawebhook.verify;

/** The verdict on one request. */
public sealed interface Verification permits Verified, Verification.Rejected {

  /**
   * The request is not shown to come from the source.
   *
   * @param reason the stable code
   * @param detail a sentence for operators; it holds no secret and no part of a body
   */
  record Rejected(RejectionReason reason, String detail) implements Verification {}
}
