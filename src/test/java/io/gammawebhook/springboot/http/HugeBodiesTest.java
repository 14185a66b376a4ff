package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bodies of 100 MB against a process with a heap that holds not one of them: every sender reads its
 * 413, and an honest one is served meanwhile.
 */
@Timeout(120)
class HugeBodiesTest {

  private static final long HUGE = 100L << 20;
  private static final byte[] MEGABYTE = new byte[1 << 20];

  private static Process process;
  private static BufferedReader output;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                java,
                "-Xmx80m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                IngressMain.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    port = Integer.parseInt(line("port ").substring(5));
  }

  @AfterAll
  static void stop() throws Exception {
    process.getOutputStream().close();
    process.waitFor();
  }

  @Test
  void fourAnnouncedBodiesAtOnceAllReadTheir413() throws Exception {
    all413(() -> afterSending("/webhooks/open", "Content-Length: " + HUGE));
    all413(() -> afterSending("/webhooks/signed", "Content-Length: " + HUGE));
  }

  @Test
  void fourChunkedBodiesAtOnceAllReadTheir413() throws Exception {
    all413(() -> afterSending("/webhooks/open", "Transfer-Encoding: chunked"));
    all413(() -> afterSending("/webhooks/signed", "Transfer-Encoding: chunked"));
  }

  @Test
  void theAnswerComesBeforeTheBodyIsSent() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(RawConnection.head("POST", "/webhooks/open", HUGE));
      assertThat(connection.read().status()).isEqualTo(413);
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          RawConnection.head("POST", "/webhooks/open", -1, "Transfer-Encoding: chunked"));
      connection.send("100000\r\n").send(MEGABYTE);
      assertThat(connection.read().status()).isEqualTo(413);
    }
  }

  @Test
  void theJavaClientReadsIts413() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    all413(
        () ->
            client
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/webhooks/open"))
                        .version(HttpClient.Version.HTTP_1_1)
                        .POST(HttpRequest.BodyPublishers.ofInputStream(HugeBodiesTest::zeros))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode());
  }

  @Test
  void curlReadsIts413() throws Exception {
    for (String expect : List.of("Expect: 100-continue", "Expect:")) {
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "-o",
                  "/dev/null",
                  "-w",
                  "%{http_code}",
                  "-H",
                  expect,
                  "-T",
                  "-",
                  "-X",
                  "POST",
                  "http://127.0.0.1:" + port + "/webhooks/open")
              .redirectInput(ProcessBuilder.Redirect.from(hugeFile()))
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8)).isEqualTo("413");
      assertThat(curl.waitFor()).isZero();
    }
  }

  private static java.io.File hugeFile() throws IOException {
    java.io.File file = java.io.File.createTempFile("huge", ".bin");
    file.deleteOnExit();
    try (var out = new java.io.RandomAccessFile(file, "rw")) {
      out.setLength(HUGE);
    }
    return file;
  }

  private static void all413(Callable<Integer> sender) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(5);
    try {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        statuses.add(senders.submit(sender));
      }
      Future<Integer> honest = senders.submit(HugeBodiesTest::honest);
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isEqualTo(413);
      }
      assertThat(honest.get()).isEqualTo(202);
    } finally {
      senders.shutdownNow();
    }
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    String[] state = line("held ").split(" ");
    assertThat(state[1]).isEqualTo("0");
    assertThat(Long.parseLong(state[3])).as("heap in use").isLessThan(60L << 20);
  }

  private static int honest() throws IOException {
    int status = 0;
    for (int i = 0; i < 50; i++) {
      try (RawConnection connection = new RawConnection(port)) {
        status = connection.post("/webhooks/open", new byte[1000]).read().status();
        assertThat(status).isEqualTo(202);
      }
    }
    return status;
  }

  /** Sends all of it before it looks for an answer, as simple senders do. */
  private static int afterSending(String path, String length) throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(RawConnection.head("POST", path, -1, length));
      boolean chunked = length.startsWith("Transfer");
      for (long sent = 0; sent < HUGE; sent += MEGABYTE.length) {
        if (chunked) {
          connection.send("100000\r\n").send(MEGABYTE).send("\r\n");
        } else {
          connection.send(MEGABYTE);
        }
      }
      if (chunked) {
        connection.send("0\r\n\r\n");
      }
      Response answer = connection.read();
      assertThat(answer.headers()).containsEntry("connection", "close");
      return answer.status();
    }
  }

  private static InputStream zeros() {
    return new InputStream() {
      private long left = HUGE;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] into, int from, int length) {
        if (left <= 0) {
          return -1;
        }
        int count = (int) Math.min(length, left);
        left -= count;
        return count;
      }
    };
  }

  private static String line(String prefix) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
    throw new IOException("The process ended");
  }
}
