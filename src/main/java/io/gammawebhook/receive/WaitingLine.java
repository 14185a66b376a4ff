package io.gammawebhook.receive;

import io.gammawebhook.measure.Measure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much of what senders sent may be in memory at once, over all sources: in bytes from the first
 * byte that is read, in requests from the moment a request is whole until its work is done. So a
 * sender that opens connections and sends nothing takes no place from one that does.
 *
 * <p>Nobody waits for a place: whoever gets none is answered 503 at once. Safe for use by many
 * threads.
 */
public final class WaitingLine implements Measure.Line {

  /** Enough for a second's burst of an ordinary sender; each waits for a commit only. */
  public static final int DEFAULT_MAX_REQUESTS = 1024;

  /**
   * A quarter of the bytes is for requests that hold no more than this: large bodies, however many
   * and however slow, never keep out the small ones that most events are.
   */
  public static final int SMALL = 64 << 10;

  private final long maxRequests;
  private final long maxBytes;
  private final long maxBytesForLarge;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** When an ordinary request last got no place, by {@code System.nanoTime}; null if never. */
  private volatile @Nullable Long refusedAt;

  /**
   * @param maxRequests at least 1
   * @param maxBytes at least 1
   */
  public WaitingLine(int maxRequests, long maxBytes) {
    if (maxRequests < 1) {
      throw new IllegalArgumentException(
          "The waiting line must hold at least 1 request, was " + maxRequests);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "The waiting line must hold at least 1 byte, was " + maxBytes);
    }
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
    maxBytesForLarge = maxBytes - maxBytes / 4;
  }

  /** {@value #DEFAULT_MAX_REQUESTS} requests, and an eighth of the given heap. */
  public static WaitingLine forHeap(long maxHeapBytes) {
    return new WaitingLine(DEFAULT_MAX_REQUESTS, Math.max(1, maxHeapBytes / 8));
  }

  /** A place that holds nothing yet. Whoever opens it closes it. */
  public Place open() {
    return new Place();
  }

  /** The most bytes that a single request can ever hold, when it has the line for itself. */
  public long largest() {
    return Math.max(maxBytesForLarge, Math.min(SMALL, maxBytes));
  }

  @Override
  public long maxRequests() {
    return maxRequests;
  }

  @Override
  public long maxBytes() {
    return maxBytes;
  }

  /** Whole requests whose work is not done. */
  @Override
  public long requests() {
    return requests.get();
  }

  /** Bytes held for requests, whole or not. */
  @Override
  public long bytes() {
    return bytes.get();
  }

  /**
   * Whether within the time before now a request got no place that is no larger than {@link
   * #SMALL}: large ones alone may well be refused while all others get in.
   */
  public boolean refusedWithin(Duration time) {
    Long at = refusedAt;
    return at != null && System.nanoTime() - at < time.toNanos();
  }

  private static boolean take(AtomicLong taken, long amount, long max) {
    if (taken.addAndGet(amount) <= max) {
      return true;
    }
    taken.addAndGet(-amount);
    return false;
  }

  /** What one request holds. Grown by one thread at a time; closed by any. */
  public final class Place implements AutoCloseable {

    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicBoolean entered = new AtomicBoolean();

    private Place() {}

    /** The bytes that it holds. */
    public long bytes() {
      return heldBytes.get();
    }

    /** Takes so many bytes more; false, and nothing taken, if the line has not that many left. */
    public boolean tryGrow(long more) {
      boolean small = heldBytes.get() + more <= SMALL;
      if (!take(bytes, more, small ? maxBytes : maxBytesForLarge)) {
        if (small) {
          refusedAt = System.nanoTime();
        }
        return false;
      }
      heldBytes.addAndGet(more);
      return true;
    }

    /** Counts as a whole request from now on; false if there are as many as the line may hold. */
    public boolean tryEnter() {
      if (!take(requests, 1, maxRequests)) {
        refusedAt = System.nanoTime();
        return false;
      }
      entered.set(true);
      return true;
    }

    /** Gives everything back; again is harmless. */
    @Override
    public void close() {
      bytes.addAndGet(-heldBytes.getAndSet(0));
      if (entered.getAndSet(false)) {
        requests.decrementAndGet();
      }
    }
  }
}
