package io.gammawebhook.receive;

import io.gammawebhook.event.RawBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is as its sender wrote it before it was compressed (RFC 9110, section 8.4),
 * where the source allows that. Never more than the source's largest body is inflated, and one byte
 * to see that there is more.
 *
 * @param request inflated, or as it was sent
 * @param refusal what to answer if it cannot be inflated; else null
 */
record Inflated(WebhookRequest request, @Nullable Answer refusal) {

  static Inflated of(WebhookRequest sent, SourceDefinition definition) {
    List<String> encodings = sent.header("content-encoding");
    if (!definition.gzip() || encodings.isEmpty()) {
      return new Inflated(sent, null);
    }
    if (encodings.size() != 1 || !encodings.get(0).strip().equalsIgnoreCase("gzip")) {
      return new Inflated(sent, Answers.badEncoding());
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(sent.body().bytes()))) {
      byte[] body = in.readNBytes(definition.maxBodySize() + 1);
      return body.length > definition.maxBodySize()
          ? new Inflated(sent, Answers.tooLarge())
          : new Inflated(sent.withBody(RawBody.of(body)), null);
    } catch (IOException e) {
      return new Inflated(sent, Answers.badEncoding());
    }
  }
}
