package io.gammawebhook.verify;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
 * @param cloudEvents whether events are CloudEvents, which say id and type themselves
 * @param acceptedStatus the 2xx status that the sender counts as success
 * @param answerBody what the sender wants to read in that answer; null for the product's own text
 * @param handshakes in the order in which they are looked at
 */
public record SignatureScheme(
    String name,
    @Nullable SignatureRule signature,
    @Nullable TimestampRule timestamp,
    @Nullable ValueLocation eventId,
    boolean uniqueId,
    @Nullable ValueLocation eventType,
    boolean cloudEvents,
    int acceptedStatus,
    @Nullable String answerBody,
    List<Handshake> handshakes) {

  /**
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public SignatureScheme {
    SignedTemplate signed = signature == null ? null : signature.signed();
    if (timestamp != null
        && (signed == null || !signed.locations().contains(timestamp.location()))) {
      throw new IllegalArgumentException(
          "timestamp.header must be in signature.signed: an unsigned time proves nothing");
    }
    String unclear =
        signature == null || signed == null || signature.bodyUnsigned()
            ? null
            : signed.unclearBorder(timestamp == null ? null : timestamp.location());
    if (signature != null
        && signed != null
        && !signature.bodyUnsigned()
        && signed.hasMovableEnd(timestamp == null ? null : timestamp.location())) {
      throw new IllegalArgumentException(
          "signature.signed has a variable behind the body, so that their border could be moved: only"
              + " the timestamp and digests have one length. Put the body last, as the sender does it");
    }
    if (unclear != null) {
      throw new IllegalArgumentException(
          "signature.signed has two variables with nothing between them, so that their border"
              + " could be moved: "
              + unclear);
    }
    if (acceptedStatus < 200 || acceptedStatus > 299) {
      throw new IllegalArgumentException(
          "answer.accepted must be between 200 and 299, was " + acceptedStatus);
    }
    handshakes = List.copyOf(handshakes);
    for (Handshake handshake : handshakes) {
      if (handshake.signed() && signature == null) {
        throw new IllegalArgumentException(
            "handshakes." + handshake.name() + ".signed says something of a scheme without one");
      }
    }
    if (cloudEvents && (eventId != null || eventType != null)) {
      throw new IllegalArgumentException(
          "event.cloudevents says where id and type are; delete event.id and event.type");
    }
    if (uniqueId && eventId == null) {
      throw new IllegalArgumentException("event.unique-id says something of an absent event.id");
    }
  }

  /** Whether requests are verified at all. */
  public boolean isSigned() {
    return signature != null;
  }

  /** Whether bytes of the request are signed, so that the secret itself is not sent. */
  public boolean signsContent() {
    return signature != null && signature.signed() != null;
  }

  /**
   * Whether the header is read to verify a request.
   *
   * @param lowerCaseName in lower case
   */
  public boolean readsHeader(String lowerCaseName) {
    return signature != null
        && signature.locations().contains(new ValueLocation.InHeader(lowerCaseName));
  }

  /** Whether the sender names the key of a signature, so that each secret needs that name. */
  public boolean namesKeys() {
    return signature != null && signature.keyId() != null;
  }

  /** Whether a source has to say its address as the sender knows it. */
  public boolean needsPublicUrl() {
    return signature != null && signature.signsUrl();
  }

  /** Whether a stranger may have had a token signed with the secret. */
  boolean signsTokens() {
    return handshakes.stream().anyMatch(Handshake::signsWhatItIsAsked);
  }

  /**
   * What to do about a secret that is none, as a sentence.
   *
   * @throws IllegalStateException if nothing is signed
   */
  public String secretCure() {
    return signature != null && !signature.algorithm().isSymmetric()
        ? "Copy the sender's public key as the sender shows it; nobody else can make one."
        : secretEncoding().cure();
  }

  /** Whether a source has to name the token that its sender shows in a handshake. */
  public boolean needsVerifyToken() {
    return handshakes.stream().anyMatch(Handshake::needsVerifyToken);
  }

  /** The methods of requests that may be meant for the endpoint: POST, and those of handshakes. */
  public Set<String> methods() {
    Set<String> methods = new TreeSet<>(Set.of("POST"));
    handshakes.forEach(handshake -> methods.add(handshake.method()));
    return methods;
  }

  /** Whether the signature vouches for the value there. */
  public boolean covers(ValueLocation location) {
    return signature != null && signature.covers(location);
  }

  /**
   * Reads a secret as this scheme's senders show it.
   *
   * @throws InvalidSecretException if it has another form; the message never shows the text
   * @throws IllegalStateException if nothing is signed
   */
  public SigningSecret parseSecret(String text) {
    SigningSecret secret = SigningSecret.parse(text, secretEncoding());
    if (signature != null) {
      // A text of the right form may still be no key.
      VerificationKey.of(signature.algorithm(), secret);
    }
    return secret;
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
