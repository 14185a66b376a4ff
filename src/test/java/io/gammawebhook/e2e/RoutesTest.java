package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.dispatch.PermanentFailureException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a route in an existing application gets, and how its end ends the delivery. */
@Timeout(120)
class RoutesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KAMELET_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  @TempDir private static Path folder;
  private static App app;
  private static Journal journal;

  @Configuration(proxyBeanMethods = false)
  static class Routes {

    static final CompletableFuture<Map<String, Object>> FRESH = new CompletableFuture<>();
    static final CompletableFuture<Object> FRESH_BODY = new CompletableFuture<>();
    static final CountDownLatch SEDA_MAY_END = new CountDownLatch(1);

    @Bean
    Journal journal() {
      return new Journal();
    }

    @Bean
    RouteBuilder routes(Journal journal) {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gamma?types=fan.*").routeId("fan-one").process(journal.note("one"));
          from("webhook-inbox:gamma?types=fan.*,typed.*")
              .routeId("fan-two")
              .process(journal.note("two"));
          from("webhook-inbox:gamma?types=fan.*&retrySchedule=10ms")
              .routeId("fan-broken")
              .process(journal.failFirst(9, new IllegalStateException("always")));

          from("webhook-inbox:gamma?types=fresh")
              .routeId("fresh")
              .process(
                  exchange -> {
                    FRESH.complete(Map.copyOf(exchange.getMessage().getHeaders()));
                    FRESH_BODY.complete(exchange.getMessage().getBody());
                  });

          from("webhook-inbox:gamma?types=seda").routeId("seda").to("seda:behind");
          from("webhook-inbox:gamma?types=seda-fails&retrySchedule=10ms,10ms")
              .routeId("seda-fails")
              .to("seda:failing-behind");
          from("seda:behind")
              .routeId("behind")
              .process(journal.note("behind"))
              .process(exchange -> SEDA_MAY_END.await(60, TimeUnit.SECONDS));
          from("seda:failing-behind")
              .routeId("failing-behind")
              .process(journal.note("failing-behind"))
              .process(journal.failFirst(1, new IllegalStateException("behind the queue")));

          from("webhook-inbox:gamma?types=handled")
              .routeId("handled")
              .onException(IllegalArgumentException.class)
              .handled(true)
              .process(journal.note("handler"))
              .end()
              .process(journal.failFirst(9, new IllegalArgumentException("swallowed")));
          from("webhook-inbox:gamma?types=caught")
              .routeId("caught")
              .doTry()
              .process(journal.failFirst(9, new IllegalArgumentException("caught")))
              .doCatch(IllegalArgumentException.class)
              .process(journal.note("catch"))
              .end()
              .process(journal.note("after"));

          from("webhook-inbox:gamma?types=effect&retrySchedule=10ms")
              .routeId("effect")
              .process(journal.note("effect"))
              .process(journal.failFirst(1, new IllegalStateException("after the effect")));
          from("webhook-inbox:gamma?types=permanent"
                  + "&permanentExceptions=java.lang.IllegalArgumentException")
              .routeId("permanent")
              .process(journal.failFirst(9, new NumberFormatException("a subclass of it")));
          from("webhook-inbox:gamma?types=hopeless")
              .routeId("hopeless")
              .process(journal.failFirst(9, new PermanentFailureException("the bean knows")));
          from("webhook-inbox:gamma?types=rollback&retrySchedule=10ms")
              .routeId("rollback")
              .process(journal.note("rollback"))
              .choice()
              .when(header("CamelWebhookAttempt").isEqualTo(1))
              .markRollbackOnly();
          from("webhook-inbox:gamma?types=aggregated")
              .routeId("aggregated")
              .aggregate(constant(true), new UseLatestAggregationStrategy())
              .completionSize(2)
              .process(journal.note("aggregate"));

          from("kamelet:gamma-webhook-source?source=billing&path=/webhooks/billing"
                  + "&secrets={{test.billing.secret}}&types=invoice.*")
              .routeId("billing")
              .process(journal.note("billing"));
          from("webhook-inbox:own?path=/webhooks/own&secrets=RAW({{test.billing.secret}})")
              .routeId("own")
              .process(journal.note("own"));
          from("kamelet:gamma-webhook-source?source=hub&path=/webhooks/hub&scheme=gamma-hub"
                  + "&secrets={{test.hub.secret}}")
              .routeId("hub")
              .process(journal.note("hub"));
        }
      };
    }
  }

  @BeforeAll
  static void start() {
    app =
        App.host(
            folder,
            Map.of(
                "gamma.webhook.sources.gamma.keep-headers", "X-Shop-Domain",
                "gamma.webhook.retry.schedule", "10ms,10ms",
                "gamma.webhook.retry.jitter", "0",
                "test.billing.secret", KAMELET_SECRET,
                "test.hub.secret", "a shared text"),
            Routes.class);
    journal = app.bean(Journal.class);
  }

  @AfterAll
  static void stop() {
    Routes.SEDA_MAY_END.countDown();
    long start = System.nanoTime();
    app.close();
    // Camel's stop waits 45 s for a route that waits for another.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void twoRoutesOnOneSourceEachGetEveryEventAndAThirdFailsAlone() {
    app.sender().accepted("fan-1", "fan.out");
    app.sender().accepted("fan-2", "fan.out");

    for (String id : List.of("fan-1", "fan-2")) {
      deliveries(id, "fan-broken 0 dead 2", "fan-one 0 delivered 1", "fan-two 0 delivered 1");
      assertThat(journal.of(id)).containsExactlyInAnyOrder("one 1", "two 1");
    }
  }

  @Test
  void aRouteWithTypesGetsNoOthers() {
    app.sender().accepted("typed-1", "typed.only");

    deliveries("typed-1", "fan-two 0 delivered 1");
    assertThat(journal.of("typed-1")).containsExactly("two 1");
  }

  @Test
  void theExchangeHasTheRawBodyAndOurHeadersAndNothingElse() throws Exception {
    String body = Sender.body("fresh-1", "fresh");
    Map<String, String> headers = app.sender().signed("fresh-1", body);
    headers.put("To", "attacker@example.com");
    headers.put("X-Shop-Domain", "shop.example");
    headers.put("CamelWebhookAttempt", "7");
    String reference =
        app.sender().post(app.url("/webhooks/gamma?cc=attacker"), body, headers).reference();

    Map<String, Object> seen = Routes.FRESH.get(30, TimeUnit.SECONDS);
    assertThat(seen)
        .containsOnlyKeys(
            "CamelWebhookReference",
            "CamelWebhookEventId",
            "CamelWebhookEventType",
            "CamelWebhookSource",
            "CamelWebhookSubscription",
            "CamelWebhookDeliveryId",
            "CamelWebhookAttempt",
            "CamelWebhookReceivedAt",
            "CamelWebhookContentType",
            "CamelWebhookHeaders")
        .containsEntry("CamelWebhookReference", reference)
        .containsEntry("CamelWebhookEventId", "fresh-1")
        .containsEntry("CamelWebhookAttempt", 1)
        .containsEntry("CamelWebhookHeaders", Map.of("x-shop-domain", "shop.example"));
    assertThat(Routes.FRESH_BODY.get()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeliveryHandedToSedaIsDoneOnlyWhenTheRouteBehindIs() {
    app.sender().accepted("seda-1", "seda");

    await().atMost(PATIENCE).until(() -> journal.of("seda-1").equals(List.of("behind 1")));
    assertThat(app.inbox().deliveries("seda-1")).containsExactly("seda 0 leased 1");
    Routes.SEDA_MAY_END.countDown();
    deliveries("seda-1", "seda 0 delivered 1");
  }

  @Test
  void aFailureBehindSedaIsAFailedAttempt() {
    app.sender().accepted("seda-fails-1", "seda-fails");

    deliveries("seda-fails-1", "seda-fails 0 delivered 2");
    assertThat(journal.of("seda-fails-1")).containsExactly("failing-behind 1", "failing-behind 2");
  }

  @Test
  void anExceptionThatTheRouteHandlesCountsAsDeliveredAndIsAuditedAsHandled() {
    app.sender().accepted("handled-1", "handled");

    deliveries("handled-1", "handled 0 delivered 1");
    assertThat(journal.of("handled-1")).containsExactly("handler 1");
    assertThat(app.inbox().audit("handled-1"))
        .containsExactly("received 0 -", "delivered 1 handled");
  }

  @Test
  void anExceptionThatDoCatchCatchesCountsAsDelivered() {
    app.sender().accepted("caught-1", "caught");

    deliveries("caught-1", "caught 0 delivered 1");
    assertThat(journal.of("caught-1")).containsExactly("catch 1", "after 1");
    assertThat(app.inbox().audit("caught-1"))
        .containsExactly("received 0 -", "delivered 1 handled");
  }

  @Test
  void aRouteThatThrowsAfterItsEffectIsTriedAgainUnderTheSameDeliveryId() {
    app.sender().accepted("effect-1", "effect");

    deliveries("effect-1", "effect 0 delivered 2");
    assertThat(journal.of("effect-1")).containsExactly("effect 1", "effect 2");
    assertThat(app.inbox().audit("effect-1"))
        .containsExactly(
            "received 0 -", "attempt_failed 1 java.lang.IllegalStateException", "delivered 2 -");
  }

  @Test
  void whatTheRouteDeclaresPermanentIsDeadAtOnce() {
    app.sender().accepted("permanent-1", "permanent");
    app.sender().accepted("hopeless-1", "hopeless");

    deliveries("permanent-1", "permanent 0 dead 1");
    deliveries("hopeless-1", "hopeless 0 dead 1");
  }

  @Test
  void aRollbackIsAFailedAttempt() {
    app.sender().accepted("rollback-1", "rollback");

    deliveries("rollback-1", "rollback 0 delivered 2");
    assertThat(app.inbox().audit("rollback-1")).contains("attempt_failed 1 rollback");
  }

  @Test
  void aDeliveryIsDoneWhenTheAggregateHasIt() {
    app.sender().accepted("aggregated-1", "aggregated");

    deliveries("aggregated-1", "aggregated 0 delivered 1");
    assertThat(journal.of("aggregated-1")).isEmpty();
  }

  @Test
  void anEventWithoutASubscriptionIsKeptVisibleAndDeliveredOnceARouteForItStarts()
      throws Exception {
    String reference = app.sender().accepted("nobody-1", "nobody.wants");

    assertThat(app.actuator("/unsubscribed").toString())
        .contains(reference, "nobody-1")
        .doesNotContain("129.00");
    assertThat(app.actuator("").get("unsubscribed-events").asInt()).isEqualTo(1);
    assertThat(app.inbox().deliveries("nobody-1")).isEmpty();

    app.bean(CamelContext.class)
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("webhook-inbox:gamma?types=nobody.*")
                    .routeId("somebody")
                    .process(journal.note("somebody"));
              }
            });
    deliveries("nobody-1", "somebody 0 delivered 1");
    assertThat(journal.of("nobody-1")).containsExactly("somebody 1");
    assertThat(app.actuator("").get("unsubscribed-events").asInt()).isZero();
  }

  @Test
  void aSourceKameletOpensItsPathVerifiesAndDeliversOnce() throws Exception {
    Sender sender = new Sender(app.url("/webhooks/billing"), "standard-webhooks", KAMELET_SECRET);

    assertThat(sender.send("bill-1", "invoice.paid").status()).isEqualTo(202);
    assertThat(sender.send("bill-1", "invoice.paid").status()).isEqualTo(200);
    assertThat(new Sender(sender.url()).send("bill-2", "invoice.paid").status()).isEqualTo(401);
    deliveries("bill-1", "billing 0 delivered 1");
    assertThat(journal.of("bill-1")).containsExactly("billing 1");
  }

  @Test
  void aRouteWithAPathThatIsStoppedAcceptsNothingUntilItIsStartedAgain() throws Exception {
    Sender sender = new Sender(app.url("/webhooks/own"), "standard-webhooks", KAMELET_SECRET);
    CamelContext camel = app.bean(CamelContext.class);
    assertThat(sender.send("own-1", "any").status()).isEqualTo(202);

    camel.getRouteController().stopRoute("own", 10, TimeUnit.SECONDS);
    Sender.Answer stopped = sender.send("own-2", "any");
    camel.getRouteController().startRoute("own");

    assertThat(stopped.acknowledged()).isFalse();
    assertThat(sender.send("own-2", "any").status()).isEqualTo(202);
    deliveries("own-2", "own 0 delivered 1");
  }

  @Test
  void aSourceKameletMayNameAnotherScheme() throws Exception {
    Sender sender = new Sender(app.url("/webhooks/hub"), "gamma-hub", "a shared text");

    assertThat(sender.send("hub-1", "order.paid").status()).isEqualTo(202);
    deliveries("hub-1", "hub 0 delivered 1");
    assertThat(journal.of("hub-1")).containsExactly("hub 1");
  }

  private static void deliveries(String eventId, String... expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(app.inbox().deliveries(eventId)).containsExactly(expected));
  }
}
