package io.gammawebhook.springboot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a sender gets, and a host is told, while it starts and while it stops. */
@Timeout(60)
class StartAndStopTest {

  @Configuration(proxyBeanMethods = false)
  static class SlowRoute {

    static volatile CountDownLatch starting = new CountDownLatch(1);
    static volatile CountDownLatch mayStart = new CountDownLatch(1);

    @Bean
    RouteBuilder slow() {
      return new RouteBuilder() {
        @Override
        public void configure() throws Exception {
          from("timer:slow?delay=-1&repeatCount=1").routeId("slow").to("log:slow");
          getContext()
              .addStartupListener(
                  (context, already) -> {
                    starting.countDown();
                    if (!mayStart.await(30, TimeUnit.SECONDS)) {
                      throw new IllegalStateException("The test forgot us");
                    }
                  });
        }
      };
    }
  }

  @Test
  void beforeCamelIsUpTheAnswerIs503WithRetryAfter() throws Exception {
    int port = freePort();
    CompletableFuture<IngressApp> started =
        CompletableFuture.supplyAsync(
            () ->
                IngressApp.start(
                    IngressApp.Settings.ordinary(), Map.of("server.port", port), SlowRoute.class));
    assertThat(SlowRoute.starting.await(30, TimeUnit.SECONDS)).isTrue();
    unavailable(port, "/webhooks/open");
    unavailable(port, "/webhooks/signed");
    // A route that has not started yet may open this path.
    unavailable(port, "/webhooks/to-come");
    SlowRoute.mayStart.countDown();
    try (IngressApp app = started.get()) {
      try (RawConnection connection = app.connect()) {
        assertThat(connection.post("/webhooks/to-come", new byte[2]).read().status())
            .isEqualTo(404);
      }
      try (RawConnection connection = app.connect()) {
        assertThat(connection.post("/webhooks/open", new byte[2]).read().status()).isEqualTo(202);
      }
    }
  }

  @Test
  void aRequestInFlightIsFinishedWhileTheServerStops() throws Exception {
    IngressApp app = IngressApp.start();
    IngressGate gate = app.bean(IngressGate.class);
    CompletableFuture<Acceptance> commit = new CompletableFuture<>();
    app.inbox().behave(event -> commit);
    RawConnection inFlight = app.connect().post("/webhooks/open", new byte[2]);
    await().until(() -> app.line().requests() == 1);
    Thread stopping = new Thread(app::close);
    stopping.start();
    await().until(() -> !gate.isOpen());
    commit.complete(
        new Acceptance.Accepted(new ReferenceGenerator(new java.util.Random(1)).next(1)));
    assertThat(inFlight.read().status()).isEqualTo(202);
    stopping.join();
  }

  @Test
  void onceTheGateIsClosedEveryRequestGets503() throws Exception {
    try (IngressApp app = IngressApp.start()) {
      app.bean(IngressGate.class).close();
      unavailable(app.port(), "/webhooks/open");
      unavailable(app.port(), "/webhooks/signed");
    }
  }

  @Test
  void aRefusedBodyThatIsStillComingDoesNotHoldUpTheStop() throws Exception {
    IngressApp app = IngressApp.start();
    RawConnection endless =
        app.connect().send(RawConnection.head("POST", "/webhooks/open", 100L << 20));
    assertThat(endless.read().status()).isEqualTo(413);
    long start = System.nanoTime();
    app.close();
    assertThat(System.nanoTime() - start).isLessThan(4_000_000_000L);
    endless.close();
  }

