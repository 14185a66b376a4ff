package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored.Cause;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.io.EOFException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender gets back, row by row, through real sockets. */
class HttpContractTest {

  private static final byte[] EVENT = "{\"id\":\"e1\",\"type\":\"t\"}".getBytes(UTF_8);
  private static IngressApp app;

  @BeforeAll
  static void start() {
    app = IngressApp.start();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @AfterEach
  void nothingIsHeldAfterAnAnswer() {
    app.inbox().behaveWell();
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(app.line().requests()).isZero();
              assertThat(app.line().bytes()).isZero();
            });
  }

  @Test
  void aVerifiedEventIsAnswered202WithOurReferenceAfterTheCommit() throws Exception {
    Response answer = post("/webhooks/signed", EVENT, "X-Gamma-Signature: " + signature(EVENT));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    String reference = app.inbox().events().get(app.inbox().events().size() - 1).reference() + "";
    assertThat(answer.text())
        .isEqualTo("{\"status\":\"accepted\",\"reference\":\"" + reference + "\"}");
  }

  @Test
  void aDuplicateIsAnswered200() throws Exception {
    app.inbox()
        .behave(
            event ->
                CompletableFuture.completedStage(
                    new Acceptance.Duplicate(event.reference(), false)));
    Response answer = post("/webhooks/open", EVENT);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"duplicate\"");
  }

  @Test
  void aForgedSignatureIsAnswered401AndStoresNothing() throws Exception {
    int before = app.inbox().events().size();
    problem(post("/webhooks/signed", EVENT, "X-Gamma-Signature: sha256=" + "00".repeat(32)), 401);
    problem(post("/webhooks/signed", EVENT), 401);
    assertThat(app.inbox().events()).hasSize(before);
  }

  @Test
  void aSignatureInTheQueryIsNoSignature() throws Exception {
    problem(post("/webhooks/signed?X-Gamma-Signature=" + signature(EVENT), EVENT), 401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webhooks/open;x=1",
        "/webhooks;x/open",
        "/webhooks/%6fpen",
        "/webhooks/./open",
        "//webhooks/open",
        "/webhooks/x/../open"
      })
  void anotherSpellingOfThePathIs404(String path) throws Exception {
    problem(post(path, EVENT), 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/webhooks/open/", "/webhooks/OPEN", "/webhooks/openx", "/webhooks"})
  void anotherPathIsTheHosts(String path) throws Exception {
    assertThat(post(path, EVENT).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"})
  void anotherMethodIs405WithAllow(String method) throws Exception {
    try (RawConnection connection = app.connect()) {
      Response answer = connection.send(head(method, "/webhooks/open")).read();
      problem(answer, 405);
      assertThat(answer.headers()).containsEntry("allow", "POST");
      assertThat(connection.post("/webhooks/open", EVENT).read().status()).isEqualTo(202);
    }
  }

  @Test
  void headIs405WithoutABody() throws Exception {
    try (RawConnection connection = app.connect()) {
      Response answer = connection.send(head("HEAD", "/webhooks/open")).readHeadOnly();
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.headers()).containsEntry("allow", "POST");
      assertThat(connection.post("/webhooks/open", EVENT).read().status()).isEqualTo(202);
    }
  }

  @Test
  void traceIs405() throws Exception {
    try (RawConnection connection = app.connect()) {
      assertThat(connection.send(head("TRACE", "/webhooks/open")).read().status()).isEqualTo(405);
    }
  }

  @Test
  void aMediaTypeThatTheSourceDoesNotListIs415() throws Exception {
    problem(post("/webhooks/json", EVENT, "Content-Type: text/plain"), 415);
    assertThat(post("/webhooks/json", EVENT, "Content-Type: application/json;charset=x").status())
        .isEqualTo(202);
  }

  @Test
  void aRefusedSmallBodyDoesNotEndTheConnection() throws Exception {
    try (RawConnection connection = app.connect()) {
      problem(connection.post("/webhooks/json", EVENT, "Content-Type: text/plain").read(), 415);
      problem(connection.post("/webhooks/%6fpen", EVENT).read(), 404);
      assertThat(connection.post("/webhooks/open", EVENT).read().status()).isEqualTo(202);
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsAcceptedAndOneByteMoreIs413() throws Exception {
    byte[] largest = new byte[IngressApp.MAX_BODY];
    assertThat(post("/webhooks/open", largest).status()).isEqualTo(202);
    problem(post("/webhooks/open", new byte[IngressApp.MAX_BODY + 1]), 413);
  }

  @Test
  void aBodyWithBrokenChunksIsNeverAcceptedNorA5xx() throws Exception {
    try (RawConnection connection = app.connect()) {
      connection.send(chunkedHead());
      connection.send("not a chunk size\r\n");
      assertThatThrownBy(connection::read).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aChunkedBodyOfExactlyTheLimitIsAcceptedAndOneByteMoreIs413() throws Exception {
    try (RawConnection connection = app.connect()) {
      connection.send(chunkedHead());
      assertThat(sendChunked(connection, IngressApp.MAX_BODY).read().status()).isEqualTo(202);
      connection.send(chunkedHead());
      problem(sendChunked(connection, IngressApp.MAX_BODY + 1).read(), 413);
    }
  }

  private static String chunkedHead() {
    return RawConnection.head("POST", "/webhooks/open", -1, "Transfer-Encoding: chunked");
  }

  private static RawConnection sendChunked(RawConnection connection, int length) throws Exception {
    return connection
        .send(Integer.toHexString(length) + "\r\n")
        .send(new byte[length])
        .send("\r\n0\r\n\r\n");
  }

  @Test
  void aStoreThatIsDownIs503WithRetryAfter() throws Exception {
    app.inbox()
        .behave(
            event -> CompletableFuture.completedStage(new Acceptance.NotStored(Cause.STORE_DOWN)));
    unavailable(post("/webhooks/open", EVENT));
    app.inbox().behave(event -> CompletableFuture.failedStage(new IllegalStateException("down")));
    unavailable(post("/webhooks/open", EVENT));
    app.inbox()
        .behave(
            event -> {
              throw new IllegalStateException("down");
            });
    unavailable(post("/webhooks/open", EVENT));
  }

  @Test
  void aSuspendedOrStoppedRouteIs503WithRetryAfterAndComesBack() throws Exception {
    var routes = app.camel().getRouteController();
    routes.suspendRoute("webhook-ingress-open");
    unavailable(post("/webhooks/open", EVENT));
    routes.resumeRoute("webhook-ingress-open");
    assertThat(post("/webhooks/open", EVENT).status()).isEqualTo(202);
    routes.stopRoute("webhook-ingress-open");
    unavailable(post("/webhooks/open", EVENT));
    routes.startRoute("webhook-ingress-open");
    assertThat(post("/webhooks/open", EVENT).status()).isEqualTo(202);
  }

  @Test
  void nothingOfARequestComesBack() throws Exception {
    String marker = "EchoMarker7361";
    byte[] body = ("{\"id\":\"" + marker + "\"}").getBytes(UTF_8);
    String[] headers = {
      "X-" + marker + ": " + marker,
      "Authorization: Bearer " + marker,
      "Cookie: a=" + marker,
      "Origin: https://" + marker + ".example",
      "X-Request-Id: " + marker,
      "Content-Type: text/" + marker
    };
    String query = "?" + marker + "=" + marker;
    for (String path :
        new String[] {
          "/webhooks/open", "/webhooks/signed", "/webhooks/json", "/webhooks/open;" + marker
        }) {
      Response answer = post(path + query, body, headers);
      assertThat(new String(answer.all(), ISO_8859_1)).as(path).doesNotContainIgnoringCase(marker);
    }
    try (RawConnection connection = app.connect()) {
      Response answer =
          connection.send(RawConnection.head("GET", "/webhooks/open" + query, -1, headers)).read();
      assertThat(new String(answer.all(), ISO_8859_1)).doesNotContainIgnoringCase(marker);
    }
  }

  @Test
  void expectContinueIsContinued() throws Exception {
    try (RawConnection connection = app.connect()) {
      connection.send(
          RawConnection.head("POST", "/webhooks/open", EVENT.length, "Expect: 100-continue"));
      assertThat(connection.read().status()).isEqualTo(100);
      assertThat(connection.send(EVENT).read().status()).isEqualTo(202);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (RawConnection connection = app.connect()) {
      StringBuilder pipeline = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        pipeline.append(head(i % 2 == 0 ? "POST" : "GET", "/webhooks/open"));
      }
      connection.send(pipeline.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(connection.read().status()).isEqualTo(i % 2 == 0 ? 202 : 405);
      }
    }
  }

  private static String head(String method, String path) {
    return RawConnection.head(method, path, 0);
  }

  private static Response post(String path, byte[] body, String... headers) throws Exception {
    try (RawConnection connection = app.connect()) {
      return connection.post(path, body, headers).read();
    }
  }

  private static void problem(Response answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.text()).contains("\"status\":" + status);
  }

  private static void unavailable(Response answer) {
    problem(answer, 503);
    assertThat(answer.headers()).containsKey("retry-after");
  }

  private static String signature(byte[] body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(IngressApp.SECRET.getBytes(UTF_8), "HmacSHA256"));
    return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
  }
}
