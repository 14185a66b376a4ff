package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged product with a heap of 256 MB, and 400 MB of bodies at once. */
@Timeout(180)
class HugeBodiesIT {

  @TempDir private Path folder;

  @Test
  void fourBodiesOf100MbAtOnceGet413AndAnHonestSenderIsNotDisturbed() throws Exception {
    String huge = "x".repeat(100 << 20);
    try (ProductProcess product =
        new ProductProcess(folder).packaged("-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      product.start().awaitReady();
      Map<String, String> signed = product.sender().signed("huge-1", huge);
      ExecutorService senders = Executors.newFixedThreadPool(4);
      try {
        List<Future<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Map<String, String> headers = i % 2 == 0 ? signed : Map.of();
          statuses.add(senders.submit(() -> post(product.url(), huge, headers)));
        }
        for (int i = 0; i < 100; i++) {
          assertThat(product.sender().send("honest-" + i, "invoice.paid").status()).isEqualTo(202);
        }
        for (Future<Integer> status : statuses) {
          assertThat(status.get()).isEqualTo(413);
        }
      } finally {
        senders.shutdownNow();
      }
      assertThat(product.sender().send("honest-after", "invoice.paid").status()).isEqualTo(202);
      assertThat(product.isAlive()).isTrue();
    }
  }

  private static int post(URI url, String body, Map<String, String> headers) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
