package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders that stall, dribble, never read or vanish: they cost little and delay nobody. */
@Timeout(90)
class SlowSendersTest {

  private static final byte[] EVENT = "{}".getBytes(UTF_8);
  private static final HttpTimes SHORT =
      new HttpTimes(
          Duration.ofMillis(700),
          Duration.ofMillis(700),
          Duration.ofMillis(1500),
          Duration.ofMillis(700),
          Duration.ZERO);

  /** A server that has four threads, so that a thread that waits would be missed at once. */
  private static IngressApp start(IngressApp.Settings settings) {
    return IngressApp.start(settings, Map.of("server.tomcat.threads.max", "4"));
  }

  @Test
  void aHundredHalfOpenConnectionsDelayNoHonestSender() throws Exception {
    List<RawConnection> slow = new ArrayList<>();
    try (IngressApp app = start(IngressApp.Settings.ordinary())) {
      post(app);
      for (int i = 0; i < 100; i++) {
        RawConnection connection = app.connect();
        slow.add(connection);
        switch (i % 4) {
          case 0 -> connection.send("POST /webhooks/open HTTP/1.1\r\nHo");
          case 1 -> connection.send(RawConnection.head("POST", "/webhooks/open", 60_000) + "x");
          case 2 ->
              connection.send(
                  RawConnection.head("POST", "/webhooks/open", -1, "Transfer-Encoding: chunked")
                      + "ff\r\nx");
          default -> connection.send(RawConnection.head("POST", "/webhooks/signed", 900_000));
        }
      }
      await().until(() -> app.line().bytes() > 0);
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        assertThat(post(app).status()).isEqualTo(202);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      for (RawConnection connection : slow) {
        connection.reset();
      }
      nothingHeld(app);
    }
  }

  @Test
  void twoHundredSendersOfHeadersByteByByteDelayNoHonestSender() throws Exception {
    List<RawConnection> slow = new ArrayList<>();
    try (IngressApp app = start(IngressApp.Settings.ordinary())) {
      post(app);
      for (int i = 0; i < 200; i++) {
        slow.add(app.connect().send("POST /webhooks/open HTTP/1.1\r\n"));
      }
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        for (RawConnection connection : slow) {
          connection.send("x");
        }
        assertThat(post(app).status()).isEqualTo(202);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(app.line().bytes()).as("headers hold no place in the line").isZero();
      for (RawConnection connection : slow) {
        connection.reset();
      }
    }
  }