  @Test
  void forTheDrainTimeAStoppingServerAnswers503AndOnlyThenRefusesConnections() throws Exception {
    IngressApp app = IngressApp.start(draining(Duration.ofSeconds(2)), Map.of());
    int port = app.port();
    RawConnection old = app.connect();
    assertThat(old.post("/webhooks/open", new byte[2]).read().status()).isEqualTo(202);
    IngressGate gate = app.bean(IngressGate.class);
    Thread stopping = new Thread(app::close);
    long start = System.nanoTime();
    stopping.start();
    await().until(() -> !gate.isOpen());

    Response answer = old.post("/webhooks/open", new byte[2]).read();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("retry-after").containsEntry("connection", "close");
    int asked = 0;
    boolean closing = false;
    while (!closing && isListening(port)) {
      try {
        unavailable(port, "/webhooks/open");
        asked++;
      } catch (IOException e) {
        // It was accepted by the system in the moment in which the port was being closed.
        closing = true;
      }
    }
    await().atMost(Duration.ofSeconds(2)).until(() -> !isListening(port));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(6));
    assertThat(asked).isGreaterThan(10);
    stopping.join();
  }

  private static boolean isListening(int port) {
    try {
      new RawConnection(port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whileItDrainsTheHostsOwnPathsAreAnsweredAsEver() throws Exception {
    IngressApp app = IngressApp.start(draining(Duration.ofSeconds(2)), Map.of(), Patterned.class);
    IngressGate gate = app.bean(IngressGate.class);
    Thread stopping = new Thread(app::close);
    stopping.start();
    await().until(() -> !gate.isOpen());
    try (RawConnection connection = app.connect()) {
      assertThat(connection.post("/webhooks/internal", new byte[2]).read().status()).isEqualTo(200);
      assertThat(connection.post("/webhooks/a/b", new byte[2]).read().status()).isEqualTo(404);
    }
    stopping.join();
  }

  @Test
  void aBodyThatDoesNotComeInTheDrainTimeIs503AndDoesNotHoldUpTheStop() throws Exception {
    IngressApp app = IngressApp.start(draining(Duration.ofSeconds(1)), Map.of());
    RawConnection inTime =
        app.connect().send(RawConnection.head("POST", "/webhooks/open", 5_000) + "x");
    RawConnection never =
        app.connect().send(RawConnection.head("POST", "/webhooks/open", 60_000) + "x");
    await().until(() -> app.line().bytes() > 4_000);
    IngressGate gate = app.bean(IngressGate.class);
    long start = System.nanoTime();
    Thread stopping = new Thread(app::close);
    stopping.start();
    await().until(() -> !gate.isOpen());

    assertThat(inTime.send(new byte[4_999]).read().status()).isEqualTo(202);
    assertThat(never.read().status()).isEqualTo(503);
    stopping.join();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    inTime.close();
    never.close();
  }

  @Test
  void withoutADrainTimeTheStopIsNotHeldUp() {
    IngressApp none = IngressApp.start(draining(Duration.ZERO), Map.of());
    long start = System.nanoTime();
    none.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  private static IngressApp.Settings draining(Duration drain) {
    return IngressApp.Settings.ordinary().withDrain(drain);
  }

  @RestController
  static class Greedy {
    @GetMapping("/webhooks/open")
    String get() {
      return "mine";
    }
  }

  @Test
  void aControllerOnASourcesPathFailsTheStartAndNamesBoth() {
    assertThatThrownBy(
            () -> IngressApp.start(IngressApp.Settings.ordinary(), Map.of(), Greedy.class))
        .hasMessageContaining("Greedy#get")
        .hasMessageContaining("gamma.webhook.sources.open.path");
  }

  @RestController
  static class Patterned {
    @PostMapping("/webhooks/{name}")
    String any() {
      return "the host's";
    }
  }

  @Test
  void aControllerOnAPatternKeepsEveryOtherPath() throws Exception {
    try (IngressApp app =
            IngressApp.start(IngressApp.Settings.ordinary(), Map.of(), Patterned.class);
        RawConnection connection = app.connect()) {
      assertThat(connection.post("/webhooks/open", new byte[2]).read().status()).isEqualTo(202);
      assertThat(connection.post("/webhooks/internal", new byte[2]).read().status()).isEqualTo(200);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class GreedyRoute {
    @Bean
    RouteBuilder greedy() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("platform-http:/webhooks/open").routeId("greedy").setBody(constant("mine"));
        }
      };
    }
  }

  @Test
  void aRouteOnASourcesPathFailsTheStartAndNamesBoth() {
    assertThatThrownBy(
            () -> IngressApp.start(IngressApp.Settings.ordinary(), Map.of(), GreedyRoute.class))
        .rootCause()
        .hasMessageContaining("'greedy'")
        .hasMessageContaining("gamma.webhook.sources.open.path");
  }

  @Test
  void underAContextPathTheSourcesPathFollowsIt() throws Exception {
    try (IngressApp app =
        IngressApp.start(
            IngressApp.Settings.ordinary(), Map.of("server.servlet.context-path", "/hooks"))) {
      try (RawConnection connection = app.connect()) {
        assertThat(connection.post("/hooks/webhooks/open", new byte[2]).read().status())
            .isEqualTo(202);
        assertThat(connection.post("/hook%73/webhooks/open", new byte[2]).read().status())
            .isIn(202, 404);
        assertThat(connection.post("/hooks/webhooks/%6fpen", new byte[2]).read().status())
            .isEqualTo(404);
      }
    }
  }

  private static void unavailable(int port, String path) throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      Response answer = connection.post(path, new byte[2]).read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers())
          .containsKey("retry-after")
          .containsEntry("content-type", "application/problem+json");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
