package io.gammawebhook.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.attack.Attacks.Attack;
import io.gammawebhook.e2e.App;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import io.gammawebhook.verify.SchemeCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Every scheme of the catalogue at a started application, over real sockets: what is not its
 * sender's is refused with the right status, within a second, with nothing of it in the answer, and
 * leaves nothing behind.
 */
@Timeout(300)
class AttackSuiteTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Of names that would steer a route, however they are written. */
  private static final List<String> STEERING =
      List.of(
          "To",
          "to",
          "TO",
          "cc",
          "Bcc",
          "Subject",
          "From",
          "Reply-To",
          "CamelHttpUri",
          "camelhttpuri",
          "CAMELHTTPURI",
          "Camel-Http-Uri",
          "CamelHttpPath",
          "CamelHttpQuery",
          "CamelHttpMethod",
          "CamelSqlQuery",
          "camelsqlquery",
          "CamelJdbcQuery",
          "CamelFileName",
          "CamelWebhookEventId",
          "CamelWebhookDeliveryId",
          "CamelBeanMethodName",
          "Exchange",
          "breadcrumbId",
          "org.apache.camel.x",
          "recipientListEndpoint",
          "CamelExecCommandArgs");

  private static final List<HonestSender> SENDERS =
      new SchemeCatalogue()
          .names().stream().filter(name -> !name.equals("none")).map(HonestSender::new).toList();

  private static final ConcurrentLinkedQueue<Map<String, Object>> SEEN =
      new ConcurrentLinkedQueue<>();

  @TempDir private static Path folder;
  private static App app;
  private static int port;

  /** What a route sees of a request that carries all that could steer it. */
  @Configuration(proxyBeanMethods = false)
  static class Routes {
    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          for (HonestSender sender : SENDERS) {
            from("webhook-inbox:" + sender.name() + "?concurrency=1")
                .routeId("of-" + sender.name())
                .process(exchange -> SEEN.add(new HashMap<>(exchange.getMessage().getHeaders())));
          }
        }
      };
    }
  }

  @BeforeAll
  static void start() {
    Map<String, Object> properties = new HashMap<>();
    SENDERS.forEach(sender -> properties.putAll(sender.properties()));
    // The senders of a source that is not asked for would be one more.
    properties.put(
        "gamma.webhook.sources.gamma.secrets[0]", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    app = App.host(folder, properties, Routes.class);
    port = app.url("/").getPort();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static Response send(Wire request) throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(request.bytes());
      return request.method().equals("HEAD") ? connection.readHeadOnly() : connection.read();
    }
  }

  static Stream<HonestSender> senders() {
    return SENDERS.stream();
  }

  static Stream<Attack> attacks() {
    return SENDERS.stream().flatMap(sender -> Attacks.on(sender).stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void itIsRefused(Attack attack) throws IOException {
    long before = System.nanoTime();
    Response response = answer(attack);
    long taken = System.nanoTime() - before;
    assertThat(response.status()).as(attack.toString()).isIn(attack.expected()).isLessThan(500);
    assertThat(new String(response.all(), StandardCharsets.ISO_8859_1))
        .doesNotContain(Attacks.CANARY)
        .doesNotContain("Exception")
        .doesNotContain("io.gammawebhook");
    assertThat(taken).isLessThan(SECOND);
  }

  private static Response answer(Attack attack) {
    try {
      return send(attack.request());
    } catch (IOException e) {
      throw new AssertionError(attack + ": no answer", e);
    }
  }

  @ParameterizedTest
  @MethodSource("senders")
  void theSenderItselfIsLetInOnceAndItsCapturedRequestIsADuplicate(HonestSender sender)
      throws IOException {
    Wire event = sender.event("honest-" + sender.name());
    assertThat(send(event).status()).isEqualTo(sender.scheme().acceptedStatus());
    String where = " from webhook_event where source = '" + sender.name() + "'";
    long stored = app.inbox().count("select count(*)" + where);
    for (Wire again :
        List.of(
            event,
            event.and("X-Github-Delivery-2", "another"),
            event.with("Content-Type", "text/plain"),
            event.and("X-Request-Id", "another"))) {
      assertThat(send(again).status()).isEqualTo(200);
    }
    assertThat(app.inbox().count("select count(*)" + where)).isEqualTo(stored);
  }

  @ParameterizedTest
  @MethodSource("senders")
  void nothingThatCouldSteerARouteComesToIt(HonestSender sender) throws IOException {
    String id = "steering-" + sender.name();
    Wire event = sender.event(id);
    for (String name : STEERING) {
      event = event.and(name, Attacks.CANARY);
    }
    assertThat(send(event).status()).isEqualTo(sender.scheme().acceptedStatus());
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                SEEN.stream()
                    .anyMatch(seen -> sender.name().equals(seen.get("CamelWebhookSource"))));
    SEEN.stream()
        .filter(seen -> sender.name().equals(seen.get("CamelWebhookSource")))
        .forEach(
            seen -> {
              assertThat(seen.toString()).doesNotContain(Attacks.CANARY);
              assertThat(seen.keySet())
                  .allSatisfy(
                      name -> assertThat(name.toLowerCase(Locale.ROOT)).startsWith("camelwebhook"));
            });
  }

  @Test
  void strangeJsonOfAnHonestSenderIsAnEventLikeAnyOther() throws IOException {
    HonestSender sender =
        SENDERS.stream()
            .filter(each -> each.name().equals("standard-webhooks"))
            .findFirst()
            .orElseThrow();
    int number = 0;
    for (String body :
        List.of(
            "",
            "null",
            "{",
            "[".repeat(100_000),
            "{\"a\":".repeat(5_000),
            "{\"type\":1e999999}",
            "{\"type\":" + "9".repeat(50_000) + "}",
            "{\"type\":\"\\u0000\\ud800\"}",
            "{\"type\":\"a\",\"type\":\"b\"}",
            "{\"type\":{\"$ref\":\"#\"}}",
            "\ufeff{\"type\":\"bom\"}",
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>",
            "${header.To} ${bean:x} {{env:HOME}} #{systemProperties}",
            "x".repeat(1 << 20))) {
      Wire event = sender.event("strange-" + number++, body, Instant.now());
      assertThat(send(event).status())
          .as(body.substring(0, Math.min(40, body.length())))
          .isEqualTo(202);
    }
  }

  @Test
  void whatWasRefusedLeavesNoEventAndABoundedNumberOfAuditRows() throws IOException {
    HonestSender sender = SENDERS.get(0);
    for (int i = 0; i < 300; i++) {
      assertThat(send(new HonestSender(sender.name()).event("forged-" + i)).status())
          .isEqualTo(401);
    }
    assertThat(
            app.inbox().count("select count(*) from webhook_event where dedup_key like 'forged%'"))
        .isZero();
    assertThat(
            app.inbox()
                .count(
                    "select count(*) from webhook_audit where kind = 'rejected' and source = '"
                        + sender.name()
                        + "'"))
        .isLessThan(250);
    // Its id was not taken by who could not sign it.
    assertThat(send(sender.event("forged-1")).status()).isEqualTo(sender.scheme().acceptedStatus());
  }
}
