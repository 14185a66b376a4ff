package io.gammawebhook.receive;

import java.util.concurrent.CompletionStage;

/** What the verify step decided. */
public sealed interface VerifyResult {

  /** Go on to the accept step with this. */
  record Passed(VerifiedRequest verified) implements VerifyResult {}

  /** It was a handshake: answer this, and do nothing else. */
  record Shaken(Answer answer) implements VerifyResult {}

  /**
   * It is not shown to be the sender's, and is being kept apart: answer what the stage completes
   * with, after the commit, and do nothing else. It never completes exceptionally.
   */
  record Quarantined(CompletionStage<Answer> answer) implements VerifyResult {}

  /** It is not the sender's: answer this, and do nothing else. */
  record Refused(Answer answer) implements VerifyResult {}
}
