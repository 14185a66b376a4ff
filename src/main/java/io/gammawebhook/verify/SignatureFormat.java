package io.gammawebhook.verify;

import io.gammawebhook.verify.Verification.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the text that holds the signature is written. */
public sealed interface SignatureFormat {

  /** What a header's value holds. */
  sealed interface Parsed {
    /**
     * Encoded signatures to try, at least one.
     *
     * @param entries what else is there, by key
     */
    record Signatures(List<String> encoded, Map<String, List<String>> entries) implements Parsed {
      Signatures(List<String> encoded) {
        this(encoded, Map.of());
      }
    }

    /** There is none to try. */
    record Refused(Rejected why) implements Parsed {}
  }

  Parsed parse(String value);

  /**
   * The header's value for signatures of the same bytes with several secrets.
   *
   * @param encoded at least one; where there is place for one only, the first is it
   * @param entries what else belongs there, by key
   */
  String write(List<String> encoded, Map<String, String> entries);

  /**
   * One signature after a fixed text, {@code sha256=…}; the text may be empty.
   *
   * @param prefix compared exactly
   */
  record Prefixed(String prefix) implements SignatureFormat {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    @Override
    public Parsed parse(String value) {
      if (value.startsWith(prefix)) {
        return new Parsed.Signatures(List.of(value.substring(prefix.length())));
      }
      int equals = value.indexOf('=');
      boolean other =
          prefix.endsWith("=")
              && equals > 0
              && equals < value.length() - 1
              && WORD.matcher(value.substring(0, equals)).matches();
      return other
          ? refused(
              RejectionReason.UNSUPPORTED_VERSION,
              "a signature of '" + value.substring(0, equals) + "=', and not of '" + prefix + "'")
          : refused(
              RejectionReason.MALFORMED_HEADER,
              "the signature header does not start with '" + prefix + "'");
    }

    @Override
    public String write(List<String> encoded, Map<String, String> entries) {
      return prefix + encoded.get(0);
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
    public String write(List<String> encoded, Map<String, String> entries) {
      return encoded.stream().map(each -> version + "," + each).collect(Collectors.joining(" "));
    }
  }

  /**
   * Entries {@code t=…,v1=…,v1=…} with commas between them, as Stripe writes them; white space
   * around one is dropped.
   *
   * @param version the key of a signature
   */
  record Pairs(String version) implements SignatureFormat {
    private static final int MAX_ENTRIES = 64;

    @Override
    public Parsed parse(String value) {
      Map<String, List<String>> entries = new HashMap<>();
      int count = 0;
      for (int start = 0; start <= value.length(); ) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        int equals = value.indexOf('=', start);
        if (equals < start || equals >= end) {
          return refused(
              RejectionReason.MALFORMED_HEADER,
              "the signature header holds something that is no <key>=<value>");
        }
        if (++count > MAX_ENTRIES) {
          return refused(
              RejectionReason.TOO_MANY_SIGNATURES, "more than " + MAX_ENTRIES + " entries");
        }
        entries
            .computeIfAbsent(value.substring(start, equals).strip(), key -> new ArrayList<>(2))
            .add(value.substring(equals + 1, end).strip());
        start = end + 1;
      }
      List<String> ours = entries.get(version);
      if (ours == null) {
        return refused(
            RejectionReason.UNSUPPORTED_VERSION, "no signature of version '" + version + "'");
      }
      return ours.size() > SignatureVerifier.MAX_SIGNATURES
          ? refused(
              RejectionReason.TOO_MANY_SIGNATURES,
              "more than " + SignatureVerifier.MAX_SIGNATURES + " signatures")
          : new Parsed.Signatures(ours, entries);
    }

    @Override
    public String write(List<String> encoded, Map<String, String> entries) {
      return Stream.concat(
              entries.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()),
              encoded.stream().map(each -> version + "=" + each))
          .collect(Collectors.joining(","));
    }
  }

  private static Parsed refused(RejectionReason reason, String detail) {
    return new Parsed.Refused(new Rejected(reason, detail));
  }
}