  @Test
  void memoryThatStalledSendersHoldIsForThoseWhoSend() throws Exception {
    WaitingLine small = new WaitingLine(1024, 256 << 10);
    List<RawConnection> stalled = new ArrayList<>();
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(small))) {
      post(app);
      // Unsigned, each one byte short of its length, together more than the line has memory for.
      for (int length = 60_000; length > 500; length -= 2_000) {
        stalled.add(
            app.connect()
                .send(RawConnection.head("POST", "/webhooks/open", length))
                .send(new byte[length - 1]));
      }
      await().until(() -> small.bytes() > (200 << 10));
      await().atMost(Duration.ofSeconds(5)).until(() -> post(app).status() == 202);
      for (int i = 0; i < 20; i++) {
        assertThat(post(app).status()).isEqualTo(202);
      }
      for (RawConnection connection : stalled) {
        connection.reset();
      }
      nothingHeld(app);
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIs408AndTheConnectionCloses() throws Exception {
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(SHORT))) {
      List<RawConnection> slow = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String length = i % 2 == 0 ? "Content-Length: 500" : "Transfer-Encoding: chunked";
        slow.add(
            app.connect()
                .send(RawConnection.head("POST", "/webhooks/open", -1, length) + "3\r\nabc"));
      }
      for (RawConnection connection : slow) {
        Response answer = connection.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.headers()).containsEntry("connection", "close");
      }
      assertThat(post(app).status()).isEqualTo(202);
      for (RawConnection connection : slow) {
        assertThat(connection.isClosedByServer()).isTrue();
        connection.close();
      }
      nothingHeld(app);
      assertThat(cpuSecondsWhileIdle()).as("no thread spins").isLessThan(0.5);
    }
  }

  @Test
  void aSenderThatDribblesForEverIsCutOff() throws Exception {
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(SHORT));
        RawConnection connection = app.connect()) {
      connection.send(
          RawConnection.head("POST", "/webhooks/open", -1, "Transfer-Encoding: chunked"));
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                try {
                  connection.send("1\r\nx\r\n");
                  return false;
                } catch (IOException closed) {
                  return true;
                }
              });
      nothingHeld(app);
    }
  }

  @Test
  void aRouteThatTakesTooLongIs503AndItsLateOutcomeIsNotASecondAnswer() throws Exception {
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(SHORT));
        RawConnection connection = app.connect()) {
      CompletableFuture<Acceptance> late = new CompletableFuture<>();
      app.inbox().behave(event -> late);
      Response answer = connection.post("/webhooks/open", EVENT).read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("retry-after");
      assertThat(app.line().requests()).as("its memory is still in use").isEqualTo(1);
      late.complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.STORE_DOWN));
      nothingHeld(app);
      assertThat(connection.isClosedByServer()).as("no second answer").isTrue();
      app.inbox().behaveWell();
      assertThat(post(app).status()).isEqualTo(202);
    }
  }

  @Test
  void aRaceOfTimeOutAndCommitGivesExactlyOneAnswerEach() throws Exception {
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(SHORT))) {
      post(app);
      List<CompletableFuture<Acceptance>> pending =
          java.util.Collections.synchronizedList(new ArrayList<>());
      app.inbox()
          .behave(
              event -> {
                CompletableFuture<Acceptance> outcome = new CompletableFuture<>();
                pending.add(outcome);
                // Around the moment at which the time-out is noticed.
                long delay = 650 + (pending.size() * 37L) % 350;
                return outcome.completeOnTimeout(
                    new Acceptance.Accepted(event.reference()),
                    delay,
                    java.util.concurrent.TimeUnit.MILLISECONDS);
              });
      List<RawConnection> senders = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        senders.add(app.connect().post("/webhooks/open", EVENT));
      }
      int stored = 0;
      for (RawConnection sender : senders) {
        int status = sender.read().status();
        assertThat(status).isIn(202, 503);
        stored += status == 202 ? 1 : 0;
        // What comes next is the next request's answer, or the end that Tomcat puts after a 503.
        if (status == 202) {
          assertThat(sender.send(RawConnection.head("GET", "/webhooks/open", 0)).read().status())
              .isEqualTo(405);
        } else {
          assertThat(sender.isClosedByServer()).isTrue();
        }
        sender.close();
      }
      assertThat(stored).as("both sides of the race were seen").isBetween(1, 199);
      nothingHeld(app);
    }
  }

  @Test
  void aFullLineIs503AtOnceInRequestsAndInBytes() throws Exception {
    WaitingLine line = new WaitingLine(2, 10_000);
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(line))) {
      CompletableFuture<Acceptance> held = new CompletableFuture<>();
      app.inbox().behave(event -> held);
      try (RawConnection first = app.connect();
          RawConnection second = app.connect()) {
        first.post("/webhooks/open", EVENT);
        second.post("/webhooks/open", EVENT);
        await().until(() -> line.requests() == 2);
        app.inbox().behaveWell();
        assertThat(post(app).headers()).containsKey("retry-after");
        assertThat(post(app).status()).isEqualTo(503);
        held.complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.CLOSED));
      }
      nothingHeld(app);
    }
    WaitingLine small = new WaitingLine(100, 10_000);
    try (IngressApp app = start(IngressApp.Settings.ordinary().with(small));
        RawConnection connection = app.connect()) {
      assertThat(connection.post("/webhooks/open", new byte[20_000]).read().status())
          .isEqualTo(503);
      assertThat(post(app).status()).isEqualTo(202);
      nothingHeld(app);
    }
  }

  @Test
  void aSenderThatVanishesFreesEverything() throws Exception {
    try (IngressApp app = start(IngressApp.Settings.ordinary())) {
      for (int i = 0; i < 20; i++) {
        RawConnection connection = app.connect();
        connection.send(RawConnection.head("POST", "/webhooks/open", 50_000));
        connection.send(new byte[9_000]);
        if (i % 2 == 0) {
          connection.reset();
        } else {
          connection.endSending();
        }
      }
      RawConnection waiting = app.connect();
      CompletableFuture<Acceptance> late = new CompletableFuture<>();
      app.inbox().behave(event -> late);
      waiting.post("/webhooks/open", EVENT);
      await().until(() -> app.line().requests() == 1);
      waiting.reset();
      late.complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.CLOSED));
      nothingHeld(app);
      app.inbox().behaveWell();
      assertThat(post(app).status()).isEqualTo(202);
    }
  }

  @Test
  void sendersThatNeverReadTheirAnswersHoldNoThread() throws Exception {
    List<RawConnection> deaf = new ArrayList<>();
    try (IngressApp app = start(IngressApp.Settings.ordinary())) {
      String flood = RawConnection.head("GET", "/webhooks/open", 0).repeat(500);
      for (int i = 0; i < 8; i++) {
        RawConnection connection = app.connect();
        deaf.add(connection);
        Thread flooding =
            new Thread(
                () -> {
                  try {
                    for (int n = 0; n < 400; n++) {
                      connection.send(flood);
                    }
                  } catch (IOException e) {
                    // The server has had enough, which is its right.
                  }
                });
        flooding.setDaemon(true);
        flooding.start();
      }
      await()
          .pollDelay(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(post(app).status()).isEqualTo(202));
      long start = System.nanoTime();
      assertThat(post(app).status()).isEqualTo(202);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      for (RawConnection connection : deaf) {
        connection.reset();
      }
    }
  }

  private static Response post(IngressApp app) throws IOException {
    try (RawConnection connection = app.connect()) {
      return connection.post("/webhooks/open", EVENT).read();
    }
  }

  private static void nothingHeld(IngressApp app) {
    await()
        .untilAsserted(
            () -> {
              assertThat(app.line().bytes()).isZero();
              assertThat(app.line().requests()).isZero();
            });
  }

  private static double cpuSecondsWhileIdle() {
    var os =
        (com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    long before = os.getProcessCpuTime();
    long start = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> System.nanoTime() - start > 1_000_000_000L);
    return (os.getProcessCpuTime() - before) / 1e9;
  }
}
