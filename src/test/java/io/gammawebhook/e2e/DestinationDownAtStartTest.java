package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receiving does not depend on any destination, not even for the start. */
class DestinationDownAtStartTest {

  @TempDir private Path folder;

  @Test
  void theProductStartsAndAcceptsAndTheDeliveryWaits() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    Map<String, String> properties =
        Map.of(
            "spring.datasource.url", "jdbc:postgresql://127.0.0.1:" + nobody + "/orders",
            "spring.datasource.hikari.connection-timeout", "1000",
            "gamma.webhook.retry.schedule", "1h");

    try (App app = App.product(folder, properties)) {
      app.sender().accepted("msg_1", "invoice.paid");

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(app.inbox().deliveries("msg_1")).containsExactly("gamma 0 waiting 1"));
    }
  }
}
