package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.testkit.EventDelivery;
import io.gammawebhook.testkit.WebhookTest;
import io.gammawebhook.testkit.Webhooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What becomes of orders, with a destination that is called over HTTP. */
@CamelSpringBootTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@WebhookTest
class OrdersTest {

  private static final String ORDER = "{\"number\": 7}";

  /** What the warehouse answers, one status after the other; then 200. */
  private static final Queue<Integer> ANSWERS = new ConcurrentLinkedQueue<>();

  /** The Idempotency-Key of each call. */
  private static final List<String> KEYS = new CopyOnWriteArrayList<>();

  private static HttpServer warehouse;

  @Autowired private Webhooks webhooks;

  @DynamicPropertySource
  static void openWarehouse(DynamicPropertyRegistry properties) throws IOException {
    warehouse = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    warehouse.createContext(
        "/orders",
        call -> {
          KEYS.add(call.getRequestHeaders().getFirst("Idempotency-Key"));
          Integer status = ANSWERS.poll();
          call.sendResponseHeaders(status == null ? 200 : status, -1);
          call.close();
        });
    warehouse.start();
    properties.add(
        "warehouse.url", () -> "http://localhost:" + warehouse.getAddress().getPort() + "/orders");
  }

  @AfterAll
  static void closeWarehouse() {
    warehouse.stop(0);
  }

  @BeforeEach
  void nothingYet() {
    ANSWERS.clear();
    KEYS.clear();
  }

  @Test
  void anOrderWaitsUntilTheWarehouseHasIt() {
    ANSWERS.addAll(List.of(503, 503));

    EventDelivery order = webhooks.source("gamma").send("order.paid", ORDER).delivery("orders");

    order.failedOnce("http-503").isDueIn(Duration.ofSeconds(5));
    webhooks.nextRetry();
    order.failed(2, "http-503").isDueIn(Duration.ofMinutes(5));
    webhooks.nextRetry();
    order.isDelivered();
    assertThat(KEYS).hasSize(3).containsOnly(order.id());
  }

  @Test
  void oneThatTheWarehouseNeverTookIsADeadLetterAndGoesAgain() {
    ANSWERS.addAll(List.of(503, 503, 503));
    EventDelivery order = webhooks.source("gamma").send("order.paid", ORDER).delivery("orders");
    webhooks.nextRetry();
    webhooks.nextRetry();
    order.failed(3, "http-503").isDead();

    order.replay().isDelivered();

    assertThat(KEYS).hasSize(4);
  }

  @Test
  void whatGammaDidNotSignIsNoOrder() {
    webhooks.source("gamma").sendForged("order.paid", ORDER).isRejected("signature-mismatch");

    assertThat(KEYS).isEmpty();
  }
}
