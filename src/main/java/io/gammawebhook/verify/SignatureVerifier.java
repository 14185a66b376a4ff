package io.gammawebhook.verify;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.verify.Verification.Rejected;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.crypto.Mac;
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
  private final List<Mac> macs;
  private final Set<String> headers = new LinkedHashSet<>();

  /**
   * @param secrets every one that is valid now; none exactly where the scheme signs nothing
   * @param tolerance allowed clock difference; without meaning where no time is signed
   */
  public SignatureVerifier(
      SourceName source,
      SignatureScheme scheme,
      List<SigningSecret> secrets,
      Tolerance tolerance,
      InstantSource clock) {
    this.source = source;
    this.scheme = scheme;
    this.tolerance = tolerance;
    this.clock = clock;
    SignatureRule rule = scheme.signature();
    if (secrets.isEmpty() != (rule == null)) {
      throw new IllegalArgumentException(
          rule == null
              ? "Scheme " + scheme.name() + " signs nothing, but there are secrets"
              : "Scheme " + scheme.name() + " needs a secret");
    }
    if (secrets.size() > MAX_SECRETS) {
      throw new IllegalArgumentException(
          "There are at most " + MAX_SECRETS + " secrets, got " + secrets.size());
    }
    if (rule == null) {
      macs = List.of();
    } else {
      macs = secrets.stream().map(rule.algorithm()::keyed).toList();
      headers.add(rule.header());
      headers.addAll(rule.signed().headers());
    }
  }

  /** Never throws, whatever a sender types. */
  public Verification verify(SignedRequest request) {
    SignatureRule rule = scheme.signature();
    if (rule == null) {
      return new Verified(
          source, request.body(), new SignedContent(List.of(request.body().bytes())));
    }
    Rejected fault = headerFault(request);
    if (fault == null && scheme.timestamp() != null) {
      fault = timestampFault(scheme.timestamp(), request);
    }
    if (fault == null
        && rule.signed().bordersAreUnclear(name -> only(request, name), request.body().bytes())) {
      fault =
          new Rejected(
              RejectionReason.AMBIGUOUS_CONTENT,
              "a signed header holds the delimiter that follows it, or the body begins like a"
                  + " timestamp");
    }
    if (fault != null) {
      return fault;
    }
    SignatureFormat.Parsed parsed = rule.format().parse(only(request, rule.header()));
    if (parsed instanceof SignatureFormat.Parsed.Refused refused) {
      return refused.why();
    }
    List<byte[]> signatures = new ArrayList<>();
    for (String encoded : ((SignatureFormat.Parsed.Signatures) parsed).encoded()) {
      byte[] signature = rule.encoding().decode(encoded, rule.algorithm().length());
      if (signature != null) {
        signatures.add(signature);
      }
    }
    if (signatures.isEmpty()) {
      return new Rejected(
          RejectionReason.MALFORMED_HEADER,
          "no signature is the " + rule.encoding() + " of " + rule.algorithm().length() + " bytes");
    }
    SignedContent content =
        rule.signed().render(name -> only(request, name), request.body().bytes());
    return fits(content, signatures)
        ? new Verified(source, request.body(), content)
        : new Rejected(
            RejectionReason.SIGNATURE_MISMATCH,
            "no signature fits: another secret, or the request was changed on its way");
  }

  /** Every signature against every secret, without stopping at the one that fits. */
  private boolean fits(SignedContent content, List<byte[]> signatures) {
    boolean fits = false;
    for (Mac mac : macs) {
      byte[] expected = content.mac(mac);
      for (byte[] signature : signatures) {
        fits |= MessageDigest.isEqual(expected, signature);
      }
    }
    return fits;
  }

  private @Nullable Rejected headerFault(SignedRequest request) {
    for (String header : headers) {
      List<String> values = request.header(header);
      if (values.isEmpty()) {
        return new Rejected(RejectionReason.MISSING_HEADER, "no header " + header);
      }
      if (values.size() > 1) {
        return new Rejected(RejectionReason.AMBIGUOUS_HEADER, values.size() + " headers " + header);
      }
      if (values.get(0).isEmpty()) {
        return new Rejected(RejectionReason.MALFORMED_HEADER, "header " + header + " is empty");
      }
    }
    return null;
  }

  private @Nullable Rejected timestampFault(TimestampRule rule, SignedRequest request) {
    OptionalLong signedAt = rule.format().parse(only(request, rule.header()));
    if (signedAt.isEmpty()) {
      return new Rejected(
          RejectionReason.MALFORMED_TIMESTAMP,
          "header " + rule.header() + " is not plain decimal seconds");
    }
    // Whole seconds on both sides, as the libraries of Standard Webhooks compare.
    long age = clock.instant().getEpochSecond() - signedAt.getAsLong();
    if (age > tolerance.seconds()) {
      return new Rejected(
          RejectionReason.STALE_TIMESTAMP, "signed " + age + " s ago, tolerated are " + tolerance);
    }
    if (-age > tolerance.seconds()) {
      return new Rejected(
          RejectionReason.FUTURE_TIMESTAMP,
          "signed " + -age + " s in the future, tolerated are " + tolerance);
    }
    return null;
  }

  private static String only(SignedRequest request, String header) {
    return request.header(header).get(0);
  }
}
