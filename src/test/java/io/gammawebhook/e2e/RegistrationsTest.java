package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedDelivery;
import io.gammawebhook.springboot.app.Cli;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An application that registers itself at a Gamma, and operators who look after it. */
@Timeout(120)
class RegistrationsTest {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String ROUTES =
      """
      - route:
          id: invoices
          from:
            uri: webhook-inbox:gamma
            steps:
              - setBody: { constant: { expression: done } }
      """;

  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder;
  private GammaSimulator gamma;
  private int port;

  @BeforeEach
  void start() throws IOException {
    gamma = GammaSimulator.builder(InstantSource.system()).start();
    port = freePort();
    Files.writeString(folder.resolve("token"), gamma.token().reveal() + "\n");
    Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
  }

  @AfterEach
  void stop() {
    gamma.close();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Map<String, Object> properties() {
    Map<String, Object> all = new HashMap<>();
    all.put("server.port", port);
    all.put("gamma.webhook.data-dir", folder);
    all.put("gamma.webhook.mode", "dev");
    all.put("gamma.webhook.sources.gamma.secrets", "");
    all.put("gamma.webhook.registrations.gamma.api-url", gamma.apiUrl());
    all.put("gamma.webhook.registrations.gamma.credentials", "file:" + folder.resolve("token"));
    all.put("gamma.webhook.registrations.gamma.public-url", publicUrl());
    all.put("gamma.webhook.registrations.gamma.events", "invoice.*,order.paid");
    return all;
  }

  private String publicUrl() {
    return "http://localhost:" + port + "/webhooks/gamma";
  }

  private App app(Map<String, ?> more) {
    Map<String, Object> all = properties();
    all.putAll(more);
    all.put("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml");
    all.put("management.endpoints.web.exposure.include", "webhooks,health");
    all.put("management.endpoint.health.show-details", "always");
    return App.host(folder, all);
  }

  private static String state(App app) {
    return app.actuator("/registrations?registration=gamma").path(0).path("state").asText();
  }

  private static void awaitState(App app, String state) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(app)).isEqualTo(state));
  }

  /** Sends an event, and waits for what it is answered. */
  private int answered() {
    String id = gamma.emit("invoice.paid").id();
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                gamma.deliveries().stream()
                    .filter(delivery -> delivery.eventId().equals(id))
                    .map(SimulatedDelivery::status)
                    .findFirst()
                    .orElse(0),
            status -> status != 0);
  }

  private String id() {
    assertThat(gamma.registrations()).hasSize(1);
    return gamma.registrations().get(0).id();
  }

  private List<String> warnings(App app) {
    try {
      List<String> codes = new ArrayList<>();
      json.readTree(app.url("/actuator/health").toURL())
          .at("/components/webhooks/details/warnings")
          .forEach(
              warning ->
                  codes.add(
                      warning.path("code").asText() + " " + warning.path("subject").asText()));
      return codes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cli.Ended cli(App app, String... args) {
    return Cli.run(
        Stream.concat(Arrays.stream(args), Stream.of("--url", app.url("").toString()))
            .toArray(String[]::new));
  }

  private int patch(String id, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(gamma.apiUrl() + "/webhooks/" + id))
                .header("Authorization", "Bearer " + gamma.token().reveal())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void itRegistersAtTheStartAndWhatGammaSignsIsAcceptedAlsoAfterARestart() throws Exception {
    String secret;
    try (App app = app(Map.of())) {
      awaitState(app, "in-sync");
      assertThat(gamma.registrations())
          .singleElement()
          .satisfies(
              entry -> {
                assertThat(entry.url()).isEqualTo(publicUrl());
                assertThat(entry.events()).containsExactlyInAnyOrder("invoice.*", "order.paid");
                assertThat(entry.metadata()).containsEntry("registration", "gamma-webhook:gamma");
              });
      secret = gamma.secret(id()).reveal();
      assertThat(answered()).isEqualTo(202);
      assertThat(warnings(app)).isEmpty();
      MeterRegistry meters = app.bean(MeterRegistry.class);
      assertThat(
              meters
                  .get("gamma.webhook.verified")
                  .tags("source", "gamma", "secret", "managed")
                  .functionCounter()
                  .count())
          .isEqualTo(1);
      await()
          .atMost(PATIENCE)
          .until(() -> meters.get("gamma.webhook.registration.in.sync").gauge().value() == 1);
      assertThat(
              meters
                  .get("gamma.webhook.registration.calls")
                  .tags("registration", "gamma", "call", "create", "outcome", "done")
                  .counter()
                  .count())
          .isEqualTo(1);
      JsonNode audit = app.actuator("/audit?limit=50");
      assertThat(audit.findValuesAsText("kind")).contains("registration-created", "secret-made");
    }
    String id = id();
    assertThat(gamma.registrations()).as("a shutdown deletes nothing").hasSize(1);
    gamma.pauseApi();
    try (App again = app(Map.of())) {
      assertThat(answered()).as("its secret is in the store").isEqualTo(202);
      gamma.resumeApi();
      assertThat(again.actuator("/registrations").path(0).path("secrets")).hasSize(1);
    }
    assertThat(id()).isEqualTo(id);
    assertThat(gamma.secret(id).reveal()).isEqualTo(secret);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("token")) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(secret, gamma.token().reveal());
        }
      }
    }
  }

  @Test
  void whatSomebodyChangedAtTheApiIsAWarningThatApplyCures() throws Exception {
    try (App app = app(Map.of("gamma.webhook.registrations.gamma.mode", "check"))) {
      awaitState(app, "drift");
      assertThat(gamma.registrations()).as("it only looks").isEmpty();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(warnings(app))
                      .contains("registration-drift gamma", "no-secret gamma"));
      Cli.Ended diff = cli(app, "registrations", "diff", "gamma");
      assertThat(diff.exit()).isOne();
      assertThat(diff.out()).contains("gamma: create");
      Cli.Ended dry = cli(app, "registrations", "apply", "gamma", "--dry-run");
      assertThat(dry.exit()).as(dry.err()).isZero();
      assertThat(gamma.registrations()).isEmpty();
      Cli.Ended applied =
          cli(app, "registrations", "apply", "gamma", "--yes", "--why", "go", "--who", "ann");
      assertThat(applied.exit()).as(applied.err()).isZero();
      assertThat(state(app)).isEqualTo("in-sync");
      assertThat(answered()).isEqualTo(202);

      assertThat(patch(id(), "{\"events\":[\"export.*\"],\"description\":\"mine\"}"))
          .isEqualTo(200);
      diff = cli(app, "registrations", "diff", "gamma");
      assertThat(diff.exit()).isOne();
      assertThat(diff.out())
          .contains("update")
          .contains("invoice.*, order.paid")
          .contains("export.*");
      applied = cli(app, "registrations", "apply", "gamma", "--yes", "--why", "back");
      assertThat(applied.exit()).as(applied.err()).isZero();
      assertThat(gamma.registrations().get(0).events())
          .containsExactlyInAnyOrder("invoice.*", "order.paid");
      assertThat(cli(app, "registrations", "diff", "gamma").exit()).isZero();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(warnings(app)).isEmpty());

      Cli.Ended audit = cli(app, "audit", "--who", "ann");
      assertThat(audit.out()).contains("registration-ordered").contains("apply gamma: go");
    }
  }

  /** Three of source gamma, one of source billing. */
  @Test
  void eachRegistrationHasItsOwnWarningsMetricsAndSecrets() throws Exception {
    String partnerUrl = "http://127.0.0.1:" + port + "/webhooks/gamma";
    Map<String, Object> more = new HashMap<>();
    more.put("gamma.webhook.sources.billing.secrets", "");
    for (String name : List.of("partner", "archive", "billing")) {
      String own = "gamma.webhook.registrations." + name + ".";
      more.put(own + "source", name.equals("billing") ? "billing" : "gamma");
      more.put(own + "api-url", gamma.apiUrl() + (name.equals("billing") ? "/elsewhere" : ""));
      more.put(own + "credentials", "file:" + folder.resolve("token"));
      more.put(own + "public-url", "https://hooks.example.com/" + name);
      more.put(own + "secret", "managed");
    }
    more.put("gamma.webhook.registrations.partner.public-url", partnerUrl);
    more.put("gamma.webhook.registrations.partner.mode", "check");
    more.put("gamma.webhook.registrations.archive.mode", "off");
    try (App app = app(more)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(warnings(app))
                      .containsExactlyInAnyOrder(
                          "registration-drift partner",
                          "registration-refused billing",
                          "no-secret billing"));
      MeterRegistry meters = app.bean(MeterRegistry.class);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(List.of("gamma", "partner", "billing", "archive"))
                      .extracting(name -> inSync(meters, name))
                      .containsExactly(1.0, 0.0, 0.0, Double.NaN));
      assertThat(calls(meters, "gamma", "create", "done")).isEqualTo(1);
      assertThat(calls(meters, "partner", "create", "done")).isZero();
      assertThat(calls(meters, "partner", "list", "done")).isPositive();
      assertThat(calls(meters, "billing", "list", "done")).isZero();
      assertThat(calls(meters, "billing", "list", "not-found")).isPositive();
      assertThat(calls(meters, "archive", "list", "done")).isZero();

      Sender early = new Sender(app.url("/webhooks/billing"));
      assertThat(early.send("evt_early", "invoice.paid").status()).isEqualTo(401);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode rejected = app.actuator("/audit?source=billing&kind=rejected");
                assertThat(rejected.findValuesAsText("reason")).containsExactly("no-secret");
                assertThat(rejected.findValuesAsText("detail"))
                    .singleElement()
                    .asString()
                    .contains("its registration has not brought one yet");
              });

      assertThat(cli(app, "registrations", "apply", "partner", "--yes", "--why", "both").exit())
          .isZero();
      gamma.emit("invoice.paid");
      assertThat(gamma.awaitIdle(PATIENCE)).isTrue();
      assertThat(gamma.deliveries())
          .as("one event, sent for both entries")
          .extracting(SimulatedDelivery::status)
          .containsExactlyInAnyOrder(202, 200);
      assertThat(
              meters
                  .get("gamma.webhook.verified")
                  .tags("source", "gamma", "secret", "managed")
                  .functionCounter()
                  .count())
          .isEqualTo(2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(warnings(app))
                      .containsExactlyInAnyOrder(
                          "registration-refused billing", "no-secret billing"));
      assertThat(inSync(meters, "partner")).isEqualTo(1);
    }
  }

  private static double inSync(MeterRegistry meters, String name) {
    return meters
        .get("gamma.webhook.registration.in.sync")
        .tag("registration", name)
        .gauge()
        .value();
  }

  private static double calls(MeterRegistry meters, String name, String call, String outcome) {
    Counter counter =
        meters
            .find("gamma.webhook.registration.calls")
            .tags("registration", name, "call", call, "outcome", outcome)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void aRotationRefusesNoEventAndRemoveStaysRemoved() throws Exception {
    try (App app = app(Map.of())) {
      awaitState(app, "in-sync");
      String before = gamma.secret(id()).reveal();
      Cli.Ended rotated =
          cli(app, "registrations", "rotate", "gamma", "--yes", "--why", "every quarter");
      assertThat(rotated.exit()).as(rotated.err()).isZero();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(gamma.secret(id()).reveal()).isNotEqualTo(before));
      assertThat(answered()).isEqualTo(202);
      assertThat(cli(app, "registrations").out()).contains("2 current, 1 old");

      assertThat(order(app, "apply", "{\"registration\":\"gamma\",\"now\":\"true\",%s}").body())
          .contains("'now' is not for this order");
      Cli.Ended leaked =
          cli(app, "registrations", "rotate", "gamma", "--now", "--yes", "--why", "leaked");
      assertThat(leaked.exit()).as(leaked.err()).isZero();
      assertThat(cli(app, "registrations").out()).contains("3 current").doesNotContain("old");
      assertThat(answered()).isEqualTo(202);

      Cli.Ended tested = cli(app, "registrations", "test", "gamma", "--why", "moved");
      assertThat(tested.exit()).as(tested.err()).isZero();

      Cli.Ended removed = cli(app, "registrations", "remove", "gamma", "--yes", "--why", "end");
      assertThat(removed.exit()).as(removed.err()).isZero();
      assertThat(gamma.registrations()).isEmpty();
      assertThat(state(app)).isEqualTo("off");

      assertThat(cli(app, "registrations", "diff", "nobody").exit()).isOne();
      assertThat(order(app, "apply", "{\"registration\":\"nobody\",%s}").status()).isEqualTo(404);
      assertThat(order(app, "apply", "{%s}").body()).contains("'registration' is missing");
      assertThat(order(app, "apply", "{\"registration\":\"gamma\",\"rate\":\"5\",%s}").body())
          .contains("'rate' is not for this order");
      assertThat(order(app, "rotate", "{\"registration\":\"gamma\"}").status()).isEqualTo(400);
    }
  }

  @Test
  void aTokenThatIsExchangedInItsFileIsUsedAtTheNextLook() throws Exception {
    Files.writeString(folder.resolve("token"), "of-another-account");
    try (App app = app(Map.of())) {
      awaitState(app, "refused");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(warnings(app)).contains("registration-refused gamma"));
      assertThat(cli(app, "registrations").err())
          .contains("into the file " + folder.resolve("token"))
          .contains("`registrations apply gamma`")
          .doesNotContain("restart");
      Files.writeString(folder.resolve("token"), gamma.token().reveal());
      assertThat(cli(app, "registrations", "apply", "gamma", "--yes", "--why", "token").exit())
          .isZero();
      Files.delete(folder.resolve("token"));
      Cli.Ended diff = cli(app, "registrations", "diff", "gamma");
      assertThat(diff.exit()).isOne();
      assertThat(diff.out() + diff.err()).contains("cannot be read");
    }
  }

  @Test
  void withoutANodeTheCommandsWorkOnTheStore() {
    try (App app = app(Map.of())) {
      awaitState(app, "in-sync");
    }
    gamma.disable(id());
    String[] configuration =
        properties().entrySet().stream()
            .map(property -> "--" + property.getKey() + "=" + property.getValue())
            .toArray(String[]::new);
    Cli.Ended diff = ofStore(configuration, "registrations", "diff", "gamma");
    assertThat(diff.exit()).as(diff.err()).isOne();
    assertThat(diff.out()).contains("enable");
    Cli.Ended applied =
        ofStore(configuration, "registrations", "apply", "gamma", "--yes", "--why", "x");
    assertThat(applied.exit()).as(applied.err()).isZero();
    assertThat(gamma.registrations().get(0).enabled()).isTrue();
  }

  private static Cli.Ended ofStore(String[] configuration, String... args) {
    return Cli.run(
        Stream.of(Arrays.stream(args), Stream.of("--store"), Arrays.stream(configuration))
            .flatMap(all -> all)
            .toArray(String[]::new));
  }

  private static Sender.Answer order(App app, String order, String body) throws Exception {
    return app.sender()
        .post(
            app.url("/actuator/webhooks/" + order),
            body.replace("%s", "\"who\":\"ann\",\"why\":\"x\""),
            Map.of("content-type", "application/json"));
  }

  @Test
  void oneRegistersWithoutAServer() throws Exception {
    Path secret = folder.resolve("gamma.secret");
    String[] call = {
      "register",
      "--api-url",
      gamma.apiUrl().toString(),
      "--credentials-file",
      folder.resolve("token").toString(),
      "--public-url",
      "https://hooks.example.com/webhooks/gamma",
      "--events",
      "invoice.*,order.paid",
      "--secret-file",
      secret.toString()
    };
    Cli.Ended dry = Cli.run(with(call, "--dry-run"));
    assertThat(dry.exit()).as(dry.err()).isZero();
    assertThat(gamma.registrations()).isEmpty();
    assertThat(secret).doesNotExist();
    assertThat(Cli.run(call).exit()).as("nobody can be asked").isEqualTo(2);

    Cli.Ended made = Cli.run(with(call, "--yes"));
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(Files.readString(secret).strip()).isEqualTo(gamma.secret(id()).reveal());
    assertThat(Files.getPosixFilePermissions(secret))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(made.out())
        .contains("secrets: [\"file:" + secret + "\"]")
        .contains("events: [\"invoice.*\", \"order.paid\"]")
        .doesNotContain(Files.readString(secret).strip(), gamma.token().reveal());

    Cli.Ended again = Cli.run(with(call, "--yes"));
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.out())
        .containsOnlyOnce("as wanted")
        .contains("secrets: [\"file:" + secret + "\"]");
    assertThat(gamma.registrations()).hasSize(1);
    assertThat(patch(id(), "{\"events\":[\"export.*\"]}")).isEqualTo(200);
    assertThat(Cli.run(with(call, "--yes")).out()).contains("was changed");
    assertThat(gamma.registrations().get(0).events()).contains("order.paid");

    Files.writeString(folder.resolve("token"), "of-another-account");
    Cli.Ended refused = Cli.run(with(call, "--dry-run"));
    assertThat(refused.exit()).isOne();
    assertThat(refused.err())
        .contains("--credentials-file", folder.resolve("token").toString())
        .doesNotContain("gamma.webhook.registrations", "restart");
    gamma.close();
    Cli.Ended down = Cli.run(with(call, "--dry-run"));
    assertThat(down.exit()).isEqualTo(3);
    assertThat(down.err())
        .contains("Check --api-url and the network, and call register again")
        .doesNotContain("gamma.webhook.registrations", "by itself");
  }

  @Test
  void registerTellsAllItsFaultsAtOnce() {
    Cli.Ended ended =
        Cli.run(
            "register",
            "--api=gama",
            "--api-url=http://api.example.com/v1",
            "--credentials-file=" + folder.resolve("none"),
            "--public-url=no address",
            "--scheme=standard",
            "--timeout=0");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("Did you mean gamma?")
        .contains("--api-url must begin with https://")
        .contains("--credentials-file names " + folder.resolve("none"))
        .contains("--public-url must be an address")
        .contains("--scheme is 'standard'")
        .contains("--timeout must be")
        .contains("say --yes");
    ended =
        Cli.run(
            "register",
            "--yes",
            "--api=github",
            "--credentials-file=" + folder.resolve("none"),
            "--public-url=https://hooks.example.com/" + "x".repeat(2048),
            "--name=No");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("--parameter owner is needed", "--parameter repo is needed")
        .contains("--credentials-file names", "--public-url must have 1 to 2048 characters")
        .contains("--name must be 1 to 50");
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void theStartNamesTheOrderThatSendsWhatIsSignedWithASealedSecret(CapturedOutput output) {
    Map<String, Object> all = properties();
    all.put("logging.level.io.gammawebhook.springboot.app", "INFO");
    for (String exposed : List.of("webhooks", "health")) {
      all.put("management.endpoints.web.exposure.include", exposed);
      // The secret is in the store when it starts again: it is not the reason.
      try (App app = App.product(folder, all)) {
        if (exposed.equals("webhooks")) {
          awaitState(app, "in-sync");
        }
      }
    }
    assertThat(output.getOut())
        .containsOnlyOnce("Let the API send an event: ")
        .contains("registrations test gamma --why trial --server.port=" + port)
        .doesNotContain("Send a signed sample event");
  }

  /** The lines that the command prints are a configuration that takes the entry over. */
  @Test
  void whatRegisterPrintsIsAConfiguration() throws Exception {
    Path secret = folder.resolve("gamma.secret");
    Cli.Ended made =
        Cli.run(
            "register",
            "--yes",
            "--api-url=" + gamma.apiUrl(),
            "--credentials-file=" + folder.resolve("token"),
            "--public-url=" + publicUrl(),
            "--secret-file=" + secret);
    assertThat(made.exit()).as(made.err()).isZero();
    String yaml = made.out().substring(made.out().indexOf("gamma.webhook:"));
    Path config = Files.writeString(folder.resolve("printed.yaml"), yaml);
    Map<String, Object> all = new HashMap<>();
    all.put("server.port", port);
    all.put("gamma.webhook.mode", "dev");
    all.put("spring.config.import", "file:" + config);
    all.put("gamma.webhook.sources.gamma.secrets[0]", "file:" + secret);
    all.put("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml");
    String id = id();
    try (App app = App.host(folder, all)) {
      awaitState(app, "in-sync");
      assertThat(id()).isEqualTo(id);
      assertThat(answered()).isEqualTo(202);
    }
  }

  private static String[] with(String[] args, String more) {
    return Stream.concat(Arrays.stream(args), Stream.of(more)).toArray(String[]::new);
  }
}
