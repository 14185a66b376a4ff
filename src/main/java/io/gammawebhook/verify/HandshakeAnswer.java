package io.gammawebhook.verify;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sender wants to read after its handshake.
 *
 * @param name of the handshake
 * @param status 200 to 299
 * @param contentType of the body; null for none
 * @param body text, which may hold what the sender sent
 * @param headers by name; of printable ASCII only
 */
public record HandshakeAnswer(
    String name,
    int status,
    @Nullable String contentType,
    String body,
    Map<String, String> headers) {}
