package io.gammawebhook.main;

import static io.gammawebhook.testing.RawConnection.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender can do to the endpoint on Vert.x, over a socket, byte by byte. */
@Timeout(60)
class MainServerTest {

  private static final byte[] KEY =
      "a secret of the test, 32 bytes!!".getBytes(StandardCharsets.UTF_8);
  private static final String PATH = "/hooks/shop";

  @TempDir private Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final List<byte[]> delivered = Collections.synchronizedList(new ArrayList<>());
  private int port;

  /** Under a path of its own, as {@code camel.server.path} makes it. */
  private VertxPlatformHttpServer server() throws Exception {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindPort(0);
    configuration.setBindHost("127.0.0.1");
    configuration.setPath("/hooks");
    VertxPlatformHttpServer server = new VertxPlatformHttpServer(configuration);
    camel.addService(server, true, true);
    return server;
  }

  private void start(String... endpointOptions) throws Exception {
    VertxPlatformHttpServer server = server();
    WebhookInboxComponent component = component();
    component.setDataDir(folder.toString());
    component.setReadTimeout(Duration.ofSeconds(1));
    component.setShutdownDrain(Duration.ZERO);
    String options = String.join("", endpointOptions);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("webhook-inbox:shop?path=/shop&secrets=whsec_"
                    + Base64.getEncoder().encodeToString(KEY)
                    + "&maxBodySize=100000"
                    + options)
                .routeId("shop")
                .process(exchange -> delivered.add(exchange.getMessage().getBody(byte[].class)));
            from("platform-http:/own").setBody(constant("the host's own"));
          }
        });
    camel.start();
    port = server.getServer().actualPort();
  }

  @Test
  void whatItDoesIsCountedInTheRegistryThatCamelHas() throws Exception {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    camel.getRegistry().bind("metrics", metrics);
    start();
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    assertThat(status(body, signed("msg_1", body))).isEqualTo(202);
    assertThat(status(body, signed("msg_1", body))).isEqualTo(200);
    assertThat(status(body, signed("msg_2", "{ }".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(401);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(counted(metrics, "accepted")).isEqualTo(1);
              assertThat(counted(metrics, "duplicate")).isEqualTo(1);
              assertThat(counted(metrics, "rejected")).isEqualTo(1);
              assertThat(
                      metrics
                          .get("gamma.webhook.attempts")
                          .tags("source", "shop", "subscription", "shop", "outcome", "delivered")
                          .counter()
                          .count())
                  .isEqualTo(1);
              assertThat(metrics.get("gamma.webhook.store.up").gauge().value()).isEqualTo(1);
              assertThat(metrics.get("gamma.webhook.verified").functionCounter().count())
                  .isEqualTo(2);
            });
    camel.stop();
    assertThat(metrics.find("gamma.webhook.line.requests").gauges()).isEmpty();
    assertThat(metrics.find("gamma.webhook.worker.busy").gauges()).isEmpty();
  }

  private static double counted(SimpleMeterRegistry metrics, String outcome) {
    return metrics
        .get("gamma.webhook.received")
        .tags("source", "shop", "outcome", outcome)
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** The same with the Kamelet, in a host whose every handler would answer 200. */
  private void startKamelet() throws Exception {
    VertxPlatformHttpServer server = server();
    component().setDataDir(folder.toString());
    component().setShutdownDrain(Duration.ZERO);
    camel.addRoutes(
        new RouteConfigurationBuilder() {
          @Override
          public void configuration() {
            for (RouteConfigurationDefinition one :
                List.of(routeConfiguration(), routeConfiguration("swallow"))) {
              one.onException(Exception.class)
                  .handled(true)
                  .setHeader("CamelHttpResponseCode", constant(200))
                  .setBody(constant("the host's"));
            }
          }
        });
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            onException(Exception.class)
                .handled(true)
                .setHeader("CamelHttpResponseCode", constant(200))
                .setBody(constant("the host's"));
            from("kamelet:gamma-webhook-source?source=shop&path=/shop&maxBodySize=1000&secrets=whsec_"
                    + Base64.getEncoder().encodeToString(KEY))
                .routeId("shop")
                .routeConfigurationId("swallow")
                .errorHandler(deadLetterChannel("log:letters"))
                .process(exchange -> delivered.add(exchange.getMessage().getBody(byte[].class)));
          }
        });
    camel.start();
    port = server.getServer().actualPort();
  }

  @Test
  void anErrorIsTheSendersAnswerWhateverHandlerTheHostHas() throws Exception {
    startKamelet();
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] large = new byte[1001];
    assertThat(status(body, signed("msg_1", large))).isEqualTo(401);
    assertThat(status(large, signed("msg_1", large))).isEqualTo(413);
    execute(
        "create trigger refuse before insert on webhook_event"
            + " begin select raise(abort, 'no room'); end");
    assertThat(status(body, signed("msg_1", body))).isEqualTo(503);
    execute("drop trigger refuse");
    assertThat(status(body, signed("msg_1", body))).isEqualTo(202);
    await().until(() -> delivered.size() == 1);
  }

  private int status(byte[] body, String[] headers) throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      return connection.post(PATH, body, headers).read().status();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("inbox.db"));
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }

  private WebhookInboxComponent component() {
    return camel.getComponent("webhook-inbox", WebhookInboxComponent.class);
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @Test
  void bytesAreTakenAsTheyAre() throws Exception {
    start();
    byte[] body = new byte[70_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.post(PATH, body, signed("msg_1", body));
      assertThat(connection.read().status()).isEqualTo(202);
      // The same, in chunks, on the same connection.
      String[] headers = signed("msg_2", body);
      connection.send(head("POST", PATH, -1, plus(headers, "Transfer-Encoding: chunked")));
      for (int at = 0; at < body.length; at += 999) {
        byte[] chunk = Arrays.copyOfRange(body, at, Math.min(body.length, at + 999));
        connection.send(Integer.toHexString(chunk.length) + "\r\n").send(chunk).send("\r\n");
      }
      assertThat(connection.send("0\r\n\r\n").read().status()).isEqualTo(202);
      // And to a sender that asks first.
      connection.send(
          head("POST", PATH, body.length, plus(signed("msg_3", body), "Expect: 100-continue")));
      assertThat(connection.readHeadOnly().status()).isEqualTo(100);
      assertThat(connection.send(body).read().status()).isEqualTo(202);
    }
    await().until(() -> delivered.size() == 3);
    assertThat(delivered).allSatisfy(bytes -> assertThat(bytes).isEqualTo(body));
  }

  @Test
  void aSenderInTheMiddleOfARefusedBodyReadsItsAnswer() throws Exception {
    start();
    byte[] large = new byte[5_000_000];
    try (RawConnection connection = new RawConnection(port)) {
      Response answer = connection.post(PATH, large, signed("msg_1", large)).read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(connection.isClosedByServer()).isTrue();
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          head("POST", PATH, -1, plus(signed("msg_2", large), "Transfer-Encoding: chunked")));
      String chunk = Integer.toHexString(100_000) + "\r\n" + "x".repeat(100_000) + "\r\n";
      for (int i = 0; i < 30; i++) {
        connection.send(chunk);
      }
      assertThat(connection.read().status()).isEqualTo(413);
    }
    assertThat(delivered).isEmpty();
  }

  @Test
  void aConnectionLivesOnAfterARefusalWithoutABodyLeft() throws Exception {
    start();
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    try (RawConnection connection = new RawConnection(port)) {
      connection.post(
          PATH, body, "webhook-id: msg_1", "webhook-timestamp: 1", "webhook-signature: v1,x");
      assertThat(connection.read().status()).isEqualTo(401);
      connection.post(PATH, body, signed("msg_1", body));
      assertThat(connection.read().status()).isEqualTo(202);
      connection.send(head("GET", PATH, -1));
      Response answer = connection.read();
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.headers()).containsEntry("allow", "POST");
    }
  }

  @Test
  void aBodyThatDoesNotComeIs408() throws Exception {
    start();
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(head("POST", PATH, 50, signed("msg_1", new byte[50]))).send("x");
      assertThat(connection.read().status()).isEqualTo(408);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/hooks/%73hop",
        "/hooks/./shop",
        "/hooks//shop",
        "/hooks/shop/",
        "/hooks/shop/more",
        "/shop",
        "/hooks/x/../shop"
      })
  void anotherSpellingIsNotThePath(String path) throws Exception {
    start();
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    try (RawConnection connection = new RawConnection(port)) {
      assertThat(connection.post(path, body, signed("msg_1", body)).readHeadOnly().status())
          .isEqualTo(404);
    }
    assertThat(delivered).isEmpty();
  }

  @Test
  void memoryIsForThoseWhoSend() throws Exception {
    component().setWaitingLineBytes(200_000L);
    component().setReadTimeout(Duration.ofSeconds(1));
    start();
    List<RawConnection> slow = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      slow.add(
          new RawConnection(port)
              .send(head("POST", PATH, 90_000, signed("slow_" + i, new byte[90_000])))
              .send(new byte[2_000]));
    }
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    await()
        .untilAsserted(
            () -> {
              try (RawConnection honest = new RawConnection(port)) {
                honest.post(PATH, body, signed("msg_" + System.nanoTime(), body));
                assertThat(honest.read().status()).isEqualTo(202);
              }
            });
    for (RawConnection connection : slow) {
      assertThat(connection.read().status()).isIn(408, 503);
      connection.close();
    }
  }

  @Test
  void headsWithoutBodiesKeepNobodyOut() throws Exception {
    component().setWaitingLineBytes(400_000L);
    component().setReadTimeout(Duration.ofMinutes(1));
    start();
    String[] heavy = new String[60];
    Arrays.setAll(heavy, i -> "X-Padding-" + i + ": " + "x".repeat(40));
    List<RawConnection> crowd = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      crowd.add(new RawConnection(port).send(head("POST", PATH, 10, heavy)));
    }
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    await()
        .untilAsserted(
            () -> {
              try (RawConnection honest = new RawConnection(port)) {
                honest.post(PATH, body, signed("msg_" + System.nanoTime(), body));
                assertThat(honest.read().status()).isEqualTo(202);
              }
            });
    // Most of them had to go: what they held is bounded.
    List<Integer> answers = new ArrayList<>();
    for (RawConnection connection : crowd.subList(0, 150)) {
      answers.add(connection.read().status());
      assertThat(connection.isClosedByServer()).isTrue();
    }
    assertThat(answers).isSubsetOf(408, 503);
    for (RawConnection connection : crowd) {
      connection.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
      })
  void aBodyThatAnotherServerMayFrameOtherwiseIsRefusedAndNothingBehindItIsRead(String framing)
      throws Exception {
    start();
    byte[] body = "0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          head("POST", PATH, -1, plus(signed("msg_1", body), framing))
              + "0\r\n\r\n"
              + head("GET", "/hooks/own", -1));
      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.isClosedByServer()).isTrue();
    }
    assertThat(delivered).isEmpty();
  }

  @Test
  void aSenderThatGoesAwayTakesNothingWithIt() throws Exception {
    component().setWaitingLineBytes(100_100L * 4 / 3 + 1);
    component().setReadTimeout(Duration.ofMinutes(1));
    start();
    for (int i = 0; i < 50; i++) {
      RawConnection gone = new RawConnection(port);
      gone.send(head("POST", PATH, 90_000, signed("gone_" + i, new byte[90_000])));
      gone.send(new byte[80_000]);
      gone.reset();
    }
    byte[] body = new byte[90_000];
    await()
        .untilAsserted(
            () -> {
              try (RawConnection honest = new RawConnection(port)) {
                honest.post(PATH, body, signed("msg_" + System.nanoTime(), body));
                assertThat(honest.read().status()).isEqualTo(202);
              }
            });
  }

  @Test
  void copiesAtOnceAreOneEvent() throws Exception {
    start();
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    String[] headers = signed("msg_1", body);
    CountDownLatch go = new CountDownLatch(1);
    List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Thread sender =
          new Thread(
              () -> {
                try (RawConnection connection = new RawConnection(port)) {
                  go.await();
                  statuses.add(connection.post(PATH, body, headers).read().status());
                } catch (IOException | InterruptedException e) {
                  statuses.add(-1);
                }
              });
      sender.start();
      senders.add(sender);
    }
    go.countDown();
    for (Thread sender : senders) {
      sender.join();
    }
    assertThat(statuses).hasSize(50).containsOnlyOnce(202).containsOnly(202, 200);
    await().until(() -> !delivered.isEmpty());
  }

  @Test
  void aRouteThatStopsClosesItsPathAndNoOther() throws Exception {
    start("&keepHeaders=X-Shop", "&perSource=1000");
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    camel.getRouteController().stopRoute("shop");
    try (RawConnection connection = new RawConnection(port)) {
      assertThat(connection.post(PATH, body, signed("msg_1", body)).readHeadOnly().status())
          .isEqualTo(404);
    }
    camel.getRouteController().startRoute("shop");
    try (RawConnection connection = new RawConnection(port)) {
      assertThat(connection.post(PATH, body, signed("msg_1", body)).read().status()).isEqualTo(202);
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(head("GET", "/hooks/own", -1));
      assertThat(connection.readHeadOnly().status()).isEqualTo(200);
    }
  }

  private static String[] plus(String[] headers, String more) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = more;
    return all;
  }

  /** As standardwebhooks.com says. */
  private static String[] signed(String id, byte[] body) throws GeneralSecurityException {
    long time = Instant.now().getEpochSecond();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(
        String.format(Locale.ROOT, "%s.%d.", id, time).getBytes(StandardCharsets.UTF_8));
    content.writeBytes(body);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    return new String[] {
      "Content-Type: application/json",
      "webhook-id: " + id,
      "webhook-timestamp: " + time,
      "webhook-signature: v1,"
          + Base64.getEncoder().encodeToString(mac.doFinal(content.toByteArray()))
    };
  }
}
