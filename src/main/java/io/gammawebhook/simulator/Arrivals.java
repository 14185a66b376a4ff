package io.gammawebhook.simulator;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which an HTTP server of the JDK reads its calls and answers them. A call that has
 * not come after some time is ended, and so is the oldest of them where too many are to come:
 * whoever sends a half and waits keeps nobody else out. Ended means that the thread is interrupted
 * while it reads, which closes the connection.
 */
final class Arrivals implements Executor, AutoCloseable {

  /** Calls that are still to come, at a time. */
  private static final int MOST_TO_COME = 32;

  /** Those whose connections are being closed need their threads a little longer. */
  private static final int MOST_ENDING = 32;

  private final Duration atMost;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor watch;

  /** Since when each reads, in nanoseconds; the oldest first. */
  private final Map<Thread, Long> toCome = new LinkedHashMap<>();

  /**
   * Begins to watch.
   *
   * @param mostCalls calls that have come, and are not answered yet, at a time
   * @param atMost how long a call may take to come
   */
  Arrivals(int mostCalls, Duration atMost) {
    this.atMost = atMost;
    this.threads =
        new ThreadPoolExecutor(
            0,
            mostCalls + MOST_TO_COME + MOST_ENDING,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            action -> Deliveries.daemon(action, "gamma-simulator-api"));
    this.watch =
        new ScheduledThreadPoolExecutor(
            1, action -> Deliveries.daemon(action, "gamma-simulator-api-watch"));
    long often = Math.max(1, atMost.toMillis() / 10);
    var unused = watch.scheduleWithFixedDelay(this::endLate, often, often, TimeUnit.MILLISECONDS);
  }

  @Override
  public void execute(Runnable action) {
    threads.execute(
        () -> {
          begin();
          try {
            action.run();
          } finally {
            hasCome();
          }
        });
  }

  private synchronized void begin() {
    Iterator<Thread> oldest = toCome.keySet().iterator();
    while (toCome.size() >= MOST_TO_COME) {
      oldest.next().interrupt();
      oldest.remove();
    }
    toCome.put(Thread.currentThread(), System.nanoTime());
  }

  private synchronized void endLate() {
    long now = System.nanoTime();
    Iterator<Map.Entry<Thread, Long>> each = toCome.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Thread, Long> next = each.next();
      if (now - next.getValue() < atMost.toNanos()) {
        return;
      }
      next.getKey().interrupt();
      each.remove();
    }
  }

  /**
   * The call of this thread is there: it may take its time from now on.
   *
   * @return false if it was ended before
   */
  synchronized boolean hasCome() {
    return toCome.remove(Thread.currentThread()) != null;
  }

  @Override
  public void close() {
    watch.shutdownNow();
    threads.shutdownNow();
  }
}
