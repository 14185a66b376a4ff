package io.gammawebhook.receive;

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
 */
public record Answer(
    int status, @Nullable String contentType, byte[] body, Map<String, String> headers) {

  public static final String JSON = "application/json";
  public static final String PROBLEM_JSON = "application/problem+json";

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
