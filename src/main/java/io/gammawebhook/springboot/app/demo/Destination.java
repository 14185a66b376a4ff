package io.gammawebhook.springboot.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.event.DeliveryId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP system that orders are posted to: one that works, is down for a while, and does not take
 * everything. It listens on the loopback address only, and remembers a bounded number of the
 * deliveries that it took. Safe for use by many threads.
 */
final class Destination implements AutoCloseable {

  private static final int MOST_REMEMBERED = 10_000;
  private static final int LARGEST_BODY = 1_000_000;

  private final HttpServer server;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(4, work -> Daemons.of("demo-destination", work));
  private final Set<DeliveryId> taken = ConcurrentHashMap.newKeySet();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean down;
  private volatile @Nullable String unwanted;

  /**
   * One that has its address, and answers from {@link #start} on.
   *
   * @throws IOException if no address can be had
   */
  Destination() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/orders", this::answer);
  }

  /** Where orders are posted to. */
  URI url() {
    return URI.create(
        "http://"
            + server.getAddress().getAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/orders");
  }

  /** Answers from now on. */
  void start() {
    Daemons.within("demo-destination-start", server::start);
  }

  /** From now on it answers 503. */
  void breakDown() {
    down = true;
  }

  /**
   * From now on it answers 422 to events of this type.
   *
   * @param type null for none
   */
  void refuse(@Nullable String type) {
    unwanted = type;
  }

  /** From now on it takes everything. */
  void mend() {
    down = false;
    unwanted = null;
  }

  /** The deliveries that it took, each once. */
  Set<DeliveryId> taken() {
    return Set.copyOf(taken);
  }

  /** How often it answered with an error. */
  long refused() {
    return refused.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body =
          new String(exchange.getRequestBody().readNBytes(LARGEST_BODY), StandardCharsets.UTF_8);
      int status = status(body);
      if (status >= 400) {
        refused.incrementAndGet();
      } else if (taken.size() < MOST_REMEMBERED) {
        remember(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private int status(String body) {
    if (down) {
      return 503;
    }
    String type = unwanted;
    return type != null && body.contains('"' + type + '"') ? 422 : 204;
  }

  private void remember(@Nullable String key) {
    try {
      taken.add(DeliveryId.parse(key == null ? "" : key));
    } catch (IllegalArgumentException e) {
      // Somebody else's request: it is answered, and not counted.
      return;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdown();
  }
}
