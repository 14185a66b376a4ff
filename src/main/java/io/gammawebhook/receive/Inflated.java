package io.gammawebhook.receive;

import io.gammawebhook.event.RawBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is as its sender wrote it before it was compressed (RFC 9110, section 8.4),
 * where the source allows that. It has one member whose trailer says its length (RFC 1952, section
 * 2.3.1), so that memory is found for it before it is inflated; never more than that is inflated,
 * and one byte to see that there is more.
 *
 * @param request inflated, or as it was sent
 * @param refusal what to answer if it cannot be inflated; else null
 */
public record Inflated(WebhookRequest request, @Nullable Answer refusal) {

  private static final int LENGTH_AT_END = 4;

  /** A header of 10 bytes, an empty block of 2, and a trailer of 8. */
  private static final int SHORTEST = 20;

  /**
   * How many bytes a request's body has once it is inflated; 0 if it will not be.
   *
   * @param encoding the header Content-Encoding, or null
   */
  public static long length(SourceDefinition definition, @Nullable String encoding, RawBody body) {
    if (!definition.gzip() || encoding == null || body.length() < SHORTEST) {
      return 0;
    }
    ByteBuffer sent = ByteBuffer.wrap(body.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    return (sent.getShort(0) & 0xFFFF) == GZIPInputStream.GZIP_MAGIC
        ? sent.getInt(body.length() - LENGTH_AT_END) & 0xFFFF_FFFFL
        : 0;
  }

  static Inflated of(WebhookRequest sent, SourceDefinition definition) {
    List<String> encodings = sent.header("content-encoding");
    if (!definition.gzip() || encodings.isEmpty()) {
      return new Inflated(sent, null);
    }
    if (encodings.size() != 1 || !encodings.get(0).strip().equalsIgnoreCase("gzip")) {
      return new Inflated(sent, Answers.badEncoding());
    }
    long length = length(definition, encodings.get(0), sent.body());
    if (length > definition.maxBodySize()) {
      return new Inflated(sent, Answers.tooLarge());
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(sent.body().bytes()))) {
      byte[] body = new byte[(int) length];
      boolean whole = in.readNBytes(body, 0, body.length) == body.length && in.read() < 0;
      return whole
          ? new Inflated(sent.withBody(RawBody.of(body)), null)
          : new Inflated(sent, Answers.badEncoding());
    } catch (IOException e) {
      return new Inflated(sent, Answers.badEncoding());
    }
  }
}
