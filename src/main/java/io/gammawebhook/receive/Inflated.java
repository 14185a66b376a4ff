package io.gammawebhook.receive;

import io.gammawebhook.event.RawBody;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
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
  private static final int TRAILER = 8;
  private static final int DEFLATED = 8;

  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xE0;

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
    byte[] body = inflate(sent.body().bytes(), (int) length);
    return body == null
        ? new Inflated(sent, Answers.badEncoding())
        : new Inflated(sent.withBody(RawBody.of(body)), null);
  }

  /**
   * The one member of a file, whole and right. Not by {@code GZIPInputStream}, which goes on with
   * further members, one call inside the other.
   *
   * @param length of the content
   * @return null if it is anything else
   */
  private static byte @Nullable [] inflate(byte[] file, int length) {
    int start = headerLength(file);
    int end = file.length - TRAILER;
    if (start < 0 || start > end) {
      return null;
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(file, start, end - start);
      byte[] content = new byte[length];
      int inflated = 0;
      for (int more = 1; more > 0 && inflated < length; inflated += more) {
        more = inflater.inflate(content, inflated, length - inflated);
      }
      // Asked for one byte more: only then is it known whether there is more.
      int beyond = inflater.inflate(new byte[1]);
      CRC32 crc = new CRC32();
      crc.update(content);
      boolean right =
          inflated == length
              && beyond == 0
              && inflater.finished()
              && inflater.getRemaining() == 0
              && (int) crc.getValue()
                  == ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
      return right ? content : null;
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  /** RFC 1952, section 2.3; -1 for anything else. */
  private static int headerLength(byte[] file) {
    if (file.length < SHORTEST
        || (file[0] & 0xFF) != 0x1F
        || (file[1] & 0xFF) != 0x8B
        || file[2] != DEFLATED) {
      return -1;
    }
    int flags = file[3] & 0xFF;
    int at = 10;
    if ((flags & EXTRA) != 0) {
      at += 2 + (file[at] & 0xFF) + ((file[at + 1] & 0xFF) << 8);
    }
    for (int text : new int[] {NAME, COMMENT}) {
      if ((flags & text) != 0) {
        while (at < file.length && file[at] != 0) {
          at++;
        }
        at++;
      }
    }
    at += (flags & HEADER_CRC) != 0 ? 2 : 0;
    return (flags & RESERVED) != 0 || at > file.length ? -1 : at;
  }
}
