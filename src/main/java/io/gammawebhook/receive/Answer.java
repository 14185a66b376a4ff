package io.gammawebhook.receive;

import io.gammawebhook.measure.RequestOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sender gets back. Nothing of the request is ever in it, but what the sender's handshake
 * asks for.
 *
 * @param status the HTTP status code
 * @param contentType the media type of the body; null for none
 * @param body the bytes to send, read only
 * @param headers further response headers, such as {@code Retry-After} or {@code Allow}
 * @param outcome what the metrics call it; the sender never sees it
 */
public record Answer(
    int status,
    @Nullable String contentType,
    byte[] body,
    Map<String, String> headers,
    RequestOutcome outcome) {

  public static final String JSON = "application/json";
  public static final String PROBLEM_JSON = "application/problem+json";

  /** One that says no more than its status. */
  public Answer(
      int status, @Nullable String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, RequestOutcome.ofStatus(status));
  }

  /** The same for the sender, under another name in the metrics. */
  public Answer as(RequestOutcome what) {
    return new Answer(status, contentType, body, headers, what);
  }

  /**
   * An {@code application/problem+json} answer (RFC 9457); the texts are ours, never the request's.
   */
  public static Answer problem(int status, String title, Map<String, String> headers) {
    String json =
        "{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + "}";
    return new Answer(status, PROBLEM_JSON, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  public static Answer problem(int status, String title) {
    return problem(status, title, Map.of());
  }
}
