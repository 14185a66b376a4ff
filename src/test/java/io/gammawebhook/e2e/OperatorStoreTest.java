package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.springboot.app.Cli;
import io.gammawebhook.springboot.app.CommandProcess;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands as processes, on the store itself and on a node. */
@Timeout(120)
class OperatorStoreTest {

  private static final String ROUTE =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?retrySchedule=1ms
            steps:
              - to: {{ledger}}
      """;

  private final AtomicInteger ledgerAnswers = new AtomicInteger(503);
  @TempDir private Path folder;
  private HttpServer ledger;

  @BeforeEach
  void start() throws Exception {
    ledger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ledger.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(ledgerAnswers.get(), -1);
          exchange.close();
        });
    ledger.start();
    Files.writeString(
        folder.resolve("routes.camel.yaml"),
        ROUTE.replace("{{ledger}}", "http://127.0.0.1:" + ledger.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    ledger.stop(0);
  }

  private App app(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put(
        "camel.main.routes-include-pattern", "file:" + folder.resolve("routes.camel.yaml"));
    return App.host(folder, properties);
  }

  private static void dead(App app, Database inbox) throws Exception {
    for (String id : List.of("msg_1", "msg_2")) {
      app.sender().accepted(id, "order.paid");
    }
    for (String id : List.of("msg_1", "msg_2")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(inbox.deliveries(id)).containsExactly("orders 0 dead 2"));
    }
  }

  private static void delivered(Database inbox, String id) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(inbox.deliveries(id))
                    .containsExactly("orders 0 dead 2", "orders 1 delivered 1"));
  }

  private static String done(String... args) {
    Cli.Ended ended = Cli.run(args);
    assertThat(ended.exit()).as(ended.toString()).isZero();
    return ended.out();
  }

  /** Runs a command as a process of its own; its exit code, a blank, and what it printed. */
  private static String process(String... args) throws Exception {
    Process process =
        new ProcessBuilder(CommandProcess.words(args)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + printed;
  }

  @Test
  void anEmbeddedStoreIsAskedAndOrderedWhileNoNodeUsesIt() throws Exception {
    String dataDir = "--gamma.webhook.data-dir=" + folder;
    Database inbox;
    try (App app = app(Map.of())) {
      inbox = app.inbox();
      dead(app, inbox);

      Cli.Ended refused = Cli.run("events", "--store", dataDir);
      assertThat(refused.exit()).isEqualTo(3);
      assertThat(refused.err()).contains("in use by another process", "leave --store away");

      String url = app.url("").toString();
      assertThat(process("events", "--state", "dead", "--url", url))
          .startsWith("0 RECEIVED ")
          .contains("msg_1", "msg_2");
      assertThat(process("pause", "gamma/orders", "--why", "repair", "--url", url))
          .startsWith("0 gamma/orders is paused");
      assertThat(process("pause", "gamma/none", "--why", "repair", "--url", url))
          .startsWith("1 The source has no subscription of that name");
    }

    assertThat(process("dead-letters", "--store", dataDir))
        .startsWith("0 2 dead at gamma/orders: http-503");
    assertThat(done("subscriptions", "--store", dataDir)).contains("paused");
    assertThat(done("resume", "gamma/orders", "--why", "repaired", "--store", dataDir))
        .contains("is active");
    assertThat(done("replay", "--state", "dead", "--yes", "--why", "x", "--store", dataDir))
        .contains("replayed: 2");
    assertThat(done("audit", "--kind", "operator", "--store", dataDir))
        .contains("cli " + System.getProperty("user.name") + "@");
    assertThat(Cli.run("sources", "--store", dataDir).err()).contains("leave --store away");

    ledgerAnswers.set(200);
    try (App app = app(Map.of())) {
      delivered(app.inbox(), "msg_1");
      delivered(app.inbox(), "msg_2");
    }
  }

  @Test
  void aSharedStoreIsAskedAndOrderedBesideItsNodes() throws Exception {
    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    Database inbox = new Database(url);
    try (App app = app(Map.of("gamma.webhook.inbox.jdbc-url", url))) {
      dead(app, inbox);
      String store = "--gamma.webhook.inbox.jdbc-url=" + url;
      assertThat(process("events", "--store", store)).startsWith("0 RECEIVED ").contains("msg_1");
      ledgerAnswers.set(200);
      assertThat(
              done(
                  "replay", "--id", "msg_1", "--state", "dead", "--yes", "--why", "x", "--store",
                  store))
          .contains("replayed: 1");
      delivered(inbox, "msg_1");
      assertThat(inbox.deliveries("msg_2")).containsExactly("orders 0 dead 2");
    }
  }

  @Test
  void nothingIsMadeThatIsNotThere() throws Exception {
    Path missing = folder.resolve("typo");
    Cli.Ended ended = Cli.run("events", "--store", "--gamma.webhook.data-dir=" + missing);
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains(missing.toString(), "which is not there");
    assertThat(missing).doesNotExist();

    Cli.Ended empty =
        Cli.run("events", "--store", "--gamma.webhook.data-dir=" + folder.toAbsolutePath());
    assertThat(empty.exit()).isEqualTo(2);
    assertThat(empty.err()).contains("leads to the inbox " + folder.resolve("inbox.db"));
    assertThat(Files.exists(folder.resolve("inbox.db.lock"))).isFalse();

    Files.createFile(folder.resolve("inbox.db"));
    Cli.Ended without =
        Cli.run("events", "--store", "--gamma.webhook.data-dir=" + folder.toAbsolutePath());
    assertThat(without.exit()).isEqualTo(3);
    assertThat(without.err()).contains("--store makes and changes no table");

    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    Cli.Ended other = Cli.run("events", "--store", "--gamma.webhook.inbox.jdbc-url=" + url);
    assertThat(other.exit()).isEqualTo(3);
    assertThat(
            new Database(url)
                .count(
                    "select count(*) from information_schema.tables where table_schema = 'public'"))
        .isZero();
  }
}
