package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.main.KameletMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files of app/, as "camel run app/*" takes them, with a port of the test. */
@Timeout(120)
class YamlOnlyTest {

  private static final Path DATA = Path.of(System.getenv("HOOKS_DATA"));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static int port;
  private static KameletMain main;

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.createDirectories(DATA);
    execute("create table invoices (reference varchar(100) primary key, number varchar(20), total real)");
    main = new KameletMain("camel.jbang");
    main.setDownload(false);
    main.addInitialProperty("camel.component.kamelet.location", "classpath:kamelets");
    main.addInitialProperty("camel.component.properties.location", "file:app/application.properties");
    main.addInitialProperty("camel.main.routesIncludePattern", "file:app/*.camel.yaml");
    main.addOverrideProperty("camel.server.port", Integer.toString(port));
    main.start();
  }

  @AfterAll
  static void stop() {
    main.stop();
  }

  @Test
  void anEventIsARow() throws Exception {
    String body = "{\"type\":\"invoice.paid\",\"data\":{\"number\":\"A-1\",\"total\":12.5}}";
    assertThat(billing("msg_1", body)).isEqualTo(202);
    assertThat(billing("msg_1", body)).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              try (Connection shop = shop();
                  Statement statement = shop.createStatement();
                  ResultSet rows = statement.executeQuery("select number, total from invoices")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("A-1");
                assertThat(rows.getDouble(2)).isEqualTo(12.5);
                assertThat(rows.next()).isFalse();
              }
            });
  }

  @Test
  void eachSenderIsVerifiedInItsOwnWay() throws Exception {
    String body = "{\"action\":\"opened\",\"sender\":{\"email\":\"someone@example.com\"}}";
    String right =
        "sha256=" + HexFormat.of().formatHex(mac(System.getenv("REPOSITORY_WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8), body));
    assertThat(repository(right, body)).isEqualTo(202);
    assertThat(repository(right, body + " ")).isEqualTo(401);
    assertThat(repository("sha256=" + "0".repeat(64), body)).isEqualTo(401);
  }

  private static int billing(String id, String body) throws Exception {
    String time = Long.toString(Instant.now().getEpochSecond());
    byte[] key = Base64.getDecoder().decode(System.getenv("BILLING_WEBHOOK_SECRET").substring(6));
    return CLIENT
        .send(
            post("/webhooks/billing", body)
                .header("webhook-id", id)
                .header("webhook-timestamp", time)
                .header(
                    "webhook-signature",
                    "v1," + Base64.getEncoder().encodeToString(mac(key, id + "." + time + "." + body)))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private static int repository(String signature, String body) throws Exception {
    return CLIENT
        .send(
            post("/webhooks/repository", body)
                .header("X-GitHub-Event", "issues")
                .header("X-GitHub-Delivery", "0b1c-" + body.length())
                .header("X-Hub-Signature-256", signature)
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpRequest.Builder post(String path, String body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static byte[] mac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Connection shop() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + DATA.resolve("shop.db"));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection shop = shop();
        Statement statement = shop.createStatement()) {
      statement.execute(sql);
    }
  }
}
