package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.testing.RawConnection;
import jakarta.servlet.Filter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.FormContentFilter;
import org.springframework.web.filter.HiddenHttpMethodFilter;

/** The body that arrives is the body that was sent, whatever it is and whatever the host does. */
class BodyBytesTest {

  private static IngressApp app;

  @BeforeAll
  static void start() {
    app =
        IngressApp.start(
            IngressApp.Settings.ordinary(),
            Map.of(
                "spring.mvc.formcontent.filter.enabled", "true",
                "spring.mvc.hiddenmethod.filter.enabled", "true"),
            HostFilters.class);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @AfterEach
  void forget() {
    app.inbox().clear();
  }

  @Configuration(proxyBeanMethods = false)
  static class HostFilters {

    static final List<String> SEEN = new CopyOnWriteArrayList<>();

    /** What a security filter would do: look at everything, refuse what it does not know. */
    @Bean
    FilterRegistrationBean<Filter> curious() {
      FilterRegistrationBean<Filter> bean =
          new FilterRegistrationBean<>(
              (request, response, chain) -> {
                SEEN.add(request.getParameterMap().toString());
                ((jakarta.servlet.http.HttpServletResponse) response).sendError(403);
              });
      bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 3);
      bean.addUrlPatterns("/webhooks/*");
      return bean;
    }
  }

  @Test
  void aHostThatReadsFormsAndRefusesStrangersIsNotAsked() throws Exception {
    assertThat(app.bean(FormContentFilter.class)).isNotNull();
    assertThat(app.bean(HiddenHttpMethodFilter.class)).isNotNull();
    byte[] form = "_method=DELETE&a=%F0%9F&a=+b".getBytes(UTF_8);
    assertThat(sent(form, "Content-Type: application/x-www-form-urlencoded")).isEqualTo(form);
    assertThat(HostFilters.SEEN).isEmpty();
  }

  @Test
  void randomBytesOfEverySizeArriveAsSent() throws Exception {
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 2047, 2048, 2049, 8191, 8192, 8193, 40_000, 65_536}) {
      byte[] body = new byte[size];
      random.nextBytes(body);
      assertThat(sent(body)).as("%d bytes", size).isEqualTo(body);
      assertThat(sentInChunks(body, 1 + random.nextInt(5000)))
          .as("%d chunked", size)
          .isEqualTo(body);
      assertThat(sentInPieces(body, 1 + size / 7)).as("%d in pieces", size).isEqualTo(body);
    }
  }

  @Test
  void byteOrderMarksLineEndsAndBrokenUtf8ArriveAsSent() throws Exception {
    byte[] body = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, '\r', '\n', '\n', '\r', 0, (byte) 0xFF};
    assertThat(sent(body, "Content-Type: text/plain; charset=utf-16")).isEqualTo(body);
    assertThat(sent(body, "Content-Type: application/json")).isEqualTo(body);
  }

  @Test
  void aGzippedBodyIsNotInflated() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(new byte[10 << 20]);
    }
    assertThat(sent(zipped.toByteArray(), "Content-Encoding: gzip"))
        .isEqualTo(zipped.toByteArray());
  }

  @Test
  void aMultipartBodyArrivesAsSent() throws Exception {
    byte[] body = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--".getBytes(UTF_8);
    assertThat(sent(body, "Content-Type: multipart/form-data; boundary=x")).isEqualTo(body);
  }

  @Test
  void aBodyThatDribblesInArrivesAsSent() throws Exception {
    byte[] body = "{\"id\":\"dribble\"}".getBytes(UTF_8);
    assertThat(sentInPieces(body, 1)).isEqualTo(body);
  }

  @Test
  void twoThousandMixedRequestsOnKeptConnectionsAllArrive() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> done =
          IntStream.range(0, 8).mapToObj(n -> clients.submit(() -> mixed(n, 250))).toList();
      int accepted = 0;
      for (Future<Integer> client : done) {
        accepted += client.get();
      }
      assertThat(app.inbox().events()).hasSize(accepted);
    } finally {
      clients.shutdownNow();
    }
  }

  private static int mixed(int seed, int count) throws Exception {
    Random random = new Random(seed);
    int accepted = 0;
    RawConnection connection = app.connect();
    try {
      for (int i = 0; i < count; i++) {
        if (i % 90 == 89) {
          // Tomcat ends a connection after 100 requests.
          connection.close();
          connection = app.connect();
        }
        byte[] body = new byte[random.nextInt(3) == 0 ? random.nextInt(30_000) : 200];
        int kind = random.nextInt(5);
        int status =
            switch (kind) {
              case 0 ->
                  connection.send(RawConnection.head("GET", "/webhooks/open", 0)).read().status();
              case 1 -> chunked(connection, body, 1 + random.nextInt(9000)).read().status();
              case 2 -> connection.post("/webhooks/signed", body).read().status();
              default -> connection.post("/webhooks/open", body).read().status();
            };
        assertThat(status).isEqualTo(kind == 0 ? 405 : kind == 2 ? 401 : 202);
        accepted += status == 202 ? 1 : 0;
      }
    } finally {
      connection.close();
    }
    return accepted;
  }

  private static byte[] sent(byte[] body, String... headers) throws Exception {
    try (RawConnection connection = app.connect()) {
      assertThat(connection.post("/webhooks/open", body, headers).read().status()).isEqualTo(202);
    }
    return last();
  }

  private static byte[] sentInPieces(byte[] body, int piece) throws Exception {
    try (RawConnection connection = app.connect()) {
      connection.send(RawConnection.head("POST", "/webhooks/open", body.length));
      for (int at = 0; at < body.length; at += piece) {
        connection.send(java.util.Arrays.copyOfRange(body, at, Math.min(at + piece, body.length)));
      }
      assertThat(connection.read().status()).isEqualTo(202);
    }
    return last();
  }

  private static byte[] sentInChunks(byte[] body, int size) throws Exception {
    try (RawConnection connection = app.connect()) {
      assertThat(chunked(connection, body, size).read().status()).isEqualTo(202);
    }
    return last();
  }

  private static RawConnection chunked(RawConnection connection, byte[] body, int size)
      throws Exception {
    connection.send(RawConnection.head("POST", "/webhooks/open", -1, "Transfer-Encoding: chunked"));
    for (int at = 0; at < body.length; at += size) {
      int length = Math.min(size, body.length - at);
      connection
          .send(Integer.toHexString(length) + "\r\n")
          .send(java.util.Arrays.copyOfRange(body, at, at + length))
          .send("\r\n");
    }
    return connection.send("0\r\n\r\n");
  }

  private static byte[] last() {
    List<WebhookEvent> events = app.inbox().events();
    RawBody body = events.get(events.size() - 1).body();
    return body.bytes();
  }
}
