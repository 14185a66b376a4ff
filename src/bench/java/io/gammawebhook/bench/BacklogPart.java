package io.gammawebhook.bench;

import io.gammawebhook.bench.Load.Result;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.inbox.Subscription;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a claim of 100 deliveries costs when few or many wait, and how long a node with a heap of
 * 256 MB takes to work off the many while new events come in.
 */
final class BacklogPart implements Part {

  private static final int FEW = 10_000;
  private static final int CLAIMS = 40;

  /** Turns of both that are not counted: the first claims of a JVM are slow, whatever waits. */
  private static final int WARMUP_ROUNDS = 10;

  private static final double FRESH_PER_SECOND = 500;

  /** Those that waited from the first are due at the first milliseconds of the epoch. */
  private static final String OLD_IS_OPEN =
      "select count(*) from (select 1 from webhook_delivery where state in ('waiting', 'leased')"
          + " and created_at < 100000000 limit 1) as old";

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    for (String store : List.of(Contestants.PRODUCT_SQLITE, Contestants.PRODUCT_POSTGRES)) {
      if (scene.settings().wants(store)) {
        int many = scene.settings().backlog();
        Map<Integer, String> urls = new LinkedHashMap<>();
        for (int waiting : List.of(FEW, many)) {
          urls.put(waiting, url(scene, store, waiting));
          prepare(url(urls, waiting), waiting);
        }
        for (int round = 1 - WARMUP_ROUNDS; round <= scene.settings().rounds(); round++) {
          for (int waiting : round % 2 == 0 ? List.of(many, FEW) : List.of(FEW, many)) {
            double millis = claim(url(urls, waiting));
            release(url(urls, waiting));
            if (round > 0) {
              into.add(round, store, "claim-100-of-" + waiting + "-ms", millis);
            }
          }
        }
        drain(scene, into, store, url(urls, many));
      }
    }
  }

  private static String url(Map<Integer, String> urls, int waiting) {
    return Objects.requireNonNull(urls.get(waiting));
  }

  private static String url(Scene scene, String store, int waiting) throws Exception {
    return store.equals(Contestants.PRODUCT_SQLITE)
        ? "jdbc:sqlite:" + scene.contestants().folder(store + "-" + waiting).resolve("inbox.db")
        : scene.postgres().url(scene.contestants().database());
  }

  private static JdbcInbox open(String url) {
    return JdbcInbox.open(
        InboxSettings.ofUrl(url, null, null, "bench"), InstantSource.system(), new Random());
  }

  private static Subscription subscription(JdbcInbox inbox) {
    return inbox.register(new SourceName("gamma"), new SubscriptionName("bench"), List.of());
  }

  /** The schema by the product, the rows by one statement a table. */
  private static void prepare(String url, int waiting) throws SQLException {
    int number;
    try (JdbcInbox inbox = open(url)) {
      number = subscription(inbox).number();
    }
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    String numbers =
        sqlite
            ? "with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                + waiting
                + ") "
            : "with n(i) as (select generate_series(1, " + waiting + ")) ";
    String reference =
        sqlite
            ? "printf('00000000-0000-0000-0000-%012x', i)"
            : "lpad(to_hex(i), 32, '0')::uuid";
    String sha = sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
    String body = sqlite ? "randomblob(1024)" : "convert_to(repeat('x', 1024), 'UTF8')";
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement()) {
      s.execute(
          "insert into webhook_event (reference, source, dedup_key, event_id, event_type, headers,"
              + " received_at, body_sha256, subscribed) "
              + numbers
              + "select "
              + reference
              + ", 'gamma', 'backlog-' || i, 'backlog-' || i, 'invoice.paid', '{}', i, "
              + sha
              + ", 1 from n");
      s.execute(
          "insert into webhook_body (reference, body) "
              + numbers
              + "select "
              + reference
              + ", "
              + body
              + " from n");
      s.execute(
          "insert into webhook_delivery (reference, subscription, run, state, attempt, epoch,"
              + " due_at, created_at) "
              + numbers
              + "select "
              + reference
              + ", "
              + number
              + ", 0, 'waiting', 0, 0, i, i from n");
    }
  }

  private static double claim(String url) {
    List<Double> millis = new ArrayList<>();
    try (JdbcInbox inbox = open(url)) {
      Subscription subscription = subscription(inbox);
      for (int i = 0; i < CLAIMS; i++) {
        long start = System.nanoTime();
        inbox.claim(subscription, 100).toCompletableFuture().join();
        millis.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Samples.median(millis);
  }

  /** What was claimed waits again, as if it had not been. */
  private static void release(String url) throws SQLException {
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement()) {
      s.execute(
          "update webhook_delivery set state = 'waiting', attempt = 0, epoch = 0, node = null,"
              + " due_at = created_at where state = 'leased'");
    }
  }

  private static void drain(Scene scene, Samples into, String store, String url)
      throws Exception {
    String name = store + "-drain";
    Contestant product =
        scene
            .contestants()
            .productOn(
                name,
                scene.contestants().folder(name),
                url,
                Routes.NO_OP,
                List.of("-Xmx256m"));
    ExecutorService observer = Executors.newSingleThreadExecutor();
    try (Connection c = DriverManager.getConnection(EndToEndPart.readOnly(url))) {
      long before = EndToEndPart.count(c, "select count(*) from webhook_delivery");
      long start = System.nanoTime();
      Child child = product.startAndAwait(scene.load());
      try {
        Future<Double> drained = observer.submit(() -> awaitDrained(url, start));
        double fresh = Math.max(1, before / 5000.0);
        Result result = scene.load().atRate(product, FRESH_PER_SECOND, fresh);
        EndToEndPart.awaitDone(c);
        double seconds = drained.get();
        into.add(1, store, "drain-s", seconds);
        into.add(1, store, "drain-backlog-per-s", before / seconds);
        into.add(1, store, "drain-fresh-ack-p99-ms", result.p99());
        into.add(1, store, "drain-fresh-not-2xx", result.notOk());
        into.add(1, store, "drain-rss-mb", child.residentMegabytes());
      } finally {
        child.close();
      }
    } finally {
      observer.shutdownNow();
    }
  }

  /** Waits until none of those that waited from the first is open, and returns the seconds. */
  private static double awaitDrained(String url, long start) throws Exception {
    try (Connection c = DriverManager.getConnection(EndToEndPart.readOnly(url))) {
      while (EndToEndPart.count(c, OLD_IS_OPEN) > 0) {
        Thread.sleep(500);
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
