package io.gammawebhook.inbox;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A POST request whose signature is not valid, as it came: all that it takes to verify it once
 * more. It is no event, and nothing of it reaches a route.
 *
 * @param reference ours, given to the sender; the event has it too, should it become one
 * @param query the raw query string without {@code ?}, or null
 * @param headers by lower-case name, without credentials that the scheme does not read
 * @param remoteAddress the sender's network address as text
 * @param body the exact bytes
 * @param reason the code of the rejection, such as {@code signature-mismatch}
 * @param detail a sentence for operators
 */
public record UnverifiedRequest(
    Reference reference,
    SourceName source,
    @Nullable String query,
    Map<String, List<String>> headers,
    String remoteAddress,
    RawBody body,
    String reason,
    String detail) {

  /** The length of what is kept, in bytes or about that. */
  public int length() {
    long length = body.length() + (query == null ? 0 : query.length());
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      for (String value : header.getValue()) {
        length += header.getKey().length() + value.length();
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, length);
  }

  /** Neither headers nor body: both hold what is not for logs. */
  @Override
  public String toString() {
    return "UnverifiedRequest[" + reference + ", " + source + ", " + reason + "]";
  }
}
