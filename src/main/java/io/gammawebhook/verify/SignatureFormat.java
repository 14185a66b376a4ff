package io.gammawebhook.verify;

import io.gammawebhook.verify.Verification.Rejected;
import java.util.ArrayList;
import java.util.List;

/** How the signature header is written. */
public sealed interface SignatureFormat {

  /** What a header's value holds. */
  sealed interface Parsed {
    /** Encoded signatures to try, at least one. */
    record Signatures(List<String> encoded) implements Parsed {}

    /** There is none to try. */
    record Refused(Rejected why) implements Parsed {}
  }

  Parsed parse(String value);

  /** The header's value for one signature. */
  String write(String encoded);

  /**
   * One signature after a fixed text, {@code sha256=…}; the text may be empty.
   *
   * @param prefix compared exactly
   */
  record Prefixed(String prefix) implements SignatureFormat {
    @Override
    public Parsed parse(String value) {
      return value.startsWith(prefix)
          ? new Parsed.Signatures(List.of(value.substring(prefix.length())))
          : refused(
              RejectionReason.MALFORMED_HEADER,
              "the signature header does not start with '" + prefix + "'");
    }

    @Override
    public String write(String encoded) {
      return prefix + encoded;
    }
  }

  /**
   * Signatures with their versions, {@code v1,… v1a,…}, separated by spaces; those of other
   * versions are passed over (Standard Webhooks 1.0.0, "Webhook headers").
   */
  record VersionedList(String version) implements SignatureFormat {
    @Override
    public Parsed parse(String value) {
      List<String> ours = new ArrayList<>(2);
      boolean others = false;
      int start = 0;
      while (start < value.length()) {
        int space = value.indexOf(' ', start);
        int end = space < 0 ? value.length() : space;
        int comma = value.indexOf(',', start);
        if (comma > start && comma < end) {
          if (value.substring(start, comma).equals(version)) {
            if (ours.size() == SignatureVerifier.MAX_SIGNATURES) {
              return refused(
                  RejectionReason.TOO_MANY_SIGNATURES,
                  "more than " + SignatureVerifier.MAX_SIGNATURES + " signatures");
            }
            ours.add(value.substring(comma + 1, end));
          } else {
            others = true;
          }
        }
        start = end + 1;
      }
      if (!ours.isEmpty()) {
        return new Parsed.Signatures(ours);
      }
      return others
          ? refused(
              RejectionReason.UNSUPPORTED_VERSION, "no signature of version '" + version + "'")
          : refused(
              RejectionReason.MALFORMED_HEADER,
              "the signature header holds no <version>,<signature>");
    }

    @Override
    public String write(String encoded) {
      return version + "," + encoded;
    }
  }

  private static Parsed refused(RejectionReason reason, String detail) {
    return new Parsed.Refused(new Rejected(reason, detail));
  }
}
