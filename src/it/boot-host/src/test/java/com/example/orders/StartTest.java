package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A sender that does not know that the application is being started. */
@Tag("after")
class StartTest {

  private static final byte[] BODY = "{\"type\":\"order.paid\"}".getBytes(StandardCharsets.UTF_8);

  private enum Source {
    GAMMA,
    BILLING
  }

  /**
   * CSRF protection is on, everything needs a login, and a controller has the pattern of the paths.
   * The path of GAMMA is configured; that of BILLING is in a route, which Camel reads after the
   * port has been opened.
   */
  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void untilAWebhookIsAcceptedItIsAnswered503OrTheConnectionIsRefused(@TempDir Path data)
      throws Exception {
    int port = freePort();
    CompletableFuture<ConfigurableApplicationContext> started =
        CompletableFuture.supplyAsync(() -> start(port, data));
    Map<Source, Map<Integer, Integer>> answers = new EnumMap<>(Source.class);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              assertThat(started).isNotCompletedExceptionally();
              for (Source source : Source.values()) {
                Map<Integer, Integer> counts =
                    answers.computeIfAbsent(source, key -> new TreeMap<>());
                if (!counts.containsKey(202)) {
                  counts.merge(send(port, source), 1, Integer::sum);
                }
              }
              return answers.values().stream().allMatch(counts -> counts.containsKey(202));
            });
    try (ConfigurableApplicationContext application = started.get()) {
      assertThat(application.isActive()).isTrue();
      assertThat(answers)
          .allSatisfy(
              (source, counts) ->
                  assertThat(counts).containsOnlyKeys(0, 503, 202).containsEntry(202, 1));
    }
  }

  /** The status, or 0 if nobody listens. */
  private static int send(int port, Source source) {
    String path = "/webhooks/" + source.name().toLowerCase(Locale.ROOT);
    String secret = System.getenv(source.name() + "_WEBHOOK_SECRET");
    // A client for each call before anybody listens would take the start's processor time.
    try (Socket listens = new Socket("localhost", port)) {
      assertThat(listens.isConnected()).isTrue();
    } catch (IOException e) {
      return 0;
    }
    try {
      return HttpCalls.webhook(port, path, secret, "msg_start", HttpCalls.JSON, BODY).statusCode();
    } catch (IllegalStateException e) {
      assertThat(e).hasCauseInstanceOf(ConnectException.class);
      return 0;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ConfigurableApplicationContext start(int port, Path data) {
    return SpringApplication.run(
        OrdersApplication.class,
        "--server.port=" + port,
        "--spring.datasource.url=jdbc:h2:mem:start",
        "--gamma.webhook.data-dir=" + data);
  }
}
