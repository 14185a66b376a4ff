package io.gammawebhook.receive;

import io.gammawebhook.event.Reference;
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
    return status(status, "accepted", reference);
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
    return text == null ? answer : withText(answer.status(), text);
  }

  /** Already stored: 200 with the first one's reference. */
  public static Answer duplicate(Reference first) {
    return status(200, "duplicate", first);
  }

  private static Answer status(int status, String word, Reference reference) {
    if (status == 204 || status == 205) {
      return new Answer(status, null, new byte[0], Map.of());
    }
    String json = "{\"status\":\"" + word + "\",\"reference\":\"" + reference + "\"}";
    return new Answer(status, Answer.JSON, json.getBytes(StandardCharsets.UTF_8), Map.of());
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
        headers);
  }

  /** A method that only handshakes have, and no handshake. */
  static Answer noHandshake() {
    return Answer.problem(400, "This is no handshake that the source knows");
  }

  /** No event id where the scheme needs one, or not a usable one. */
  public static Answer badEventId() {
    return Answer.problem(400, "The request has no usable event id");
  }

  /** The reason goes to the audit, never to whoever tries signatures. */
  public static Answer unverified() {
    return Answer.problem(401, "The request could not be verified");
  }

  /** From a network that the source does not allow. */
  static Answer networkNotAllowed() {
    return Answer.problem(403, "Your network is not allowed here");
  }

  /** Over plain HTTP, where nobody in between vouches for HTTPS. */
  public static Answer plainHttp() {
    return Answer.problem(403, "HTTPS is needed here");
  }

  /** Said to be compressed, and not. */
  static Answer badEncoding() {
    return Answer.problem(400, "The body is not encoded as it says");
  }

  public static Answer notFound() {
    return Answer.problem(404, "There is no webhook here");
  }

  /**
   * @param allowed those that are
   */
  public static Answer methodNotAllowed(Collection<String> allowed) {
    String list = String.join(", ", allowed);
    return Answer.problem(405, "Only " + list + " is accepted here", Map.of("Allow", list));
  }

  public static Answer tooLarge() {
    return Answer.problem(413, "The body is too large");
  }

  public static Answer unsupportedMediaType() {
    return Answer.problem(415, "This media type is not accepted here");
  }

  /** Over a rate limit of ours. */
  public static Answer tooMany(long retryAfterSeconds) {
    return retryLater(429, "Too many requests", retryAfterSeconds);
  }

  /** Not stored, or not known to be: the sender has to send it again. */
  public static Answer unavailable(long retryAfterSeconds) {
    return retryLater(503, "Not available at the moment", retryAfterSeconds);
  }

  /** The store failed, or nobody knows whether it committed. */
  static Answer storeDown() {
    return unavailable(5);
  }

  private static Answer retryLater(int status, String title, long seconds) {
    return Answer.problem(status, title, Map.of("Retry-After", Long.toString(seconds)));
  }
}
