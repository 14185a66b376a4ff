package io.gammawebhook.receive;

import io.gammawebhook.event.Reference;
import io.gammawebhook.measure.RequestOutcome;
import io.gammawebhook.verify.HandshakeAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every answer of ours. The texts are fixed: nothing of a request comes back, but what a handshake
 * of the sender asks for.
 */
public final class Answers {

  private Answers() {}

  /**
   * Stored and committed.
   *
   * @param status the 2xx that this sender counts as success; 204 and 205 go without a body
   */
  public static Answer accepted(int status, Reference reference) {
    return status(status, RequestOutcome.ACCEPTED, reference);
  }

  /** The same, or the text in its place that the sender wants to read. */
  static Answer accepted(SourceDefinition to, Reference reference) {
    return asWanted(to, accepted(to.acceptedStatus(), reference));
  }

  /** Already stored: 200, with the first one's reference or the text that the sender wants. */
  static Answer duplicate(SourceDefinition to, Reference first) {
    return asWanted(to, duplicate(first));
  }

  private static Answer asWanted(SourceDefinition to, Answer answer) {
    String text = to.scheme().answerBody();
    return text == null ? answer : withText(answer.status(), text).as(answer.outcome());
  }

  /** Already stored: 200 with the first one's reference. */
  public static Answer duplicate(Reference first) {
    return status(200, RequestOutcome.DUPLICATE, first);
  }

  private static Answer status(int status, RequestOutcome outcome, Reference reference) {
    if (status == 204 || status == 205) {
      return new Answer(status, null, new byte[0], Map.of(), outcome);
    }
    String json =
        "{\"status\":\"" + outcome.kind().code() + "\",\"reference\":\"" + reference + "\"}";
    return new Answer(
        status, Answer.JSON, json.getBytes(StandardCharsets.UTF_8), Map.of(), outcome);
  }

  /** A text of the scheme in place of ours; it may be empty. */
  static Answer withText(int status, String text) {
    if (text.isEmpty() || status == 204 || status == 205) {
      return new Answer(status, null, new byte[0], Map.of());
    }
    String type = text.startsWith("{") || text.startsWith("[") ? Answer.JSON : "text/plain";
    return new Answer(status, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** What the sender's handshake asks for. No browser takes it for a page. */
  static Answer handshake(HandshakeAnswer answer) {
    Map<String, String> headers = new LinkedHashMap<>(answer.headers());
    headers.put("X-Content-Type-Options", "nosniff");
    return new Answer(
        answer.status(),
        answer.contentType(),
        answer.body().getBytes(StandardCharsets.UTF_8),
        headers,
        RequestOutcome.HANDSHAKE);
  }

  /** A method that only handshakes have, and no handshake. */
  static Answer noHandshake() {
    return Answer.problem(400, "This is no handshake that the source knows")
        .as(RequestOutcome.rejected("no-handshake"));
  }

  /** No event id where the scheme needs one, or not a usable one. */
  public static Answer badEventId() {
    return Answer.problem(400, "The request has no usable event id")
        .as(RequestOutcome.rejected("no-event-id"));
  }

  /**
   * The reason goes to the audit and the metrics, never to whoever tries signatures.
   *
   * @param reason the code of the rejection
   */
  public static Answer unverified(String reason) {
    return Answer.problem(401, "The request could not be verified")
        .as(RequestOutcome.rejected(reason));
  }

  /** From a network that the source does not allow. */
  static Answer networkNotAllowed() {
    return Answer.problem(403, "Your network is not allowed here")
        .as(RequestOutcome.rejected("network-not-allowed"));
  }

  /** Over plain HTTP, where nobody in between vouches for HTTPS. */
  public static Answer plainHttp() {
    return Answer.problem(403, "HTTPS is needed here").as(RequestOutcome.refused("plain-http"));
  }

  /** Said to be compressed, and not. */
  static Answer badEncoding() {
    return Answer.problem(400, "The body is not encoded as it says")
        .as(RequestOutcome.refused("bad-encoding"));
  }

  public static Answer notFound() {
    return Answer.problem(404, "There is no webhook here").as(RequestOutcome.refused("not-found"));
  }

  /**
   * @param allowed those that are
   */
  public static Answer methodNotAllowed(Collection<String> allowed) {
    String list = String.join(", ", allowed);
    return Answer.problem(405, "Only " + list + " is accepted here", Map.of("Allow", list))
        .as(RequestOutcome.refused("method-not-allowed"));
  }

  public static Answer tooLarge() {
    return Answer.problem(413, "The body is too large")
        .as(RequestOutcome.refused("body-too-large"));
  }

  public static Answer unsupportedMediaType() {
    return Answer.problem(415, "This media type is not accepted here")
        .as(RequestOutcome.refused("media-type"));
  }

  /** The body did not come in time. */
  public static Answer tooSlow() {
    return Answer.problem(408, "The body did not come in time")
        .as(RequestOutcome.refused("body-too-slow"));
  }

  /**
   * Over a limit of ours.
   *
   * @param outcome which one
   */
  static Answer tooMany(long retryAfterSeconds, RequestOutcome outcome) {
    return retryLater(429, "Too many requests", retryAfterSeconds).as(outcome);
  }

  /**
   * Not stored, or not known to be: the sender has to send it again.
   *
   * @param reason a fixed code, for the metrics
   */
  public static Answer unavailable(long retryAfterSeconds, String reason) {
    return retryLater(503, "Not available at the moment", retryAfterSeconds)
        .as(RequestOutcome.unavailable(reason));
  }

  /** Senders are not let in: the node is starting or stopping. */
  public static Answer notOpen(long retryAfterSeconds) {
    return unavailable(retryAfterSeconds, "not-open");
  }

  /** The store's line is full. */
  static Answer storeBusy() {
    return unavailable(1, "store-line-full");
  }

  /** The store failed, or nobody knows whether it committed. */
  static Answer storeDown() {
    return unavailable(5, "store-down");
  }

  private static Answer retryLater(int status, String title, long seconds) {
    return Answer.problem(status, title, Map.of("Retry-After", Long.toString(seconds)));
  }
}
