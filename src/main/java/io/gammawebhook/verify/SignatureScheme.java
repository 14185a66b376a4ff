package io.gammawebhook.verify;

import org.jspecify.annotations.Nullable;

/**
 * How a kind of sender signs, names its events and wants to be answered: data, read from a document
 * of the {@link SchemeCatalogue} or from a source's configuration.
 *
 * @param name such as {@code standard-webhooks}
 * @param signature null where nothing is signed
 * @param timestamp null where no time is signed, so that a captured request never grows stale
 * @param eventId where the sender's id is; null where it gives none
 * @param uniqueId whether the id names one event, and a retry of it carries the same
 * @param eventType where the sender's category is; null where it gives none
 * @param acceptedStatus the 2xx status that the sender counts as success
 */
public record SignatureScheme(
    String name,
    @Nullable SignatureRule signature,
    @Nullable TimestampRule timestamp,
    @Nullable ValueLocation eventId,
    boolean uniqueId,
    @Nullable ValueLocation eventType,
    int acceptedStatus) {

  /**
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public SignatureScheme {
    if (timestamp != null
        && (signature == null || !signature.signed().headers().contains(timestamp.header()))) {
      throw new IllegalArgumentException(
          "timestamp.header must be in signature.signed: an unsigned time proves nothing");
    }
    if (acceptedStatus < 200 || acceptedStatus > 299) {
      throw new IllegalArgumentException(
          "answer.accepted must be between 200 and 299, was " + acceptedStatus);
    }
    if (uniqueId && eventId == null) {
      throw new IllegalArgumentException("event.unique-id says something of an absent event.id");
    }
  }

  /** Whether requests are verified at all. */
  public boolean isSigned() {
    return signature != null;
  }

  /** Whether the signature vouches for the value there. */
  public boolean covers(ValueLocation location) {
    return signature != null && signature.signed().covers(location);
  }

  /**
   * Reads a secret as this scheme's senders show it.
   *
   * @throws InvalidSecretException if it has another form; the message never shows the text
   * @throws IllegalStateException if nothing is signed
   */
  public SigningSecret parseSecret(String text) {
    return SigningSecret.parse(text, secretEncoding());
  }

  /**
   * How a secret of this scheme is written.
   *
   * @throws IllegalStateException if nothing is signed
   */
  public SecretEncoding secretEncoding() {
    if (signature == null) {
      throw new IllegalStateException("Scheme " + name + " signs nothing, so it has no secret");
    }
    return signature.secret();
  }
}
