package io.gammawebhook.http;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.receive.WaitingLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Gathers the bytes of a body as they come, and takes memory only for what has come: a sender that
 * announces much and sends little holds little. For use by one thread at a time.
 */
public final class BodyBuffer {

  /** Most bodies fit at once. */
  private static final int FIRST = 2048;

  /** The least that is taken more, so that a body of some kilobytes is not copied often. */
  private static final int MORE = 4096;

  private final WaitingLine.Place place;
  private final int max;
  private final long announced;
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * @param max the greatest length allowed, in bytes
   * @param announced the Content-Length, or -1
   */
  public BodyBuffer(WaitingLine.Place place, long max, long announced) {
    this.place = place;
    // One byte more than allowed must fit into an array, to see that it came.
    this.max = (int) Math.min(max, Integer.MAX_VALUE - 16);
    this.announced = announced;
  }

  /** What became of a read. */
  public enum Read {
    SOME,
    END,
    TOO_LARGE,
    NO_PLACE
  }

  /** Reads once; the stream has said that it does not block. */
  public Read readFrom(InputStream in) throws IOException {
    if (length == bytes.length && !grow()) {
      return Read.NO_PLACE;
    }
    int count = in.read(bytes, length, bytes.length - length);
    if (count < 0) {
      return Read.END;
    }
    length += count;
    return length > max ? Read.TOO_LARGE : Read.SOME;
  }

  private boolean grow() {
    long limit = max + 1L;
    if (announced > 0 && announced < limit && length < announced) {
      limit = announced;
    }
    // A quarter more: what is held is never much above what has come.
    long wanted = bytes.length == 0 ? FIRST : bytes.length + Math.max(MORE, bytes.length / 4L);
    int target = (int) Math.min(limit, wanted);
    if (!place.tryGrow(target - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, target);
    return true;
  }

  public int length() {
    return length;
  }

  /** The body; the buffer is not used after it. */
  public RawBody body() {
    return RawBody.of(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }
}
