package io.gammawebhook.verify;

import io.gammawebhook.event.SourceName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a request comes from a source: its signature fits one of the live secrets, and its
 * time is within the tolerance. It works on bytes: a body that is no valid text is signed and
 * verified as it is. Safe for use by many threads.
 */
public final class SignatureVerifier {

  /** More signatures than this in one header are refused: each costs a comparison. */
  public static final int MAX_SIGNATURES = 32;

  /** A rotation needs two; each costs one more digest of the body. */
  public static final int MAX_SECRETS = 16;

  private final SourceName source;
  private final SignatureScheme scheme;
  private final Tolerance tolerance;
  private final InstantSource clock;
  private final @Nullable String publicUrl;
  private final Keyring keyring;
  private final Map<ValueLocation, ValueReader> readers;
  private final boolean signsTokens;

  /**
   * @param keyring the scheme's secrets
   * @param tolerance allowed clock difference; without meaning where no time is signed
   * @param publicUrl the source's address as its sender knows it; null where the scheme does not
   *     sign it
   */
  public SignatureVerifier(
      SourceName source,
      SignatureScheme scheme,
      Keyring keyring,
      Tolerance tolerance,
      @Nullable String publicUrl,
      InstantSource clock) {
    this.source = source;
    this.scheme = scheme;
    this.tolerance = tolerance;
    this.publicUrl = publicUrl;
    this.clock = clock;
    this.keyring = keyring;
    this.signsTokens = scheme.signsTokens();
    SignatureRule rule = scheme.signature();
    if (scheme.needsPublicUrl() && publicUrl == null) {
      throw new IllegalArgumentException(
          "Scheme " + scheme.name() + " signs the address, so it needs the public one");
    }
    readers = RequestValues.readers(rule == null ? List.of() : rule.locations());
  }

  /** Never throws, whatever a sender types. */
  public Verification verify(SignedRequest request) {
    return verify(request, clock.instant());
  }

  /**
   * Verifies a request that came earlier, with the secrets that count now; never throws.
   *
   * @param receivedAt what the signed time is held against
   */
  public Verification verify(SignedRequest request, Instant receivedAt) {
    SignatureRule rule = scheme.signature();
    SignedContent wholeBody = SignedContent.of(request.body().bytes());
    if (rule == null) {
      return new Verified(source, request.body(), wholeBody);
    }
    try {
      SignedContent content = verify(rule, request, wholeBody, receivedAt);
      return new Verified(source, request.body(), content);
    } catch (Refusal e) {
      return e.why();
    }
  }

  private SignedContent verify(
      SignatureRule rule, SignedRequest request, SignedContent wholeBody, Instant receivedAt)
      throws Refusal {
    RequestValues values = new RequestValues(request, publicUrl, readers);
    String written = values.only(rule.location());
    SignedTemplate template = rule.signed();
    SignatureFormat.@Nullable Parsed parsed = null;
    if (rule.format() instanceof SignatureFormat.Pairs) {
      // What else is signed is in there too.
      parsed = rule.format().parse(written);
      values.signature(parsed(parsed).entries());
    }
    if (template != null) {
      for (ValueLocation location : template.locations()) {
        values.only(location);
      }
    }
    if (scheme.timestamp() != null) {
      checkTime(scheme.timestamp(), values, receivedAt);
    }
    if (template != null && template.bordersAreUnclear(values)) {
      throw new Refusal(
          RejectionReason.AMBIGUOUS_CONTENT,
          "a signed value holds the delimiter that follows it, or the body begins like a"
              + " timestamp");
    }
    List<byte[]> signatures =
        decoded(rule, parsed(parsed == null ? rule.format().parse(written) : parsed).encoded());
    SignedContent content = template == null ? wholeBody : template.render(values);
    if (signsTokens && content.isToken()) {
      throw new Refusal(
          RejectionReason.AMBIGUOUS_CONTENT,
          "a handshake could have been asked to sign the same, so it proves nothing");
    }
    @Nullable String keyId = rule.keyId() == null ? null : knownKey(values.only(rule.keyId()));
    Instant now = clock.instant();
    if (!keyring.fits(content, signatures, now, keyId)) {
      LiveSecret outOfTime = keyring.fittingOutOfTime(content, signatures, now, keyId);
      throw outOfTime == null && !keyring.hasLive(now)
          ? keyring.noSecret()
          : mismatch(outOfTime, now);
    }
    if (rule.bodySha256() != null) {
      checkDigest(values.only(rule.bodySha256()), wholeBody);
    }
    return content;
  }

