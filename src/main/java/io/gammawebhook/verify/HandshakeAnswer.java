package io.gammawebhook.verify;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sender wants to read after its handshake.
 *
 * @param name of the handshake
 * @param status 200 to 299; 0 if it lacks what the answer needs, or has what no answer may have
 * @param contentType of the body; null for none
 * @param body text, which may hold what the sender sent
 * @param headers by name; of printable ASCII only
 */
public record HandshakeAnswer(
    String name,
    int status,
    @Nullable String contentType,
    String body,
    Map<String, String> headers) {

  static HandshakeAnswer impossible(String name) {
    return new HandshakeAnswer(name, 0, null, "", Map.of());
  }

  /** Whether there is an answer. */
  public boolean isPossible() {
    return status != 0;
  }
}
