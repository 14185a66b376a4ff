package com.example.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application as it is deployed, but with a port and folders of the test. */
@Timeout(120)
class HooksTest {

  private static final byte[] KEY = "a secret of the test, 32 bytes!!".getBytes(StandardCharsets.UTF_8);
  private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
  private static final String PAID = "{\"type\":\"order.paid\",\"total\":12}";

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private int port;
  private Main main;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    if (main != null) {
      main.stop();
    }
  }

  private void start(String... properties) throws Exception {
    main = new Main(HooksApplication.class);
    main.addOverrideProperty("camel.server.port", Integer.toString(port));
    main.addOverrideProperty("camel.component.webhook-inbox.data-dir", folder.toString());
    main.addOverrideProperty("shop.secret", SECRET);
    main.addOverrideProperty("files", folder.resolve("files").toString());
    for (String property : properties) {
      String[] parts = property.split("=", 2);
      main.addOverrideProperty(parts[0], parts[1]);
    }
    main.start();
  }

  @Test
  void anEventIsStoredOnceAndDeliveredToEachSubscription() throws Exception {
    start();
    HttpResponse<String> first = send("msg_1", PAID, "/webhooks/shop");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.body()).contains("\"accepted\"");
    HttpResponse<String> again = send("msg_1", PAID, "/webhooks/shop");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).contains("\"duplicate\"");
    send("msg_2", "{\"type\":\"customer.created\"}", "/webhooks/shop");
    await().untilAsserted(() -> assertThat(files("ledger")).containsExactly("msg_1", "msg_2"));
    await().untilAsserted(() -> assertThat(files("orders")).containsExactly("msg_1"));
    assertThat(Files.readString(folder.resolve("files/orders/msg_1"))).isEqualTo(PAID);
  }

  @Test
  void whatIsNotSignedIsRefusedAndTheHostsOwnRoutesAreAsTheyWere() throws Exception {
    start();
    HttpResponse<String> forged =
        client.send(
            request("/webhooks/shop", PAID)
                .header("webhook-id", "msg_3")
                .header("webhook-timestamp", Long.toString(Instant.now().getEpochSecond()))
                .header("webhook-signature", "v1,AAAA")
                .header("X-Secret", "of the sender")
                .build(),
            BodyHandlers.ofString());
    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(forged.headers().map().toString()).doesNotContain("of the sender");
    assertThat(forged.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(get("/webhooks/shop").statusCode()).isEqualTo(405);
    assertThat(get("/webhooks/other").statusCode()).isEqualTo(404);
    assertThat(send("msg_4", "x".repeat(2 << 20), "/webhooks/shop").statusCode()).isEqualTo(413);
    HttpResponse<String> status = get("/status");
    assertThat(status.statusCode()).isEqualTo(200);
    assertThat(status.body()).isEqualTo("all is well");
  }

  @Test
  void whatWasAcknowledgedIsDeliveredAfterARestart() throws Exception {
    Path file = Files.writeString(folder.resolve("a-file"), "not a folder");
    String soon = "camel.component.webhook-inbox.retry-schedule=1s,1s,1s,1s,1s,1s";
    start("files=" + file, soon);
    assertThat(send("msg_5", PAID, "/webhooks/shop").statusCode()).isEqualTo(202);
    main.stop();
    start(soon);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(files("orders")).containsExactly("msg_5"));
  }

  @Test
  void aSenderIsToldToComeAgainWhileItStartsAndStops() throws Exception {
    List<Integer> heard = new CopyOnWriteArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger accepted = new AtomicInteger();
    Thread sender =
        new Thread(
            () -> {
              for (int i = 0; !done.get(); i++) {
                try {
                  int status = send("msg_" + i, PAID, "/webhooks/shop").statusCode();
                  if (heard.isEmpty() || heard.get(heard.size() - 1) != status) {
                    heard.add(status);
                  }
                  accepted.addAndGet(status == 202 ? 1 : 0);
                } catch (Exception e) {
                  // The port is closed: nobody takes that for an answer.
                }
              }
            });
    sender.start();
    start("camel.component.webhook-inbox.shutdown-drain=500ms");
    await().untilAsserted(() -> assertThat(accepted).hasValueGreaterThan(20));
    main.stop();
    done.set(true);
    sender.join();
    assertThat(heard).containsExactly(503, 202, 503);
    start();
    await().untilAsserted(() -> assertThat(files("orders")).hasSize(accepted.get()));
  }

  @Test
  void aServerForManagementIsAnotherOne() throws Exception {
    int management;
    try (ServerSocket free = new ServerSocket(0)) {
      management = free.getLocalPort();
    }
    start(
        "camel.management.enabled=true",
        "camel.management.port=" + management,
        "camel.management.healthCheckEnabled=true",
        "camel.health.exposureLevel=full",
        "camel.management.devConsoleEnabled=true",
        "camel.main.devConsoleEnabled=true",
        // Camel's own platform-http routes do not find their server then.
        "camel.main.routes-include-pattern=classpath:camel/o*.camel.yaml,classpath:camel/l*.camel.yaml");
    assertThat(send("msg_1", PAID, "/webhooks/shop").statusCode()).isEqualTo(202);
    port = management;
    assertThat(get("/observe/health/ready").body()).containsPattern("\"webhooks\",\\s*\"status\":\\s*\"UP\"");
    assertThat(get("/observe/health/live").body())
        .containsPattern("\"webhook-writer\",\\s*\"status\":\\s*\"UP\"");
    assertThat(get("/q/dev/webhook").body())
        .contains("ready: true", "source: shop, path: /webhooks/shop", "subscription: shop, state: active");
  }

  @Test
  void aWrongOptionFailsTheStartAndNamesTheCure() {
    assertThatThrownBy(
            () ->
                start(
                    "camel.component.webhook-inbox.data-dir=" + folder.resolve("missing"),
                    "camel.component.webhook-inbox.retry-jitter=2"))
        .hasStackTraceContaining("camel.component.webhook-inbox.data-dir")
        .hasStackTraceContaining("mkdir -p -m 700")
        .hasStackTraceContaining("camel.component.webhook-inbox.retry-jitter must be between 0 and 1");
    assertThatThrownBy(() -> start("gamma.webhook.sources.shop.path=/x"))
        .hasStackTraceContaining("have no effect in an application without Spring Boot");
    assertThatThrownBy(
            () ->
                start(
                    "camel.server.enabled=false",
                    "camel.main.routes-include-pattern=classpath:camel/orders.camel.yaml"))
        .hasStackTraceContaining("camel.server.enabled = true");
    assertThatThrownBy(() -> start("shop.secret="))
        .hasStackTraceContaining("is empty, so no request could be verified");
  }

  @Test
  void noClassOfSpringIsOnTheClassPath() {
    assertThatThrownBy(() -> Class.forName("org.springframework.core.SpringVersion"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  private List<String> files(String name) throws IOException {
    Path at = folder.resolve("files").resolve(name);
    if (!Files.isDirectory(at)) {
      return List.of();
    }
    try (var found = Files.list(at)) {
      return found.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Signed as standardwebhooks.com says. */
  private HttpResponse<String> send(String id, String body, String path) throws Exception {
    String time = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    byte[] signed = (id + "." + time + "." + body).getBytes(StandardCharsets.UTF_8);
    return client.send(
        request(path, body)
            .header("webhook-id", id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed)))
            .build(),
        BodyHandlers.ofString());
  }
}
