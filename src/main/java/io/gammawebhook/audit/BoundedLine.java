package io.gammawebhook.audit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A line of the log that a fault repeats without end, such as a destination that is down: {@value
 * AuditRate#BURST} at once and then one a second. Each tells how many before it were left out; of
 * those that are left out the last is kept, and written when the others have stopped, so that all
 * are told of in the end. Safe for use by many threads.
 */
public final class BoundedLine {

  private static final long REST_SECONDS = 10;

  private final AuditRate rate = new AuditRate();
  private final LongSupplier millis;
  private final Executor later;

  /** The last one that was left out. Guarded by this. */
  private @Nullable LongConsumer kept;

  /** Guarded by this. */
  private boolean looksLater;

  private volatile long lastMillis;

  public BoundedLine() {
    this(
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        CompletableFuture.delayedExecutor(REST_SECONDS, TimeUnit.SECONDS));
  }

  /**
   * @param millis what the time is, from any beginning
   * @param later runs what it is given after a rest, of which the last of many is to be written
   */
  BoundedLine(LongSupplier millis, Executor later) {
    this.millis = millis;
    this.later = later;
  }

  /**
   * Writes a line now, or leaves it out.
   *
   * @param line writes it, and is given how many were left out before it; it is kept for a while,
   *     so it holds on to nothing large
   */
  public void write(LongConsumer line) {
    long now = millis.getAsLong();
    lastMillis = now;
    long before;
    synchronized (this) {
      if (!rate.admits(now)) {
        rate.leaveOut(1);
        kept = line;
        lookLater();
        return;
      }
      kept = null;
      before = rate.takeUnwritten();
    }
    line.accept(before);
  }

  private void lookLater() {
    if (!looksLater) {
      looksLater = true;
      later.execute(this::look);
    }
  }

  private void look() {
    synchronized (this) {
      looksLater = false;
      if (kept != null && !rate.admits(millis.getAsLong())) {
        lookLater();
        return;
      }
    }
    sumUp();
  }

  /** Writes the last one that was left out, if there is one: nothing is to follow. */
  public void sumUp() {
    LongConsumer last;
    long before;
    synchronized (this) {
      last = kept;
      if (last == null) {
        return;
      }
      kept = null;
      before = rate.takeUnwritten() - 1;
    }
    last.accept(before);
  }

  /** Whether nothing is kept, and nothing was written for so long that its burst is free again. */
  boolean isForgettable() {
    synchronized (this) {
      return kept == null
          && millis.getAsLong() - lastMillis > TimeUnit.SECONDS.toMillis(AuditRate.BURST);
    }
  }

  /** What a sentence of the log says of those before it; empty if there are none. */
  public static String told(long leftOut) {
    return leftOut == 0 ? "" : " (" + leftOut + " more such lines before this were left out)";
  }
}
