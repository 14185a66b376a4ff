package io.gammawebhook.http;

import io.gammawebhook.receive.WaitingLine;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a few times a second whether a request has taken too long. One look over all of them is
 * cheaper than a timer for each. A servlet container's own asynchronous time-out is of no use:
 * after it no answer can be written without blocking. Safe for use by many threads.
 */
public final class Deadlines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  /** How late a deadline may be noticed. */
  private static final Duration EVERY = Duration.ofMillis(250);

  /** Which part of the line is freed in one go, so that a crowd is not looked through for each. */
  private static final long PART = 32;

  /** In bytes per second. A large body that comes faster is not ended for another large one. */
  private static final double SLOW = 64 << 10;

  private final Set<OpenRequest> open = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final BooleanSupplier closed;
  private final Duration drain;
  private @Nullable Long closedAt;

  /**
   * @param closed whether nobody is let in any more
   * @param drain how long bodies that are on their way may still come then
   */
  public Deadlines(LongSupplier nanoTime, BooleanSupplier closed, Duration drain) {
    this.nanoTime = nanoTime;
    this.closed = closed;
    this.drain = drain;
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "gamma-webhook-deadlines");
              thread.setDaemon(true);
              // Not the one of the web application that happens to need it first.
              thread.setContextClassLoader(Deadlines.class.getClassLoader());
              return thread;
            });
  }

  /** In nanoseconds, on a clock that never goes back. */
  public long now() {
    return nanoTime.getAsLong();
  }

  /** Watches a request until it is removed. */
  public void add(OpenRequest request) {
    open.add(request);
    // No thread in a host that never hears of a webhook.
    if (looking.compareAndSet(false, true)) {
      var unused =
          timer.scheduleWithFixedDelay(
              this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  public void remove(OpenRequest request) {
    open.remove(request);
  }

  /**
   * When memory is short, it goes to the fast: ends the requests whose bodies come the most slowly,
   * at less than half the pace of the one that asks, until some memory is free. So a body that
   * comes at once finds room, and a crowd of slow ones cannot keep theirs. Large bodies do not end
   * each other's unless they are {@link #SLOW}, or under load none would ever be whole.
   *
   * @return whether one was ended, and what it held is free
   */
  public synchronized boolean endSlower(OpenRequest asking, WaitingLine line) {
    record Slow(OpenRequest request, double pace) {}
    long now = now();
    double bound = Math.min(asking.pace(now) / 2, asking.isSmall() ? Double.MAX_VALUE : SLOW);
    List<Slow> slower =
        open.stream()
            .filter(request -> request != asking && request.holdsBody())
            .map(request -> new Slow(request, request.pace(now)))
            .filter(slow -> slow.pace() < bound)
            .sorted(Comparator.comparingDouble(Slow::pace))
            .toList();
    long freed = 0;
    for (Slow slow : slower) {
      if (freed > line.largest() / PART) {
        break;
      }
      freed += slow.request().giveWay();
    }
    return freed > 0;
  }

  public int size() {
    return open.size();
  }

  private void look() {
    long now = now();
    boolean givenUp = isDrained(now);
    for (OpenRequest request : open) {
      try {
        request.look(now, givenUp);
      } catch (RuntimeException e) {
        // One request's trouble must not end the watch over all others.
        LOG.warn("A request could not be ended", e);
      }
    }
  }

  private boolean isDrained(long now) {
    if (!closed.getAsBoolean()) {
      closedAt = null;
      return false;
    }
    Long since = closedAt;
    if (since == null) {
      since = now;
      closedAt = now;
    }
    return now - since >= drain.toNanos();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
