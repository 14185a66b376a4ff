package io.gammawebhook.receive;

import io.gammawebhook.event.WebhookEvent;

/** What verifying a quarantined request once more came to. */
public sealed interface Reverified {

  /** It is the sender's, and this is its event, under the reference that the sender was given. */
  record Valid(WebhookEvent event) implements Reverified {}

  /**
   * It stays where it is.
   *
   * @param reason a short code, such as {@code signature-mismatch}
   * @param detail a sentence for operators, with a hint where there is one
   */
  record Refused(String reason, String detail) implements Reverified {}
}