  private String knownKey(String keyId) throws Refusal {
    if (!keyring.has(keyId)) {
      throw new Refusal(
          RejectionReason.UNKNOWN_KEY,
          "it is signed with the key "
              + (LiveSecret.isName(keyId) ? "'" + keyId + "'" : "of a name that none can have")
              + ", and no secret has that name");
    }
    return keyId;
  }

  private static Refusal mismatch(@Nullable LiveSecret outOfTime, Instant now) {
    if (outOfTime != null) {
      return new Refusal(
          RejectionReason.SECRET_OUT_OF_TIME,
          "it fits the secret '"
              + outOfTime.name()
              + "', which "
              + (outOfTime.hasEnded(now)
                  ? "ended at " + outOfTime.notAfter()
                  : "begins at " + outOfTime.notBefore()));
    }
    return new Refusal(
        RejectionReason.SIGNATURE_MISMATCH,
        "no signature fits: another secret, or the request was changed on its way");
  }

  private static SignatureFormat.Parsed.Signatures parsed(SignatureFormat.Parsed parsed)
      throws Refusal {
    if (parsed instanceof SignatureFormat.Parsed.Refused refused) {
      throw new Refusal(refused.why().reason(), refused.why().detail());
    }
    return (SignatureFormat.Parsed.Signatures) parsed;
  }

  private static List<byte[]> decoded(SignatureRule rule, List<String> encoded) throws Refusal {
    Algorithm algorithm = rule.algorithm();
    List<byte[]> signatures = new ArrayList<>();
    for (String each : encoded) {
      byte[] signature = rule.encoding().decode(each, algorithm);
      if (signature != null) {
        signatures.add(signature);
      }
    }
    if (signatures.isEmpty()) {
      throw new Refusal(
          RejectionReason.MALFORMED_HEADER,
          "no signature is the "
              + rule.encoding()
              + " of "
              + algorithm.shortest()
              + (algorithm.longest() > algorithm.shortest() ? " to " + algorithm.longest() : "")
              + " bytes");
    }
    if (signatures.size() > algorithm.mostSignatures()) {
      throw new Refusal(
          RejectionReason.TOO_MANY_SIGNATURES,
          "more than " + algorithm.mostSignatures() + " signatures");
    }
    return signatures;
  }

  private static void checkDigest(String hex, SignedContent body) throws Refusal {
    String actual = HexFormat.of().formatHex(body.sha256());
    if (!MessageDigest.isEqual(
        actual.getBytes(StandardCharsets.US_ASCII), hex.getBytes(StandardCharsets.UTF_8))) {
      throw new Refusal(
          RejectionReason.BODY_DIGEST_MISMATCH,
          "the signed digest is not that of the body: it was changed on its way");
    }
  }

  private void checkTime(TimestampRule rule, RequestValues values, Instant receivedAt)
      throws Refusal {
    OptionalLong signedAt = rule.format().parse(values.only(rule.location()));
    if (signedAt.isEmpty()) {
      throw new Refusal(
          RejectionReason.MALFORMED_TIMESTAMP,
          rule.location() + " is not " + rule.format().words());
    }
    // Whole seconds on both sides, as the libraries of Standard Webhooks compare.
    long age = receivedAt.getEpochSecond() - signedAt.getAsLong();
    if (age > tolerance.seconds()) {
      throw new Refusal(
          RejectionReason.STALE_TIMESTAMP, "signed " + age + " s ago, tolerated are " + tolerance);
    }
    if (-age > tolerance.seconds()) {
      throw new Refusal(
          RejectionReason.FUTURE_TIMESTAMP,
          "signed " + -age + " s in the future, tolerated are " + tolerance);
    }
  }
}
