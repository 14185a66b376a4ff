package io.gammawebhook.verify;

import io.gammawebhook.verify.Verification.Rejected;

/** Ends a verification; it never leaves this package. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Rejected why;

  Refusal(RejectionReason reason, String detail) {
    // Without a stack trace, which costs more than all that an attacker types.
    super(detail, null, false, false);
    this.why = new Rejected(reason, detail);
  }

  Rejected why() {
    return why;
  }
}
