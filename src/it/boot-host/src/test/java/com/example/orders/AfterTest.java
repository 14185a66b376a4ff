package com.example.orders;

import static com.example.orders.HttpCalls.FORM;
import static com.example.orders.HttpCalls.JSON;
import static com.example.orders.HttpCalls.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The application with the plug-in dropped in, configured as the README says. */
@Tag("after")
@Tag("every-jdk")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class AfterTest {

  /** What the plug-in adds to Actuator's health. */
  private static final String HEALTH =
      ",\"webhookWriter\":{\"status\":\"UP\"},\"webhooks\":{\"status\":\"UP\"}";

  private static final String GAMMA = "/webhooks/gamma";
  private static final String BILLING = "/webhooks/billing";
  private static final String GAMMA_SECRET = System.getenv("GAMMA_WEBHOOK_SECRET");
  private static final String BILLING_SECRET = System.getenv("BILLING_WEBHOOK_SECRET");

  @Autowired private ApplicationContext application;
  @Autowired private JdbcTemplate jdbc;
  @LocalServerPort private int port;

  /** In production the folder has to be there: a missing one may be a disk that is not mounted. */
  @BeforeAll
  static void makeTheFolder() throws Exception {
    Files.createDirectories(Path.of(System.getenv("ORDERS_DATA")));
  }

  @Test
  void nothingOfTheApplicationChanges() throws Exception {
    List<String> before = Files.readAllLines(Path.of(System.getProperty("recording")));
    List<String> after = Portrait.of(application, port);

    assertThat(after).anyMatch(line -> line.contains(HEALTH));
    List<String> apartFromHealth = after.stream().map(line -> line.replace(HEALTH, "")).toList();
    assertThat(Portrait.changes(before, apartFromHealth)).isEmpty();
  }

  @Test
  void aSignedWebhookIsAcceptedAndItsRouteTakesEffectOnce() {
    String id = newId();
    byte[] body = bytes("{\"type\":\"order.paid\",\"number\":7,\"name\":\"Łódź\"}");

    HttpResponse<String> first = webhook(port, GAMMA, GAMMA_SECRET, id, JSON, body);
    HttpResponse<String> second = webhook(port, GAMMA, GAMMA_SECRET, id, JSON, body);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.body()).contains("\"status\":\"accepted\"");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body().replace("accepted", "duplicate"));
    assertThat(received("gamma", id)).containsExactly(body);
  }

  @Test
  void aWebhookThatIsNotSignedOrSignedByAnotherIsRejected() {
    byte[] body = bytes("{\"type\":\"order.paid\"}");
    String id = newId();

    assertThat(new HttpCalls(port).post(GAMMA, JSON, body).statusCode()).isEqualTo(401);
    assertThat(webhook(port, GAMMA, BILLING_SECRET, id, JSON, body).statusCode()).isEqualTo(401);
    assertThat(webhook(port, BILLING, GAMMA_SECRET, id, JSON, body).statusCode()).isEqualTo(401);
    // A login of the application is no signature.
    HttpCalls browser = new HttpCalls(port);
    assertThat(browser.post(GAMMA, JSON, body, browser.loginWithToken()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aRejectionComesFromThePlugInAndNotFromTheApplicationsSecurityOrErrorHandler() {
    HttpResponse<String> answer = new HttpCalls(port).post(GAMMA, JSON, "{}");

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(answer.headers().firstValue("X-Orders-Error")).isEmpty();
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).doesNotContain("Basic");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void theKameletOpensAPathOfItsOwn() {
    String id = newId();
    byte[] body = bytes("{\"type\":\"invoice.paid\"}");

    assertThat(webhook(port, BILLING, BILLING_SECRET, id, JSON, body).statusCode()).isEqualTo(202);
    assertThat(webhook(port, BILLING, BILLING_SECRET, id, JSON, body).statusCode()).isEqualTo(200);
    assertThat(received("billing", id)).containsExactly(body);
  }

  @Test
  void aFormArrivesByteForByteAndItsHiddenMethodIsNoMethod() {
    String id = newId();
    byte[] body = bytes("_method=delete&b=2&a=1+1&a=%41&type=order.paid&empty=&_csrf=x");

    assertThat(webhook(port, BILLING, BILLING_SECRET, id, FORM, body).statusCode()).isEqualTo(202);
    assertThat(received("billing", id)).containsExactly(body);
  }

  @Test
  void bytesThatAreNoTextArriveAsTheyAre() {
    String id = newId();
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }

    assertThat(
            webhook(port, BILLING, BILLING_SECRET, id, "application/octet-stream", body)
                .statusCode())
        .isEqualTo(202);
    assertThat(received("billing", id)).containsExactly(body);
  }

  @Test
  void otherMethodsOnTheExactPathAreRefusedWithoutALogin() {
    HttpResponse<String> answer = new HttpCalls(port).get(GAMMA);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void theInboxIsAFileOfItsOwn() {
    assertThat(Path.of(System.getenv("ORDERS_DATA"), "inbox.db")).isRegularFile();
    assertThat(Path.of("").toAbsolutePath()).isEmptyDirectory();
  }

  private List<byte[]> received(String channel, String id) {
    String sql = "select text from received_order where channel = ? and number = ?";
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !jdbc.queryForList(sql, byte[].class, channel, id).isEmpty());
    return jdbc.queryForList(sql, byte[].class, channel, id);
  }

  private static String newId() {
    return "msg_" + UUID.randomUUID();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
