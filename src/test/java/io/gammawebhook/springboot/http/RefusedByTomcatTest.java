package io.gammawebhook.springboot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a host's Tomcat refuses before any filter: on a source's path it is answered as the rest.
 */
@Timeout(60)
class RefusedByTomcatTest {

  private static final String OPEN = "/hooks/webhooks/open";

  @SuppressWarnings("NullAway.Init")
  private static IngressApp app;

  @BeforeAll
  static void start() {
    app =
        IngressApp.start(
            IngressApp.Settings.ordinary(), Map.of("server.servlet.context-path", "/hooks"));
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, HTTP/1.1, Transfer-Encoding: bogus, 400, 501",
    "POST, HTTP/1.1, 'Transfer-Encoding: chunked, gzip', 400, 400",
    "POST, HTTP/9.9, X: y, 400, 505",
    "POST, HTTP/1.1, Expect: junk, 417, 417",
    "POST, HTTP/1.1, Content-Length: x, 400, 400",
    "POST, HTTP/1.1, Host: other, 400, 400",
    "TRACE, HTTP/1.1, X: y, 405, 405",
    "CONNECT, HTTP/1.1, X: y, 405, 501",
  })
  void aSourcesPathAnswersForTheSenderAndEveryOtherPathAsTomcatDoes(
      String method, String protocol, String header, int ours, int tomcats) throws Exception {
    Response answer = send(method, OPEN, protocol, header);
    assertThat(answer.status()).isEqualTo(ours);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.text()).contains("\"status\":" + ours);
    if (ours == 405) {
      assertThat(answer.headers()).containsEntry("allow", "POST");
    }
    for (String other :
        new String[] {"/hooks/other", OPEN + "/", OPEN + ";x=1", "/webhooks/open"}) {
      Response host = send(method, other, protocol, header);
      // A path outside every context is Tomcat's 404, unless it has refused the request before.
      assertThat(host.status()).isIn(tomcats, 404);
      assertThat(host.headers()).doesNotContainEntry("content-type", "application/problem+json");
    }
    assertThat(send(method, "/hooks/other", protocol, header).status()).isEqualTo(tomcats);
  }

  @Test
  void aTargetInAbsoluteFormIsTheSamePath() throws Exception {
    assertThat(send("POST", "http://localhost" + OPEN, "HTTP/1.1", "X: y").status()).isEqualTo(202);
    assertThat(
            send("POST", "http://localhost" + OPEN, "HTTP/1.1", "Transfer-Encoding: bogus")
                .status())
        .isEqualTo(400);
  }

  @Test
  void optionsOfTheWholeServerIsNotOurs() throws Exception {
    Response answer = send("OPTIONS", "*", "HTTP/1.1", "X: y");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().get("allow")).contains("GET");
    assertThat(send("OPTIONS", OPEN, "HTTP/1.1", "X: y").headers()).containsEntry("allow", "POST");
  }

  @Test
  void brokenChunksCloseTheConnectionWithoutAnAnswer() throws Exception {
    try (RawConnection connection = app.connect()) {
      connection.send(
          RawConnection.head("POST", OPEN, -1, "Transfer-Encoding: chunked") + "zz\r\nabc\r\n");
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  private static Response send(String method, String target, String protocol, String header)
      throws IOException {
    try (RawConnection connection = app.connect()) {
      return connection
          .send(
              method
                  + " "
                  + target
                  + " "
                  + protocol
                  + "\r\nHost: localhost\r\n"
                  + header
                  + "\r\n\r\n")
          .read();
    }
  }
}
