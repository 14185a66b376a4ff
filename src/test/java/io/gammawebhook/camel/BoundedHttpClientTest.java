package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.testing.RawDestination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Destinations that answer what no good one does, on real sockets. */
@Timeout(60)
class BoundedHttpClientTest {

  private static final Duration WHOLE = Duration.ofSeconds(2);
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String KB = "x".repeat(1023) + "\n";

  private final DefaultCamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void start() {
    camel.getRegistry().bind(BoundedHttpClient.BEAN, new BoundedHttpClient(camel));
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "until the connection's end, ''",
    "of a promised length, 'Content-Length: 9000000000000\r\n'",
    "in chunks, 'Transfer-Encoding: chunked\r\n'"
  })
  void anEndlessBodyIsNotReadAndItsConnectionIsClosed(String how, String header) throws Exception {
    String rest = header.contains("chunked") ? "400\r\n" + KB + "\r\n" : KB;
    try (RawDestination destination = RawDestination.endless(OK + header + "\r\n", rest)) {
      Exchange exchange = post(destination.url());

      assertThat(exchange.getException()).isNull();
      assertThat(exchange.getMessage().getBody()).isNull();
      await().until(() -> destination.closed() == 1);
      // What two sockets have room for, and not what it could write in that time.
      assertThat(destination.written()).isLessThan(20 << 20);
    }
  }

  @Test
  void aFailureIsAFailureHoweverLongItsBodyIs() throws Exception {
    try (RawDestination destination =
        RawDestination.endless("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\n", KB)) {
      Exchange exchange = post(destination.url());

      HttpOperationFailedException failed =
          exchange.getException(HttpOperationFailedException.class);
      assertThat(failed.getStatusCode()).isEqualTo(503);
      assertThat(failed.getResponseHeaders()).containsEntry("Retry-After", "7");
      assertThat(failed.getResponseBody()).isNull();
      await().until(() -> destination.closed() == 1);
      assertThat(reason(exchange))
          .isEqualTo("The destination 127.0.0.1:" + destination.port() + " answered HTTP 503");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"until the end, ''", "of a length, 'Content-Length: 1000\r\n'"})
  void aBodyThatDripsHoldsTheAttemptForASecondOnly(String how, String header) throws Exception {
    try (RawDestination destination = RawDestination.dripping(OK + header + "\r\n")) {
      long begin = System.nanoTime();
      Exchange exchange = post(destination.url() + "/?responseTimeout=20000");

      assertThat(exchange.getException()).isNull();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
      await().until(() -> destination.closed() == 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"status line, 'HTTP/1.1 200 '", "header, 'HTTP/1.1 200 OK\r\nX: '"})
  void aHeadThatDripsFailsAtTwiceTheResponseTimeout(String what, String begin) throws Exception {
    try (RawDestination destination = RawDestination.dripping(begin)) {
      failsInTime(destination);
    }
  }

  @Test
  void answersThatSayOnlyWaitFailTooAtTwiceTheResponseTimeout() throws Exception {
    try (RawDestination destination = RawDestination.endless("", "HTTP/1.1 102 Wait\r\n\r\n")) {
      failsInTime(destination);
    }
  }

  @Test
  void aDestinationThatDoesNotReadFailsAtTwiceTheResponseTimeout() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Exchange exchange =
          post("http://127.0.0.1:" + deaf.getLocalPort() + "/?responseTimeout=1000", 64 << 20);

      assertThat(exchange.getException()).hasRootCauseInstanceOf(SocketTimeoutException.class);
      assertThat(exchange.getException().getCause()).hasMessageStartingWith("No answer within");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"line, xxxx", "number of lines, '\r\nX: y'"})
  void anEndlessHeadFailsAtOnceByItsLength(String what, String rest) throws Exception {
    try (RawDestination destination = RawDestination.endless(OK + "A: b", rest.repeat(64))) {
      Exchange exchange = post(destination.url() + "/?responseTimeout=30000");

      assertThat(exchange.getException()).isInstanceOf(HttpDestinationException.class);
      assertThat(reason(exchange)).contains("127.0.0.1:" + destination.port(), "exceeded");
      await().until(() -> destination.closed() == 1);
      assertThat(destination.written()).isLessThan(20 << 20);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "none, ''",
    "of a length, 'Content-Length: 4\r\n\r\nbody'",
    "in chunks, 'Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'"
  })
  void aConnectionIsUsedAgainAfterAShortBodyAndNoCookieComesBack(String how, String rest)
      throws Exception {
    String end = rest.isEmpty() ? "Content-Length: 0\r\n\r\n" : rest;
    try (RawDestination destination =
        RawDestination.answering(OK + "Set-Cookie: a=b; Path=/\r\n" + end)) {
      for (int i = 0; i < 3; i++) {
        assertThat(post(destination.url()).getException()).isNull();
      }

      assertThat(destination.heads()).hasSize(3).noneMatch(head -> head.contains("Cookie"));
      assertThat(destination.connections()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotThereIsNamedByHostAndPort() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }

    Exchange exchange = post("http://127.0.0.1:" + nobody + "/path?token=secret");

    assertThat(reason(exchange))
        .contains("127.0.0.1:" + nobody, "Connection refused")
        .doesNotContain("path", "secret");
  }

  private void failsInTime(RawDestination destination) throws Exception {
    long begin = System.nanoTime();
    Exchange exchange = post(destination.url() + "/?responseTimeout=" + WHOLE.toMillis() / 2);

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(WHOLE.minusMillis(100), WHOLE.multipliedBy(5));
    assertThat(reason(exchange))
        .isEqualTo("127.0.0.1:" + destination.port() + ": No answer within 2000 ms in all");
    await().until(() -> destination.closed() == 1);
  }

  private Exchange post(String url) throws IOException {
    return post(url, 100);
  }

  private Exchange post(String url, int bytes) throws IOException {
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(new byte[bytes]);
    exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
    try (var template = camel.createProducerTemplate()) {
      return template.send(
          url + (url.contains("?") ? "&" : "?") + "httpClientConfigurer=#bean:webhookHttpClient",
          exchange);
    }
  }

  private static String reason(Exchange exchange) {
    return new FailureClassifier(List.of(), Redaction.defaults())
        .classify(exchange.getException(), RawBody.of(new byte[] {'{', '}'}), null)
        .detail();
  }
}
