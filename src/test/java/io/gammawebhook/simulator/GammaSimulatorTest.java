package io.gammawebhook.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.simulator.Endpoint.Reply;
import io.gammawebhook.simulator.SimulatedDelivery.Outcome;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator sends, over real sockets. */
@Timeout(60)
class GammaSimulatorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static GammaSimulator.Builder builder() {
    return GammaSimulator.builder(InstantSource.system())
        .retrySchedule(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
        .speed(100);
  }

  private GammaSimulator started(GammaSimulator.Builder builder) {
    GammaSimulator gamma = builder.start();
    open.add(gamma);
    return gamma;
  }

  private Endpoint endpoint(java.util.function.IntFunction<Reply> replies) {
    Endpoint endpoint = new Endpoint(replies);
    open.add(endpoint);
    return endpoint;
  }

  private static JsonNode json(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Ids and bodies in the order in which they arrived. */
  private List<String> told(GammaSimulator.Builder builder) {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder);
    gamma.register(endpoint.url(), List.of(), null);
    gamma.burst(150);
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    gamma.emit("order.shipped");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    gamma.stream(5000, 50);
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    return endpoint.requests().stream().map(each -> each.id() + " " + each.body()).toList();
  }

  @Test
  void theSameSeedAndTheSameCallsMakeTheSameEventsInTheSameOrder() {
    GammaSimulator.Builder seven = builder().seed(7).duplicates(0.1).outOfOrder(0.1);
    List<String> first = told(seven);
    assertThat(told(seven)).isEqualTo(first);
    assertThat(first).hasSizeGreaterThan(201);
    assertThat(new HashSet<>(first)).hasSize(201);
    assertThat(told(builder().seed(8).duplicates(0.1).outOfOrder(0.1)))
        .doesNotContainAnyElementsOf(first);
  }

  @Test
  void sharesChangeTheOrderAndNoEvent() {
    List<String> plain = told(builder().seed(7));
    List<String> shaken = told(builder().seed(7).duplicates(0.2).outOfOrder(0.2));
    assertThat(plain).hasSize(201).doesNotHaveDuplicates();
    assertThat(new HashSet<>(shaken)).isEqualTo(new HashSet<>(plain));
    assertThat(shaken.stream().distinct().toList()).isNotEqualTo(plain);
  }

