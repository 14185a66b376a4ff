package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.simulator.Family;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedDelivery;
import io.gammawebhook.simulator.SimulatedEvent;
import io.gammawebhook.simulator.SimulatedRegistration;
import io.gammawebhook.simulator.Totals;
import io.gammawebhook.verify.SecretText;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulator sends, and the product receives. */
@Timeout(120)
class SimulatorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  @TempDir private static Path folder;
  private static App app;
  private static int port;
  private static Totals whileItStarted;
  private static SimulatedEvent sentBeforeIt;

  /** The first event is sent while nobody listens yet, and is retried until the product is up. */
  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (GammaSimulator gamma =
        builder()
            .disableAfter(0)
            .retrySchedule(
                java.util.Collections.nCopies(100, Duration.ofSeconds(10)).toArray(Duration[]::new))
            .start()) {
      gamma.register(url("gamma"), List.of(), SecretText.valueOf(Sender.SECRET));
      sentBeforeIt = gamma.emit("order.paid");
      await().atMost(PATIENCE).until(() -> gamma.totals().failed() > 0);
      String sources = "gamma.webhook.sources.";
      app =
          App.host(
              folder,
              Map.of(
                  "server.port",
                  port,
                  sources + "gamma.secrets[0]",
                  Sender.SECRET,
                  sources + "gamma.secrets[1]",
                  NEXT,
                  sources + "old.secrets[0]",
                  Sender.SECRET,
                  sources + "many.secrets[0]",
                  Sender.SECRET));
      assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
      whileItStarted = gamma.totals();
    }
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static GammaSimulator.Builder builder() {
    return GammaSimulator.builder(InstantSource.system()).speed(100);
  }

  private static String url(String source) {
    return "http://127.0.0.1:" + port + "/webhooks/" + source;
  }

  private static long stored(String eventId) {
    return app.inbox().count("select count(*) from webhook_event where event_id = ?", eventId);
  }

  @Test
  void whatWasSentTooEarlyArrivesOnceTheProductIsUp() {
    assertThat(whileItStarted.failed()).isPositive();
    assertThat(whileItStarted.delivered()).isEqualTo(1);
    assertThat(whileItStarted.givenUp()).isZero();
    assertThat(stored(sentBeforeIt.id())).isEqualTo(1);
  }

  @Test
  void duplicatesDisorderAndDelayLeaveEachEventInTheInboxOnce() {
    try (GammaSimulator gamma =
        builder()
            .seed(7)
            .inFlight(8)
            .duplicates(0.1)
            .outOfOrder(0.1)
            .late(0.05, Duration.ofSeconds(20))
            .start()) {
      gamma.register(url("many"), List.of(), SecretText.valueOf(Sender.SECRET));
      gamma.burst(500);
      assertThat(gamma.awaitIdle(PATIENCE)).isTrue();

      Totals totals = gamma.totals();
      assertThat(totals.events()).isEqualTo(500);
      assertThat(totals.duplicates()).isBetween(25L, 100L);
      assertThat(totals.failed()).isZero();
      assertThat(totals.delivered()).isEqualTo(500 + totals.duplicates());
      String from = " from webhook_event where source = 'many'";
      assertThat(app.inbox().count("select count(*)" + from)).isEqualTo(500);
      assertThat(Set.copyOf(app.inbox().lines("select event_id" + from)))
          .isEqualTo(
              Set.copyOf(gamma.deliveries().stream().map(SimulatedDelivery::eventId).toList()));
    }
  }

  @Test
  void whileASecretIsChangedNothingIsRefused() {
    try (GammaSimulator gamma = builder().families(Set.of(Family.ORDER)).inFlight(4).start()) {
      SecretText secret = SecretText.valueOf(Sender.SECRET);
      String both = gamma.register(url("gamma"), List.of(), secret);
      // This one's product has not heard of the new secret.
      String old = gamma.register(url("old"), List.of(), secret);
      gamma.stream(300, 150);
      await().atMost(PATIENCE).until(() -> gamma.totals().delivered() > 40);
      patch(gamma, both, "{\"secret\":\"" + NEXT + "\"}");
      gamma.rotateSecret(old);
      assertThat(gamma.secret(both).reveal()).isEqualTo(NEXT);
      assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
      assertThat(gamma.deliveries()).hasSize(300);
      assertThat(gamma.deliveries()).extracting(SimulatedDelivery::status).containsOnly(202);
    }
  }

  @Test
  void aRegistrationIsDisabledAfterFailuresAndGoesOnWhenItIsMendedAndEnabled() {
    try (GammaSimulator gamma = builder().disableAfter(3).start()) {
      String id = gamma.register(url("gamma"), List.of(), null);
      SimulatedEvent event = gamma.emit("invoice.paid");
      await().atMost(PATIENCE).until(() -> !gamma.registrations().get(0).enabled());
      assertThat(gamma.deliveries()).extracting(SimulatedDelivery::status).containsOnly(401);
      assertThat(gamma.registrations().get(0).disabledReason()).isEqualTo("too many failures");
      assertThat(stored(event.id())).isZero();
      SimulatedEvent missed = gamma.emit("invoice.paid");

      patch(gamma, id, "{\"secret\":\"" + NEXT + "\",\"enabled\":true}");
      SimulatedRegistration enabled = gamma.registrations().get(0);
      assertThat(enabled.enabled()).isTrue();
      assertThat(enabled.disabledReason()).isNull();
      assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
      assertThat(stored(event.id())).isEqualTo(1);
      // As with real senders: nothing is sent to a registration that is disabled.
      assertThat(stored(missed.id())).isZero();
    }
  }

  private static void patch(GammaSimulator gamma, String id, String body) {
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(gamma.apiUrl() + "/webhooks/" + id))
                      .timeout(PATIENCE)
                      .header("Authorization", "Bearer " + gamma.token().reveal())
                      .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
