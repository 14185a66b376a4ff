package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The application is stopped and started again, as at each of its releases. */
@Tag("after")
@Tag("every-jdk")
class RestartTest {

  private static final byte[] BODY = "{\"type\":\"order.paid\"}".getBytes(StandardCharsets.UTF_8);

  /** Well under the 45 seconds after which Camel no longer waits for what does not stop. */
  @Test
  @Timeout(value = 40, unit = TimeUnit.SECONDS)
  void theApplicationStopsAtOnceAndKnowsItsEventsAfterTheRestart(@TempDir Path data) {
    for (int status : new int[] {202, 200}) {
      try (ConfigurableApplicationContext application = start(data)) {
        int port = application.getEnvironment().getRequiredProperty("local.server.port", int.class);

        assertThat(send(port, "/webhooks/gamma", "GAMMA_WEBHOOK_SECRET")).isEqualTo(status);
        assertThat(send(port, "/webhooks/billing", "BILLING_WEBHOOK_SECRET")).isEqualTo(status);
      }
    }
  }

  private static int send(int port, String path, String secret) {
    return HttpCalls.webhook(port, path, System.getenv(secret), "msg_restart", HttpCalls.JSON, BODY)
        .statusCode();
  }

  private static ConfigurableApplicationContext start(Path data) {
    return SpringApplication.run(
        OrdersApplication.class,
        "--server.port=0",
        "--spring.datasource.url=jdbc:h2:mem:restart",
        "--gamma.webhook.data-dir=" + data);
  }
}
