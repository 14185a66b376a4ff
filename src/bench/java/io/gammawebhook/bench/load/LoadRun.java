package io.gammawebhook.bench.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One run against one port, on one thread. Without a rate each connection sends its next request
 * when the answer to the last one is there. With a rate, requests are due at even times, and each
 * one's time counts from when it was due, so that a server that stalls is not spared what it would
 * have been sent meanwhile.
 */
final class LoadRun {

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long NAP_NANOS = 50_000;

  private final Command command;
  private final Requests requests;
  private final @Nullable Trace trace;
  private final Histogram times = new Histogram();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final List<HttpConnection> connections = new ArrayList<>();
  private final ArrayDeque<HttpConnection> free = new ArrayDeque<>();
  private long start;
  private long end;
  private int sent;
  private int underWay;
  private long okInTime;
  private long errors;

  /**
   * What is asked for.
   *
   * @param rate requests per second, or 0 for as many as the server takes
   * @param trace where the times of each request are written, or "-"
   */
  record Command(
      int port,
      String path,
      int connections,
      double rate,
      double seconds,
      int requests,
      String trace) {}

  LoadRun(Command command, Requests requests, @Nullable Trace trace) {
    this.command = command;
    this.requests = requests;
    this.trace = trace;
  }

  /** Runs, and returns the result as one line of {@code name=value}. */
  String run() throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < command.connections(); i++) {
        open(selector);
      }
      long startedMillis = System.currentTimeMillis();
      start = System.nanoTime();
      end = start + (long) (command.seconds() * 1e9);
      while (true) {
        sendWhatIsDue();
        long now = System.nanoTime();
        boolean over = now >= end || (command.rate() == 0 && sent == requests.count());
        if (over && (underWay == 0 || now >= end + LINGER_NANOS)) {
          break;
        }
        await(selector, now);
      }
      for (HttpConnection connection : connections) {
        connection.close();
      }
      return result(startedMillis);
    }
  }

  private void open(Selector selector) throws IOException {
    HttpConnection connection = new HttpConnection(command.port(), selector, requests.length());
    connections.add(connection);
    free.add(connection);
  }

  private void sendWhatIsDue() throws IOException {
    while (!free.isEmpty() && sent < requests.count()) {
      long now = System.nanoTime();
      long due = command.rate() == 0 ? now : start + (long) (sent * 1e9 / command.rate());
      if (due > now || due >= end) {
        return;
      }
      HttpConnection connection = free.poll();
      underWay++;
      connection.send(requests, sent, due);
      sent++;
    }
  }

  private void await(Selector selector, long now) throws IOException {
    if (command.rate() == 0 || free.isEmpty()) {
      selector.select(100);
    } else {
      long due = Math.min(end, start + (long) (sent * 1e9 / command.rate()));
      if (due - now > 2_000_000) {
        selector.select(1);
      } else if (selector.selectNow() == 0) {
        LockSupport.parkNanos(Math.max(1, Math.min(NAP_NANOS, due - now)));
        selector.selectNow();
      }
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.attachment() instanceof HttpConnection connection) {
        serve(selector, connection);
      }
    }
    selector.selectedKeys().clear();
  }

  private void serve(Selector selector, HttpConnection connection) throws IOException {
    try {
      int status = connection.ready();
      if (status != 0) {
        answered(connection, status);
        if (connection.closing) {
          connection.close();
          connections.remove(connection);
          open(selector);
        } else {
          free.add(connection);
        }
      }
    } catch (IOException e) {
      errors++;
      connection.close();
      connections.remove(connection);
      if (connection.busy) {
        underWay--;
      } else {
        free.remove(connection);
      }
      open(selector);
    }
  }

  private void answered(HttpConnection connection, int status) {
    long now = System.nanoTime();
    underWay--;
    times.add((now - connection.sinceNanos) / 1000);
    statuses.merge(status, 1L, Long::sum);
    if (status / 100 == 2 && now < end) {
      okInTime++;
    }
    if (trace != null) {
      trace.add(requests.id(connection.index), now - connection.sinceNanos);
    }
  }

  private String result(long startedMillis) {
    // Where the requests were used up before the time was, the time is shorter.
    double seconds = (Math.min(end, System.nanoTime()) - start) / 1e9;
    StringBuilder line = new StringBuilder();
    line.append("rate=").append(okInTime / seconds);
    line.append(" p50=").append(times.percentile(0.5));
    line.append(" p99=").append(times.percentile(0.99));
    line.append(" p999=").append(times.percentile(0.999));
    line.append(" max=").append(times.max());
    line.append(" sent=").append(sent);
    line.append(" errors=").append(errors + underWay);
    line.append(" started=").append(startedMillis);
    statuses.forEach((status, count) -> line.append(" s").append(status).append('=').append(count));
    return line.toString();
  }
}
