package io.gammawebhook.http;

import java.util.concurrent.TimeUnit;

/**
 * How fast a body comes, looked at over half a second or more. Told by one thread at a time, read
 * by any; a reader may see the figures of a moment ago.
 */
public final class Pace {

  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(500);

  private volatile Window window;

  /**
   * @param since the start of the stretch of time that is looked at
   * @param before the bytes that had come by then
   * @param total the bytes that have come by now
   * @param last the rate in the stretch before, in bytes per second
   */
  private record Window(long since, long before, long total, double last) {

    double rate(long now) {
      return (total - before) / ((now - since) / 1e9);
    }
  }

  public Pace(long now) {
    window = new Window(now, 0, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * @param total the bytes that have come until now
   */
  public void came(long total, long now) {
    Window current = window;
    window =
        now - current.since < WINDOW
            ? new Window(current.since, current.before, total, current.last)
            : new Window(now, current.total, total, current.rate(now));
  }

  /** In bytes per second; infinite for the first half second, in which nobody is called slow. */
  public double bytesPerSecond(long now) {
    Window current = window;
    return now - current.since < WINDOW ? current.last : current.rate(now);
  }
}
