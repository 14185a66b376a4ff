package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.testing.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Senders that never stop and never end: a large piece at once, then a little now and then. None of
 * them is signed. What they hold is for those who send.
 */
@Timeout(90)
class TricklingSendersTest {

  private static final int LARGE = 200_000;
  private static final String PATH = "/webhooks/large";

  private final List<RawConnection> slow = new ArrayList<>();
  private final ScheduledExecutorService trickle = Executors.newScheduledThreadPool(2);

  @AfterEach
  void end() throws IOException {
    trickle.shutdownNow();
    for (RawConnection connection : slow) {
      connection.reset();
    }
  }

  @Test
  void aHundredThatTrickleInChunksDelayNoHonestSender() throws Exception {
    try (IngressApp app = start(new WaitingLine(1024, 32 << 20))) {
      for (int i = 0; i < 100; i++) {
        chunked(app, 132_000, 1_300, Duration.ofMillis(700));
      }
      assertThat(answers(app, Duration.ofSeconds(5))).containsOnlyKeys(202);
    }
  }

  @Test
  void aCrowdThatTricklesWhatItAnnouncedDelaysNoHonestSender() throws Exception {
    try (IngressApp app = start(new WaitingLine(1024, 32 << 20))) {
      for (int i = 0; i < 82; i++) {
        announced(app, i < 62 ? 133_000 : 1_000, 1_100, Duration.ofMillis(400));
      }
      assertThat(answers(app, Duration.ofSeconds(5))).containsOnlyKeys(202);
    }
  }

  @Test
  void theSlowestGiveWayWhenTheyHoldAllTheMemory() throws Exception {
    // Without those that trickle there is room for three of the honest large ones.
    WaitingLine line = new WaitingLine(1024, 1 << 20);
    try (IngressApp app = start(line)) {
      for (int i = 0; i < 20; i++) {
        chunked(app, 132_000, 1_300, Duration.ofMillis(300));
      }
      await().until(() -> line.bytes() > (600 << 10));
      assertThat(post(app, 2)).as("the quarter that is for small ones").isEqualTo(202);
      // As soon as it is known who is slow.
      await().atMost(Duration.ofSeconds(4)).until(() -> post(app, LARGE) == 202);
      assertThat(answers(app, Duration.ofSeconds(3))).containsOnlyKeys(202);
      assertThat(slow).anySatisfy(one -> assertThat(one.read().status()).isEqualTo(408));
    }
  }

  @Test
  void theSlowestIsEndedFirst() throws Exception {
    WaitingLine line = new WaitingLine(1024, 1 << 20);
    try (IngressApp app = start(line);
        RawConnection steady = app.connect()) {
      steady.send(RawConnection.head("POST", PATH, 160_000)).send(new byte[70_000]);
      for (int i = 0; i < 3; i++) {
        chunked(app, 132_000, 1_300, Duration.ofMillis(300));
      }
      await().until(() -> line.bytes() > (500 << 10));
      for (int i = 0; i < 6; i++) {
        long until = System.nanoTime() + 500_000_000L;
        await().pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() > until);
        steady.send(new byte[15_000]);
        post(app, LARGE);
      }
      assertThat(steady.read().status()).isEqualTo(202);
      assertThat(slow).anySatisfy(one -> assertThat(one.read().status()).isEqualTo(408));
    }
  }

  @Test
  void aCrowdOfSmallOnesThatTrickleGiveWayToo() throws Exception {
    WaitingLine line = new WaitingLine(1024, 1 << 20);
    try (IngressApp app = start(line)) {
      for (int i = 0; i < 60; i++) {
        chunked(app, 20_000, 1, Duration.ofMillis(400));
      }
      await().until(() -> line.bytes() > (900 << 10));
      await().atMost(Duration.ofSeconds(4)).until(() -> post(app, 3_000) == 202);
      assertThat(answers(app, Duration.ofSeconds(3)).keySet()).contains(202).doesNotContain(408);
    }
  }

  @Test
  void aLargeBodyThatComesFastIsNotEndedForAnother() throws Exception {
    WaitingLine line = new WaitingLine(1024, 1 << 20);
    try (IngressApp app = start(line);
        RawConnection first = app.connect()) {
      // 40 KB each 50 ms is 800 KB a second, as fast as the line lets any.
      first.send(RawConnection.head("POST", PATH, 760_000));
      for (int i = 0; i < 18; i++) {
        first.send(new byte[40_000]);
        long until = System.nanoTime() + 100_000_000L;
        await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() > until);
        if (i == 15) {
          assertThat(post(app, LARGE)).as("no room, and nobody is slow").isEqualTo(503);
        }
      }
      assertThat(first.send(new byte[40_000]).read().status()).isEqualTo(202);
    }
  }

  private static IngressApp start(WaitingLine line) {
    // Four threads, so that a thread that waits would be missed at once.
    IngressApp.Settings ordinary = IngressApp.Settings.ordinary();
    Receiver large =
        IngressApp.receiver(
            IngressApp.unsigned("large").maxBodySize(1 << 20).build(), ordinary.inbox());
    return IngressApp.start(
        new IngressApp.Settings(ordinary.inbox(), line, ordinary.times(), List.of(large), true),
        Map.of("server.tomcat.threads.max", "4"));
  }

  private void chunked(IngressApp app, int first, int then, Duration every) throws IOException {
    RawConnection connection =
        app.connect()
            .send(RawConnection.head("POST", PATH, -1, "Transfer-Encoding: chunked"))
            .send(chunk(first));
    goOn(connection, chunk(then), every);
  }

  private void announced(IngressApp app, int first, int then, Duration every) throws IOException {
    RawConnection connection =
        app.connect().send(RawConnection.head("POST", PATH, 1_000_000)).send(new byte[first]);
    goOn(connection, new byte[then], every);
  }

  private void goOn(RawConnection connection, byte[] bytes, Duration every) {
    slow.add(connection);
    var unused =
        trickle.scheduleAtFixedRate(
            () -> {
              try {
                connection.send(bytes);
              } catch (IOException refused) {
                throw new IllegalStateException("This one was ended", refused);
              }
            },
            every.toMillis(),
            every.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static byte[] chunk(int length) {
    byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1);
    byte[] chunk = new byte[head.length + length + 2];
    System.arraycopy(head, 0, chunk, 0, head.length);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    return chunk;
  }

  /** How often honest senders got which status; each tenth body is large. */
  private static Map<Integer, Integer> answers(IngressApp app, Duration time) throws IOException {
    Map<Integer, Integer> statuses = new java.util.TreeMap<>();
    long start = System.nanoTime();
    for (int i = 0; System.nanoTime() - start < time.toNanos(); i++) {
      statuses.merge(post(app, i % 10 == 9 ? LARGE : 3_000), 1, Integer::sum);
    }
    return statuses;
  }

  private static int post(IngressApp app, int length) throws IOException {
    try (RawConnection connection = app.connect()) {
      return connection.post(PATH, new byte[length]).read().status();
    }
  }
}
