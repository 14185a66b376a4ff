package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the endpoint from being in the way of webhooks, or in the hands of a page. */
@Timeout(120)
class GuardedActuatorTest {

  private static final String ORDER =
      "{\"source\":\"gamma\",\"subscription\":\"invoices\",\"who\":\"x\",\"why\":\"y\"}";

  private static final String ROUTES =
      """
      - route:
          id: invoices
          from:
            uri: webhook-inbox:gamma
            steps:
              - setBody: { constant: { expression: done } }
      """;

  @TempDir private Path folder;

  @Test
  void manyWhoLookAtASlowApiHoldUpNoWebhook() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    api.setExecutor(Executors.newCachedThreadPool());
    api.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          try {
            assertThat(never.await(2, TimeUnit.SECONDS)).isFalse();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          byte[] none = "{\"data\":[],\"next_cursor\":null}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, none.length);
          exchange.getResponseBody().write(none);
          exchange.close();
        });
    api.start();
    Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.tomcat.threads.max", "20");
    properties.put("gamma.webhook.mode", "dev");
    properties.put(
        "gamma.webhook.registrations.gamma.api-url",
        "http://127.0.0.1:" + api.getAddress().getPort());
    properties.put("gamma.webhook.registrations.gamma.credentials", "token_of_an_account");
    properties.put(
        "gamma.webhook.registrations.gamma.public-url", "https://hooks.example.com/webhooks/gamma");
    properties.put("gamma.webhook.registrations.gamma.events", "invoice.*");
    properties.put("gamma.webhook.registrations.gamma.secret", "source");
    properties.put("gamma.webhook.registrations.gamma.mode", "check");
    properties.put("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml");
    try (App app = App.host(folder, properties)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> app.actuator("/registrations").path(0).path("state").asText().equals("drift"));
      calls.set(0);
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest diff =
          HttpRequest.newBuilder(app.url("/actuator/webhooks/diff?registration=gamma")).build();
      List<CompletableFuture<HttpResponse<String>>> looks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        looks.add(client.sendAsync(diff, BodyHandlers.ofString()));
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> calls.get() > 0);

      long began = System.nanoTime();
      assertThat(app.sender().send("evt_1", "invoice.paid").status()).isEqualTo(202);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));

      int answered = 0;
      for (CompletableFuture<HttpResponse<String>> look : looks) {
        HttpResponse<String> response = look.get(30, TimeUnit.SECONDS);
        if (response.statusCode() == 200) {
          answered++;
          continue;
        }
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("content-type"))
            .hasValue("application/problem+json");
        assertThat(response.headers().firstValue("retry-after")).hasValue("5");
        assertThat(response.body()).contains("is going on", "Ask again in 5 s");
      }
      assertThat(answered).isPositive();
      assertThat(client.send(diff, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(calls).hasValue(1);
    } finally {
      api.stop(0);
    }
  }

  private static int post(URI url, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(ORDER));
    return HttpClient.newHttpClient()
        .send(
            headers.length == 0 ? request.build() : request.headers(headers).build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  /** With a {@code Host} of ours, which the client of the JDK does not let us write. */
  private static String raw(int port, String host, String line, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              (line
                      + " HTTP/1.1\r\nHost: "
                      + host
                      + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String states(App app) {
    return app.actuator("").toString();
  }

  @Test
  void aPageOfAnotherSiteGivesNoOrderInAnyMode() throws Exception {
    Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
    try (App app =
        App.host(
            folder,
            Map.of("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml"))) {
      URI pause = app.url("/actuator/webhooks/pause");
      String before = states(app);
      for (String origin :
          List.of("https://evil.example", "http://evil.example:8080", "null", "http://127.0.0.2")) {
        assertThat(post(pause, "Origin", origin)).as(origin).isEqualTo(403);
      }
      assertThat(post(pause, "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
      assertThat(states(app)).isEqualTo(before);
      assertThat(post(pause, "Origin", "http://127.0.0.1:" + pause.getPort())).isEqualTo(200);
      assertThat(post(pause, "Sec-Fetch-Site", "same-origin")).isEqualTo(200);
      assertThat(post(pause)).isEqualTo(200);
      assertThat(raw(pause.getPort(), "hooks.example.com", "GET /actuator/webhooks", ""))
          .as("the host's own security is its own")
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void inDevModeActuatorIsReachedByNoNameThatIsNotConfigured() throws Exception {
    try (App app =
        App.product(
            folder,
            Map.of("gamma.webhook.mode", "dev", "gamma.webhook.admin.hosts", "Ops.example.com"))) {
      int port = app.url("").getPort();
      String before = states(app);
      for (String host :
          List.of(
              "evil.example",
              "evil.example:" + port,
              "localhost.evil.example",
              "127.0.0.1.evil.example")) {
        for (String path :
            List.of(
                "/actuator/webhooks/pause",
                "/%61ctuator/webhooks/pause",
                "/actuator;x=1/webhooks/pause",
                "//actuator/webhooks/pause")) {
          assertThat(raw(port, host, "POST " + path, ORDER))
              .as(host + path)
              .startsWith("HTTP/1.1 403")
              .contains("application/problem+json", "gamma.webhook.admin.hosts");
        }
        assertThat(raw(port, host, "GET /actuator", "")).startsWith("HTTP/1.1 403");
      }
      assertThat(states(app)).isEqualTo(before);
      for (String host :
          List.of("localhost", "LOCALHOST:" + port, "127.0.0.1", "[::1]:1", "ops.example.com:80")) {
        assertThat(raw(port, host, "GET /actuator/webhooks", ""))
            .as(host)
            .startsWith("HTTP/1.1 200");
      }
      assertThat(raw(port, "hooks.example.com", "POST /webhooks/gamma", "{}"))
          .as("webhooks come under any name")
          .startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void soItIsOnAPortOfItsOwn() throws Exception {
    int port = RegistrationsTest.freePort();
    try (App app =
        App.product(
            folder,
            Map.of("gamma.webhook.mode", "dev", "management.server.port", String.valueOf(port)))) {
      assertThat(raw(port, "evil.example", "GET /actuator/webhooks", ""))
          .startsWith("HTTP/1.1 403")
          .contains("gamma.webhook.admin.hosts");
      assertThat(raw(port, "localhost", "GET /actuator/webhooks", "")).startsWith("HTTP/1.1 200");
      assertThat(app.url("").getPort()).isNotEqualTo(port);
    }
  }
}