  @Test
  void eachEventFollowsFromThoseBeforeIt() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder().seed(3));
    gamma.register(endpoint.url(), List.of(), null);
    gamma.burst(1000);
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();

    Map<String, String> alive = new HashMap<>();
    Set<String> types = new HashSet<>();
    for (Endpoint.Request request : endpoint.requests()) {
      JsonNode event = json(request.body());
      String type = event.path("type").asText();
      String id = event.at("/data/id").asText();
      String status = event.at("/data/status").asText();
      types.add(type);
      assertThat(event.path("id").asText()).isEqualTo(request.id());
      if (type.endsWith(".created") || type.endsWith(".started")) {
        assertThat(alive).doesNotContainKey(id);
        alive.put(id, status);
      } else {
        assertThat(alive).containsKey(id);
        JsonNode was = event.at("/previous/status");
        assertThat(was.isMissingNode() || was.asText().equals(alive.get(id))).isTrue();
        boolean over =
            type.matches(".*\\.(deleted|cancelled|shipped|completed|failed)")
                || type.equals("invoice.paid");
        if (over) {
          alive.remove(id);
        } else {
          alive.put(id, status);
        }
      }
      if (type.equals("export.completed")) {
        assertThat(event.at("/data/files/0/sha256").asText()).hasSize(64);
      }
      if (type.equals("order.shipped")) {
        assertThat(event.at("/previous/status").asText()).isEqualTo("paid");
      }
    }
    assertThat(types)
        .contains(
            "customer.created",
            "customer.updated",
            "customer.deleted",
            "employee.updated",
            "invoice.paid",
            "order.created",
            "order.paid",
            "order.shipped",
            "export.started",
            "export.completed");
    gamma.emit("order.shipped");
    gamma.emit("parcel.lost");
    gamma.emit("order.odd", "{\"own\":true}");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(endpoint.requests().get(1002).body()).contains("\"data\":{\"own\":true}");
    assertThatThrownBy(() -> gamma.emit("order.odd", "{"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRegistrationGetsTheTypesOfItsGlobs() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder());
    gamma.register(endpoint.url(), List.of("invoice.*", "order.paid"), null);
    for (String type : List.of("order.created", "order.paid", "invoice.paid", "export.started")) {
      gamma.emit(type);
    }
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(endpoint.requests())
        .extracting(each -> json(each.body()).path("type").asText())
        .containsExactly("order.paid", "invoice.paid");
    assertThat(gamma.totals().unwanted()).isEqualTo(2);
  }

  @Test
  void anEventIsSentAgainUnderItsIdWithANewTimeAndSignature() throws Exception {
    Endpoint endpoint = endpoint(number -> Reply.of(number < 3 ? 500 : 204));
    List<Instant> times = new ArrayList<>();
    Instant start = Instant.parse("2026-03-01T10:00:00Z");
    InstantSource clock =
        () -> {
          times.add(start);
          return start.plusSeconds(times.size());
        };
    GammaSimulator gamma =
        started(
            GammaSimulator.builder(clock)
                .retrySchedule(Duration.ofSeconds(5), Duration.ofSeconds(10))
                .speed(100));
    String id = gamma.register(endpoint.url(), List.of(), null);
    SimulatedEvent event = gamma.emit("order.paid");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();

    assertThat(endpoint.requests()).hasSize(3);
    assertThat(endpoint.requests()).extracting(Endpoint.Request::id).containsOnly(event.id());
    assertThat(endpoint.requests())
        .extracting(Endpoint.Request::body)
        .hasSize(3)
        .containsOnly(new String(event.body().bytes(), StandardCharsets.UTF_8));
    assertThat(endpoint.requests())
        .extracting(each -> each.headers().getFirst("webhook-timestamp"))
        .doesNotHaveDuplicates();
    SignatureScheme scheme = new SchemeCatalogue().byName("standard-webhooks");
    for (Endpoint.Request request : endpoint.requests()) {
      Instant signed =
          Instant.ofEpochSecond(Long.parseLong(request.headers().getFirst("webhook-timestamp")));
      assertThat(request.headers().getFirst("webhook-signature"))
          .isEqualTo(
              new Signer(scheme, scheme.parseSecret(gamma.secret(id).reveal()), null)
                  .sign(event.id(), signed, event.body())
                  .get("webhook-signature"));
    }
    assertThat(gamma.deliveries())
        .extracting(
            SimulatedDelivery::attempt, SimulatedDelivery::status, SimulatedDelivery::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, 500, Outcome.RETRIED),
            org.assertj.core.groups.Tuple.tuple(2, 500, Outcome.RETRIED),
            org.assertj.core.groups.Tuple.tuple(3, 204, Outcome.DELIVERED));
  }

  @Test
  void whoSaysWhenIsAskedNoEarlier() {
    Endpoint endpoint =
        endpoint(
            number -> number == 1 ? new Reply(429, Map.of("Retry-After", "60")) : Reply.of(200));
    GammaSimulator gamma = started(builder().retrySchedule(Duration.ofMillis(1)));
    gamma.register(endpoint.url(), List.of(), null);
    gamma.emit("order.paid");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(endpoint.requests()).hasSize(2);
    List<SimulatedDelivery> attempts = gamma.deliveries();
    // A minute, a hundred times as fast.
    assertThat(Duration.between(attempts.get(0).startedAt(), attempts.get(1).startedAt()))
        .isGreaterThan(Duration.ofMillis(550));
  }

  @Test
  void whoDoesNotAnswerInTimeIsAskedAgainAndThenNoMore() {
    CountDownLatch closed = new CountDownLatch(1);
    Endpoint endpoint =
        endpoint(
            number -> {
              try {
                closed.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Reply.of(200);
            });
    GammaSimulator gamma =
        started(builder().timeout(Duration.ofMillis(150)).retrySchedule(Duration.ofSeconds(1)));
    gamma.register(endpoint.url(), List.of(), null);
    gamma.emit("order.paid");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    closed.countDown();
    assertThat(gamma.deliveries())
        .extracting(SimulatedDelivery::status, SimulatedDelivery::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, Outcome.RETRIED),
            org.assertj.core.groups.Tuple.tuple(0, Outcome.GIVEN_UP));
    assertThat(gamma.totals().givenUp()).isEqualTo(1);
  }

  @Test
  void whoIsGoneIsDisabled() {
    Endpoint endpoint = endpoint(number -> Reply.of(410));
    GammaSimulator gamma = started(builder());
    gamma.register(endpoint.url(), List.of(), null);
    gamma.emit("order.paid");
    await().atMost(PATIENCE).until(() -> gamma.deliveries().size() == 1);
    assertThat(gamma.registrations())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.enabled()).isFalse();
              assertThat(it.disabledReason()).isEqualTo("answered 410");
            });
    gamma.emit("order.paid");
    assertThat(gamma.totals().unwanted()).isEqualTo(1);
  }

  @Test
  void duringAnOverlapBothSecretsSignAndAfterItTheNewOneAlone() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder());
    String id = gamma.register(endpoint.url(), List.of(), null);
    SecretText old = gamma.secret(id);
    SecretText next = gamma.rotateSecret(id);
    assertThat(next).isNotEqualTo(old);
    SimulatedEvent event = gamma.emit("order.paid");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(signatures(endpoint.requests().get(0)))
        .containsExactly(
            signature(next, event, endpoint.requests().get(0)),
            signature(old, event, endpoint.requests().get(0)));

    GammaSimulator hasty = started(builder().rotationOverlap(Duration.ZERO));
    String other = hasty.register(endpoint.url(), List.of(), null);
    SecretText alone = hasty.rotateSecret(other);
    SimulatedEvent later = hasty.emit("order.paid");
    assertThat(hasty.awaitIdle(PATIENCE)).isTrue();
    assertThat(signatures(endpoint.requests().get(1)))
        .containsExactly(signature(alone, later, endpoint.requests().get(1)));
  }

  private static List<String> signatures(Endpoint.Request request) {
    return List.of(request.headers().getFirst("webhook-signature").split(" ", -1));
  }

  private static String signature(
      SecretText secret, SimulatedEvent event, Endpoint.Request request) {
    SignatureScheme scheme = new SchemeCatalogue().byName("standard-webhooks");
    return Objects.requireNonNull(
        new Signer(scheme, scheme.parseSecret(secret.reveal()), null)
            .sign(
                event.id(),
                Instant.ofEpochSecond(
                    Long.parseLong(request.headers().getFirst("webhook-timestamp"))),
                RawBody.of(request.body().getBytes(StandardCharsets.UTF_8)))
            .get("webhook-signature"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma-hub", "github", "stripe", "svix", "slack", "cloudevents"})
  void otherSchemesAreSignedToo(String scheme) {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder().scheme(scheme));
    String id = gamma.register(endpoint.url(), List.of(), null);
    gamma.rotateSecret(id);
    gamma.emit("order.paid");
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void heldDeliveriesWaitUntilTheyAreReleased() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder().inFlight(8));
    gamma.register(endpoint.url(), List.of("order.*"), null);
    gamma.holdDeliveries();
    gamma.emit("order.paid");
    gamma.emit("order.created");
    assertThat(gamma.totals().waiting()).isEqualTo(2);
    assertThat(gamma.awaitIdle(Duration.ofMillis(50))).isFalse();
    assertThat(endpoint.requests()).isEmpty();
    gamma.releaseDeliveries();
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void whatWaitsIsBoundedAndTheLogIsARing() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder().keepDeliveries(3).inFlight(8));
    gamma.register(endpoint.url(), List.of(), null);
    gamma.holdDeliveries();
    gamma.burst(Deliveries.MOST_UNFINISHED + 5L);
    await().atMost(PATIENCE).until(() -> gamma.totals().waiting() == Deliveries.MOST_UNFINISHED);
    assertThatThrownBy(() -> gamma.emit("order.paid"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("awaitIdle");
    gamma.registrations().forEach(each -> gamma.disable(each.id()));
    gamma.releaseDeliveries();
    assertThat(gamma.totals().attempts()).isZero();
  }

  @Test
  void theOwnStreamBeginsWithTheFirstRegistrationAndEnds() {
    Endpoint endpoint = endpoint(number -> Reply.of(200));
    GammaSimulator gamma = started(builder().rate(2000).total(20).keepDeliveries(3));
    assertThat(gamma.awaitRegistration(Duration.ofMillis(50))).isFalse();
    assertThat(gamma.totals().events()).isZero();
    gamma.register(endpoint.url(), List.of(), null);
    assertThat(gamma.awaitRegistration(PATIENCE)).isTrue();
    assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
    assertThat(gamma.totals().delivered()).isEqualTo(20);
    assertThat(gamma.deliveries()).hasSize(3);
  }

  @Test
  void aClosedSimulatorLeavesNoThreadAndNoPort() throws Exception {
    GammaSimulator gamma = builder().rate(100).start();
    gamma.register("http://127.0.0.1:1/", List.of(), null);
    await().atMost(PATIENCE).until(() -> gamma.totals().failed() > 0);
    int port = gamma.apiUrl().getPort();
    gamma.close();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("gamma-simulator")));
    builder().port(port).start().close();
    gamma.close();
  }
}
