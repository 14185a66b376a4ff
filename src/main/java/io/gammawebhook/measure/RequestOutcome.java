package io.gammawebhook.measure;

import java.util.Locale;

/**
 * What became of a request on the path of a source.
 *
 * @param reason a fixed code of ours, never a text of the request; {@value #NONE} where the kind
 *     says all
 */
public record RequestOutcome(Kind kind, String reason) {

  public static final String NONE = "none";

  public static final RequestOutcome ACCEPTED = new RequestOutcome(Kind.ACCEPTED, NONE);
  public static final RequestOutcome DUPLICATE = new RequestOutcome(Kind.DUPLICATE, NONE);
  public static final RequestOutcome HANDSHAKE = new RequestOutcome(Kind.HANDSHAKE, NONE);

  /** Its sender went away before the answer; the event may have been stored all the same. */
  public static final RequestOutcome GONE = new RequestOutcome(Kind.GONE, NONE);

  /** What can become of a request. */
  public enum Kind {
    /** Stored and committed. */
    ACCEPTED,
    /** Its dedup key was in the inbox already. */
    DUPLICATE,
    /** A proof of ownership that the sender asked for. */
    HANDSHAKE,
    /** Not valid, and kept apart. */
    QUARANTINED,
    /** Not valid, and not stored: the sender, its secret or a forger is the cause. */
    REJECTED,
    /** Against a limit or a rule, before anything was verified, or over a rate. */
    REFUSED,
    /** We could not take it now: 503, the sender is to come again. */
    UNAVAILABLE,
    /** The sender went away before the answer. */
    GONE,
    /** Answered by a step of the host's own. */
    OTHER;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** In lower case, as a tag. */
    public String code() {
      return code;
    }
  }

  public static RequestOutcome rejected(String reason) {
    return new RequestOutcome(Kind.REJECTED, reason);
  }

  public static RequestOutcome quarantined(String reason) {
    return new RequestOutcome(Kind.QUARANTINED, reason);
  }

  public static RequestOutcome refused(String reason) {
    return new RequestOutcome(Kind.REFUSED, reason);
  }

  public static RequestOutcome unavailable(String reason) {
    return new RequestOutcome(Kind.UNAVAILABLE, reason);
  }

  /** An answer that says no more than its HTTP status. */
  public static RequestOutcome ofStatus(int status) {
    return new RequestOutcome(Kind.OTHER, "http-" + status);
  }
}
