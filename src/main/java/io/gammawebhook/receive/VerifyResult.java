package io.gammawebhook.receive;

/** What the verify step decided. */
public sealed interface VerifyResult {

  /** Go on to the accept step with this. */
  record Passed(VerifiedRequest verified) implements VerifyResult {}

  /** Answer this, and do nothing else. */
  record Refused(Answer answer) implements VerifyResult {}
}
