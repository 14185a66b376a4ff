package io.gammawebhook.receive;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SignedRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, read whole: what the steps see, whichever server it came through.
 *
 * @param method as sent, such as {@code POST}
 * @param path the source's path, without the host's context path
 * @param query the raw query string without {@code ?}, or null
 * @param headers the real request headers by lower-case name, each with all its values in order;
 *     never query parameters or form fields
 * @param remoteAddress the sender's network address as text, as far as trusted proxies know it
 * @param body the exact bytes
 */
public record WebhookRequest(
    String method,
    String path,
    @Nullable String query,
    Map<String, List<String>> headers,
    String remoteAddress,
    RawBody body)
    implements SignedRequest {

  /** All values of a header, in order; empty if it is absent. */
  @Override
  public List<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** The same request with another body. */
  WebhookRequest withBody(RawBody other) {
    return new WebhookRequest(method, path, query, headers, remoteAddress, other);
  }
}
