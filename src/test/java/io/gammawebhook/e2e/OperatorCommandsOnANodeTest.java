package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.springboot.app.Cli;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator's night: the commands against an application that runs. */
@Timeout(120)
class OperatorCommandsOnANodeTest {

  private static final String ROUTES =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?types=order.*&retrySchedule=1ms
            steps:
              - to: {{ledger}}
      - route:
          id: invoices
          from:
            uri: webhook-inbox:gamma?types=invoice.*&retrySchedule=6h
            steps:
              - to: {{ledger}}
      """;

  private final AtomicInteger ledgerAnswers = new AtomicInteger(503);
  @TempDir private Path folder;
  private HttpServer ledger;
  private App app;
  private String out = "";
  private String err = "";

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
        ROUTES.replace("{{ledger}}", "http://127.0.0.1:" + ledger.getAddress().getPort()));
    app =
        App.host(
            folder,
            Map.of("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml"));
  }

  @AfterEach
  void stop() {
    app.close();
    ledger.stop(0);
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--url");
    all.add(app.url("").toString());
    Cli.Ended ended = Cli.run(all.toArray(String[]::new));
    out = ended.out();
    err = ended.err();
    return ended.exit();
  }

  /** Runs a command that is to succeed, and returns what it printed. */
  private String done(String... args) {
    int exit = run(args);
    assertThat(exit).as(String.join(" ", args) + ": " + out + err).isZero();
    return out;
  }

  private JsonNode json(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    return new ObjectMapper().readTree(done(all.toArray(String[]::new)));
  }

  private void send(String id, String type) throws Exception {
    app.sender().accepted(id, type);
  }

  private void awaitStates(String id, String... states) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(app.inbox().deliveries(id)).containsExactly(states));
  }

  @Test
  void anEventThatFailedIsFoundUnderstoodAndSentAgain() throws Exception {
    send("msg_1", "order.paid");
    awaitStates("msg_1", "orders 0 dead 2");

    assertThat(done("dead-letters")).contains("1 dead at gamma/orders: http-503");
    JsonNode letter = json("dead-letters", "--each").get(0);
    assertThat(letter.path("event-id").asText()).isEqualTo("msg_1");
    assertThat(done("events", "--state", "dead", "--since", "1h"))
        .contains("msg_1", "orders dead (http-503)");
    assertThat(done("show", "msg_1"))
        .contains("Event id   msg_1", "Source     gamma")
        .containsPattern("orders +attempt.* 1 .*http-503");

    String delivery = letter.path("delivery").asText();
    assertThat(run("retry", delivery, "--why", "x")).isEqualTo(1);
    assertThat(err).contains("only a waiting one can be retried");
    ledgerAnswers.set(200);
    assertThat(done("replay", delivery, "--why", "the ledger is back", "--who", "ann"))
        .contains("is waiting");
    awaitStates("msg_1", "orders 0 dead 2", "orders 1 delivered 1");
    assertThat(done("audit", "--kind", "operator", "--who", "ann"))
        .contains("replayed", "the ledger is back");
    assertThat(run("replay", delivery, "--why", "again")).isEqualTo(1);
    assertThat(err).contains("was delivered to this subscription since");
  }

  @Test
  void whatAFilterFindsIsCountedAndReplayed() throws Exception {
    for (int i = 0; i < 5; i++) {
      send("msg_" + i, "order.paid");
    }
    for (int i = 0; i < 5; i++) {
      awaitStates("msg_" + i, "orders 0 dead 2");
    }
    ledgerAnswers.set(200);

    assertThat(done("replay", "--state", "dead", "--reason", "http-5*", "--dry-run"))
        .startsWith("replay (dry run) done: ")
        .contains("matched: 5");
    awaitStates("msg_0", "orders 0 dead 2");
    assertThat(done("replay", "--state", "dead", "--yes", "--why", "the ledger is back"))
        .startsWith("replay done: ")
        .contains("matched: 5", "replayed: 5");
    for (int i = 0; i < 5; i++) {
      awaitStates("msg_" + i, "orders 0 dead 2", "orders 1 delivered 1");
    }
    JsonNode operation = json("operations").get(0);
    assertThat(operation.path("why").asText()).isEqualTo("the ledger is back");
    assertThat(done("operations", operation.path("operation").asText(), "--follow"))
        .contains("state", "dead", "replay done: ");
    assertThat(run("replay", "--state", "dead", "--source", "none", "--yes", "--why", "x"))
        .isEqualTo(1);

    assertThat(done("erase", "--id", "msg_0", "--yes", "--why", "request 4711"))
        .contains("erased: 1");
    assertThat(done("show", "msg_0")).contains("gone: erased");
    assertThat(run("events", "--match", "no JSONPath (")).isEqualTo(2);
    assertThat(err).contains("match");
  }

  @Test
  void aSubscriptionIsPausedResumedAndRetired() throws Exception {
    assertThat(done("subscriptions")).containsPattern("gamma +orders +active");
    assertThat(done("pause", "gamma/orders", "--why", "repair"))
        .contains("is paused, and was active");
    assertThat(json("subscriptions").findValuesAsText("state")).contains("paused");
    assertThat(done("resume", "gamma", "orders", "--why", "repaired")).contains("is active");
    assertThat(done("retire", "gamma/orders", "--why", "replaced")).contains("is retired");
    assertThat(run("pause", "gamma/nope", "--why", "x")).isEqualTo(1);
    assertThat(err).contains("no subscription of that name");
    assertThat(done("sources")).containsPattern("gamma +/webhooks/gamma +standard-webhooks");
    assertThat(done("quarantine")).isEmpty();
    assertThat(err).contains("no request in quarantine");
  }
}
