package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.spi.PropertiesFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** A sender changes its secret, and the application does not stop for it. */
@Timeout(120)
public class RotationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  @TempDir private Path folder;

  /** A vault, as Camel sees one: found by META-INF/services, as those of its components. */
  public static final class Vault implements PropertiesFunction {

    static final AtomicReference<String> KEPT = new AtomicReference<>(Sender.SECRET);

    @Override
    public String getName() {
      return "testvault";
    }

    @Override
    public String apply(String remainder) {
      if (!remainder.equals("gamma")) {
        throw new IllegalArgumentException("No such secret");
      }
      return Objects.requireNonNull(KEPT.get());
    }
  }

  private App app(Map<String, ?> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("gamma.webhook.secrets.refresh", "1s");
    all.put("management.endpoints.web.exposure.include", "health");
    return App.host(folder, all);
  }

  private static int status(App app, String secret, String id) {
    try {
      return new Sender(app.url("/webhooks/gamma"), "standard-webhooks", secret)
          .send(id, "typed.x")
          .status();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static double verified(App app, String secret) {
    return app.bean(MeterRegistry.class)
        .get("gamma.webhook.verified")
        .tag("source", "gamma")
        .tag("secret", secret)
        .functionCounter()
        .count();
  }

  @Test
  void aFileThatIsRotatedCountsWithoutARestartAndOneThatIsBrokenChangesNothing() throws Exception {
    Path file = folder.resolve("gamma.secret");
    Files.writeString(file, Sender.SECRET + "\n");
    try (App app = app(Map.of("gamma.webhook.sources.gamma.secrets[0]", "file:" + file))) {
      assertThat(status(app, Sender.SECRET, "evt-1")).isEqualTo(202);
      assertThat(status(app, NEXT, "evt-2")).isEqualTo(401);
      Files.writeString(file, NEXT);
      await().atMost(PATIENCE).until(() -> status(app, NEXT, "evt-2") / 100 == 2);
      assertThat(status(app, Sender.SECRET, "evt-3")).isEqualTo(401);
      double before = verified(app, "1");

      ListAppender<ILoggingEvent> log = new ListAppender<>();
      log.start();
      Logger logger = (Logger) LoggerFactory.getLogger("io.gammawebhook.springboot.SecretRefresh");
      logger.addAppender(log);
      try {
        Files.writeString(file, "half a sec");
        await().atMost(PATIENCE).until(() -> !log.list.isEmpty());
      } finally {
        logger.detachAppender(log);
      }
      assertThat(log.list.get(0).getFormattedMessage())
          .startsWith("The secrets of source 'gamma' were changed or removed, and are not usable")
          .contains(file.toString())
          .doesNotContain("half a sec");
      assertThat(status(app, NEXT, "evt-4")).isEqualTo(202);
      assertThat(verified(app, "1")).isEqualTo(before + 1);
    }
  }

  /** What a server of HashiCorp's answers to the component's request. */
  private static void keep(WireMockServer vault, String secret) {
    vault.stubFor(
        get("/v1/secret/data/gamma")
            .withHeader("X-Vault-Token", equalTo("a-token"))
            .willReturn(
                okJson(
                    "{\"data\":{\"data\":{\"signing\":\"%s\"},\"metadata\":{\"version\":1}}}"
                        .formatted(secret))));
  }

  @Test
  void aSecretThatCamelsComponentReadsFromHashicorpsVaultIsReadAgain() {
    WireMockServer vault = new WireMockServer(wireMockConfig().dynamicPort());
    vault.start();
    try {
      keep(vault, Sender.SECRET);
      try (App app =
          app(
              Map.of(
                  "gamma.webhook.sources.gamma.secrets[0]",
                  "{{hashicorp:secret:gamma#signing}}",
                  "camel.vault.hashicorp.token",
                  "a-token",
                  "camel.vault.hashicorp.scheme",
                  "http",
                  "camel.vault.hashicorp.host",
                  "localhost",
                  "camel.vault.hashicorp.port",
                  Integer.toString(vault.port())))) {
        assertThat(status(app, Sender.SECRET, "evt-1")).isEqualTo(202);
        keep(vault, NEXT);
        await().atMost(PATIENCE).until(() -> status(app, NEXT, "evt-2") / 100 == 2);
        assertThat(status(app, Sender.SECRET, "evt-3")).isEqualTo(401);
        // A vault that is away changes nothing.
        vault.resetAll();
        assertThat(status(app, NEXT, "evt-4")).isEqualTo(202);
      }
    } finally {
      vault.stop();
    }
  }

  @Test
  void aSecretOfCamelsVaultIsKnownFromTheFirstRequestOnAndIsReadAgain() {
    Vault.KEPT.set(Sender.SECRET);
    try (App app = app(Map.of("gamma.webhook.sources.gamma.secrets[0]", "{{testvault:gamma}}"))) {
      assertThat(status(app, Sender.SECRET, "evt-1")).isEqualTo(202);
      Vault.KEPT.set(NEXT);
      await().atMost(PATIENCE).until(() -> status(app, NEXT, "evt-2") / 100 == 2);
      assertThat(status(app, Sender.SECRET, "evt-3")).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{testvault:other}}", "{{novault:whsec_x}}", "{{no.property}}"})
  void aSecretThatTheVaultDoesNotHaveFailsTheStart(String text) {
    assertThatThrownBy(() -> app(Map.of("gamma.webhook.sources.gamma.secrets[0]", text)))
        .rootCause()
        .hasMessageContaining("gamma.webhook.sources.gamma.secrets[0] is " + text)
        .hasMessageContaining("camel.vault");
  }

  @Test
  void oldAndNewCountSideBySideAndTheOneThatEndsSoonIsAWarningOfTheHealth() {
    String secrets = "gamma.webhook.sources.gamma.secrets";
    Instant end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 86_400);
    try (App app =
        app(
            Map.of(
                secrets + "[0].value",
                Sender.SECRET,
                secrets + "[0].name",
                "old",
                secrets + "[0].not-after",
                end,
                secrets + "[1]",
                NEXT))) {
      assertThat(status(app, Sender.SECRET, "evt-1")).isEqualTo(202);
      assertThat(status(app, NEXT, "evt-2")).isEqualTo(202);
      assertThat(status(app, NEXT, "evt-3")).isEqualTo(202);
      assertThat(verified(app, "old")).isEqualTo(1);
      assertThat(verified(app, "2")).isEqualTo(2);
      HealthEndpoint health = app.bean(HealthEndpoint.class);
      assertThat(health.healthForPath("webhooks").getStatus().getCode()).isEqualTo("WARNING");
      assertThat(((Health) health.healthForPath("webhooks")).getDetails().toString())
          .contains("code=secret-ends, subject=gamma.old, sentence=The secret ends at " + end);
      assertThat(health.health().getStatus().getCode()).isEqualTo("UP");
    }
  }
}
