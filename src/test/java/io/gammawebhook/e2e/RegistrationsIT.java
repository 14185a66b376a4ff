package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedDelivery;
import io.gammawebhook.springboot.app.Cli;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registrations of several nodes, and of one whose API is down. */
@Timeout(240)
class RegistrationsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String OWN = "gamma.webhook.registrations.gamma.";

  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder;
  private GammaSimulator gamma;

  @BeforeEach
  void start() {
    gamma = GammaSimulator.builder(InstantSource.system()).start();
  }

  @AfterEach
  void stop() {
    gamma.close();
  }

  private Map<String, Object> registration(URI publicUrl) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("gamma.webhook.mode", "dev");
    all.put("gamma.webhook.secret-key", Base64.getEncoder().encodeToString(new byte[32]));
    all.put(OWN + "secret", "managed");
    all.put(OWN + "api-url", gamma.apiUrl());
    all.put(OWN + "credentials", gamma.token().reveal());
    all.put(OWN + "public-url", publicUrl);
    all.put(OWN + "timeout", "2s");
    all.put("management.endpoints.web.exposure.include", "webhooks");
    return all;
  }

  private ProductProcess node(String name, String store) throws IOException {
    Path data = Files.createDirectories(folder.resolve(name));
    return new ProductProcess(data)
        .with("gamma.webhook.inbox.jdbc-url", store)
        .with("gamma.webhook.inbox.node", name)
        .with("gamma.webhook.inbox.lease", "5s");
  }

  private static URI endpoint(ProductProcess node) {
    return node.url().resolve("/actuator/webhooks");
  }

  private JsonNode found(URI endpoint) throws IOException {
    return json.readTree(URI.create(endpoint + "/registrations").toURL()).path(0);
  }

  private static int answered(ProductProcess node, String secret, String id) throws Exception {
    return new Sender(node.url(), "standard-webhooks", secret).send(id, "invoice.paid").status();
  }

  @Test
  void twoNodesOfOneStoreMakeOneEntryAndRotateItsSecretWithoutARefusal() throws Exception {
    String store = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    try (ProductProcess one = node("one", store);
        ProductProcess two = node("two", store)) {
      for (ProductProcess node : new ProductProcess[] {one, two}) {
        // A load balancer in front of both would have one address.
        registration(one.url()).forEach(node::with);
        node.start();
      }
      one.awaitReady();
      two.awaitReady();
      for (ProductProcess node : new ProductProcess[] {one, two}) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(found(endpoint(node)).path("state").asText()).isEqualTo("in-sync"));
      }
      assertThat(gamma.registrations()).hasSize(1);
      String id = gamma.registrations().get(0).id();
      String first = gamma.secret(id).reveal();
      assertThat(answered(one, first, "msg_1")).isEqualTo(202);
      assertThat(answered(two, first, "msg_2")).isEqualTo(202);

      gamma.stream(20, 100_000);
      Cli.Ended rotated =
          Cli.run(
              "registrations",
              "rotate",
              "gamma",
              "--yes",
              "--why",
              "every quarter",
              "--url",
              endpoint(two).toString());
      assertThat(rotated.exit()).as(rotated.err()).isZero();
      await().atMost(PATIENCE).until(() -> !gamma.secret(id).reveal().equals(first));
      String second = gamma.secret(id).reveal();
      assertThat(answered(one, first, "msg_3")).as("the old one still counts").isEqualTo(202);
      assertThat(answered(two, second, "msg_4")).isEqualTo(202);

      // A node that dies leaves the entry to the other, and finds it when it is back.
      two.kill();
      two.start().awaitReady();
      assertThat(answered(two, second, "msg_5")).isEqualTo(202);
      assertThat(one.terminate()).as("ended by SIGTERM").isEqualTo(143);
      assertThat(gamma.registrations()).singleElement().matches(entry -> entry.id().equals(id));
      assertThat(gamma.deliveries())
          .extracting(SimulatedDelivery::status)
          .as("no event was refused")
          .doesNotContain(401);
    }
  }

  @Test
  void anApiThatIsDownStopsNothingAndIsFoundAgain() throws Exception {
    gamma.pauseApi();
    int port = RegistrationsTest.freePort();
    URI publicUrl = URI.create("http://localhost:" + port + "/webhooks/gamma");
    Map<String, Object> all = registration(publicUrl);
    all.put("server.port", port);
    all.put("gamma.webhook.sources.gamma.secrets", "");
    all.put("gamma.webhook.sources.shop.secrets[0]", Sender.SECRET);
    all.put("management.endpoints.web.exposure.include", "webhooks,health");
    all.put("management.endpoint.health.show-details", "always");
    try (App app = App.host(folder, all)) {
      assertThat(new Sender(app.url("/webhooks/shop")).send("msg_1", "order.paid").status())
          .isEqualTo(202);
      URI endpoint = app.url("/actuator/webhooks");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(found(endpoint).path("state").asText()).isEqualTo("unreachable"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          json.readTree(app.url("/actuator/health").toURL())
                              .findValuesAsText("code"))
                      .contains("registration-unreachable", "no-secret"));
      gamma.resumeApi();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(found(endpoint).path("state").asText()).isEqualTo("in-sync"));
      String event = gamma.emit("invoice.paid").id();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(gamma.deliveries())
                      .filteredOn(delivery -> delivery.eventId().equals(event))
                      .extracting(SimulatedDelivery::status)
                      .contains(202));
    }
    assertThat(gamma.registrations()).hasSize(1);
  }
}
