package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.testing.RawConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Honest senders among attackers, at the packaged product with a heap of 256 MB. It lasts {@code
 * -Dsiege.seconds}, 20 by default; as a soak, some thousand.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class SiegeIT {

  private static final long SECONDS = Long.getLong("siege.seconds", 20);
  private static final int HONEST = 3;
  private static final int FORGERS = 3;
  private static final int TRICKLING = 60;
  private static final int HALF_OPEN = 60;
  private static final int MOST_KEPT = 50;

  @TempDir private Path folder;

  /** The answers that a kind of sender got, by status, and the slowest of them. */
  private static final class Answers {
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final Queue<Long> millis = new ConcurrentLinkedQueue<>();

    int ask(Callable<Integer> request) throws Exception {
      long before = System.nanoTime();
      int status = request.call();
      millis.add(Duration.ofNanos(System.nanoTime() - before).toMillis());
      statuses.computeIfAbsent(status, key -> new AtomicInteger()).incrementAndGet();
      return status;
    }

    /** The time within which 99 of 100 were answered. */
    long p99() {
      List<Long> sorted = millis.stream().sorted().toList();
      return sorted.get((int) ((sorted.size() - 1) * 0.99));
    }
  }

  /**
   * A sender on a connection that lives on, byte by byte: a client with a pool would hide it if
   * more came than one answer, and its own races would look like the product's. Used by one thread.
   */
  private static final class Client implements AutoCloseable {
    private final Sender sender;
    private @Nullable RawConnection connection;

    Client(URI path, String secret) {
      sender = new Sender(path, "standard-webhooks", secret);
    }

    int send(String id) throws IOException {
      RawConnection open = connection;
      if (open == null) {
        open = new RawConnection(sender.url().getPort());
        connection = open;
      }
      String body = Sender.body(id, "invoice.paid");
      String[] headers =
          sender.signed(id, body).entrySet().stream()
              .map(header -> header.getKey() + ": " + header.getValue())
              .toArray(String[]::new);
      open.post(sender.url().getPath(), body.getBytes(StandardCharsets.UTF_8), headers);
      RawConnection.Response answer = open.read();
      if ("close".equals(answer.headers().get("connection"))) {
        close();
      }
      return answer.status();
    }

    @Override
    public void close() throws IOException {
      RawConnection open = connection;
      connection = null;
      if (open != null) {
        open.close();
      }
    }
  }

  @Test
  void everyHonestEventIsStoredForgersGet401AndMemoryStaysFlat() throws Exception {
    Answers honest = new Answers();
    Answers forged = new Answers();
    Answers kept = new Answers();
    Queue<String> accepted = new ConcurrentLinkedQueue<>();
    try (ProductProcess product =
        new ProductProcess(folder)
            .packaged("-Xmx256m", "-XX:+ExitOnOutOfMemoryError")
            .with("gamma.webhook.sources.kept.secrets[0]", Sender.SECRET)
            .with("gamma.webhook.sources.kept.on-invalid-signature", "quarantine")
            .with("gamma.webhook.inbox.quarantine-requests", MOST_KEPT)) {
      product.start().awaitReady();
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      ExecutorService pool = Executors.newCachedThreadPool();
      List<Future<?>> all = new ArrayList<>();
      try {
        for (int i = 0; i < HONEST; i++) {
          String name = "honest-" + i + "-";
          all.add(pool.submit(() -> sendHonestly(product, name, honest, accepted, end)));
        }
        for (int i = 0; i < FORGERS; i++) {
          String name = "forged-" + i + "-";
          all.add(pool.submit(() -> forge(product.url(), name, forged, end)));
        }
        all.add(pool.submit(() -> forge(product.url().resolve("kept"), "kept-", kept, end)));
        all.add(pool.submit(() -> throwGarbage(product, end)));
        all.add(pool.submit(() -> holdSockets(product, end)));
        long early = 0;
        long late = 0;
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
          long left = end - System.nanoTime();
          long resident = product.residentMegabytes();
          if (left > Duration.ofSeconds(SECONDS).toNanos() / 2) {
            early = Math.max(early, resident);
          } else {
            late = Math.max(late, resident);
          }
        }
        for (Future<?> one : all) {
          one.get();
        }
        assertThat(product.isAlive()).isTrue();
        assertThat(late).as("resident MB, %s before", early).isLessThan(early + early / 4);
      } finally {
        pool.shutdownNow();
      }
      assertThat(honest.statuses.keySet()).as("%s", honest.statuses).containsOnly(202);
      assertThat(forged.statuses.keySet()).as("%s", forged.statuses).containsOnly(401);
      assertThat(honest.p99()).isLessThan(1_000);
      assertThat(forged.p99()).isLessThan(1_000);
      assertThat(kept.statuses.keySet()).as("%s", kept.statuses).containsOnly(202, 429);
      assertThat(kept.statuses.get(202)).hasValue(MOST_KEPT);
      assertThat(kept.p99()).isLessThan(1_000);
      Database inbox = new Database("jdbc:sqlite:" + folder.resolve("inbox.db"));
      assertThat(inbox.lines("select event_id from webhook_event"))
          .containsExactlyInAnyOrderElementsOf(accepted);
      assertThat(inbox.count("select count(*) from webhook_quarantine")).isEqualTo(MOST_KEPT);
      assertThat(accepted).hasSizeGreaterThan((int) SECONDS * 10);
      // One a second, and sixty at once.
      assertThat(
              inbox.count(
                  "select count(*) from webhook_audit where kind = 'rejected'"
                      + " and source = 'gamma'"))
          .isLessThan(SECONDS + 90);
    }
  }

  private static Object sendHonestly(
      ProductProcess product, String name, Answers answers, Queue<String> accepted, long end)
      throws Exception {
    try (Client client = new Client(product.url(), Sender.SECRET)) {
      for (int i = 0; System.nanoTime() < end; i++) {
        String id = name + i;
        if (answers.ask(() -> client.send(id)) == 202) {
          accepted.add(id);
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
    return answers;
  }

  private static Object forge(URI path, String name, Answers answers, long end) throws Exception {
    try (Client stranger = new Client(path, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")) {
      for (int i = 0; System.nanoTime() < end; i++) {
        String id = name + i;
        answers.ask(() -> stranger.send(id));
      }
    }
    return answers;
  }

  /** Bytes that are no HTTP, or nearly. */
  private static Object throwGarbage(ProductProcess product, long end) {
    Random random = new Random(1);
    while (System.nanoTime() < end) {
      byte[] noise = new byte[random.nextInt(4096)];
      random.nextBytes(noise);
      String head =
          switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "POST " + product.url().getPath() + " HTTP/1.1\r\nHost: x\r\n";
            case 2 -> "POST /webhooks/gamma HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n";
            default ->
                "POST /webhooks/gamma HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff";
          };
      try (Socket socket = new Socket("127.0.0.1", product.url().getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(noise);
        out.flush();
      } catch (IOException e) {
        // It was refused in the middle: so it should be.
        continue;
      }
    }
    return product;
  }

  /** Bodies that trickle in, and connections on which nothing comes; each again when it ends. */
  private static Object holdSockets(ProductProcess product, long end) {
    List<Socket> sockets = new ArrayList<>();
    try {
      while (System.nanoTime() < end) {
        sockets.removeIf(socket -> !trickles(socket));
        while (sockets.size() < TRICKLING + HALF_OPEN) {
          Socket socket = new Socket("127.0.0.1", product.url().getPort());
          sockets.add(socket);
          if (sockets.size() % 2 == 0) {
            socket
                .getOutputStream()
                .write(
                    "POST /webhooks/gamma HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
          }
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    } catch (IOException e) {
      throw new AssertionError("A connection was refused", e);
    } finally {
      sockets.forEach(SiegeIT::close);
    }
    return product;
  }

  /** Sends one byte more; false if the server has had enough. */
  private static boolean trickles(Socket socket) {
    try {
      if (socket.getInputStream().available() == 0) {
        socket.getOutputStream().write('x');
        return true;
      }
    } catch (IOException e) {
      // It is closed.
    }
    close(socket);
    return false;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
