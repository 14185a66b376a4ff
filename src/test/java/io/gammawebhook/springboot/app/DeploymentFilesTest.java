package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.yaml.snakeyaml.Yaml;

/** The files of {@code docs/deployment}, against the application started as they start it. */
class DeploymentFilesTest {

  private static final Path FOLDER = Path.of("docs/deployment");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String MOUNTED = "/etc/gamma-webhook/secrets";

  @TempDir private static Path folder;
  private static List<JsonNode> manifests;
  private static JsonNode pod;
  private static JsonNode container;
  private static String database;
  private static ConfigurableApplicationContext app;

  @BeforeAll
  static void startAsTheManifestDoes() throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> read = new ArrayList<>();
    for (Object document :
        new Yaml().loadAll(Files.readString(FOLDER.resolve("kubernetes/gamma-webhook.yaml")))) {
      read.add(json.valueToTree(document));
    }
    manifests = read;
    pod = one("Deployment").at("/spec/template/spec");
    container = pod.at("/containers/0");
    Files.writeString(folder.resolve("gamma"), SECRET);
    database = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    app = start(environment());
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static ConfigurableApplicationContext start(Map<String, Object> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    SpringApplication application = GammaWebhookApp.server(Path.of(""));
    application.setEnvironment(environment);
    application.setRegisterShutdownHook(false);
    return application.run(
        "--server.port=0",
        "--management.server.port=0",
        "--logging.level.root=WARN",
        "--gamma.webhook.http.shutdown-drain=1s");
  }

  /** The container's variables, with what the cluster puts into them. */
  private static Map<String, Object> environment() {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("GAMMA_WEBHOOK_DATA_DIR", folder.toString());
    for (JsonNode variable : container.path("env")) {
      JsonNode secret = variable.at("/valueFrom/secretKeyRef");
      String value =
          secret.isMissingNode()
              ? variable.path("value").asText("pod-7").replace(MOUNTED, folder.toString())
              : switch (secret.path("key").asText()) {
                case "jdbc-url" -> database;
                case "username" -> EmbeddedPostgresServer.USER;
                case "password" -> "any";
                default -> throw new IllegalStateException("What is in " + secret + "?");
              };
      variables.put(variable.path("name").asText(), value);
    }
    return variables;
  }

  @Test
  void everyVariableOfTheManifestSetsSomething() {
    GammaWebhookProperties properties = app.getBean(GammaWebhookProperties.class);
    assertThat(properties.mode()).isEqualTo(GammaWebhookProperties.Mode.PRODUCTION);
    assertThat(properties.inbox().jdbcUrl()).isEqualTo(database);
    assertThat(properties.inbox().username()).isEqualTo(EmbeddedPostgresServer.USER);
    assertThat(properties.inbox().password()).isNotNull();
    assertThat(properties.inbox().node()).isEqualTo("pod-7");
    assertThat(properties.http().trustedProxies()).containsExactly("10.0.0.0/8");
    assertThat(properties.sources()).containsOnlyKeys("gamma");
    assertThat(app.getEnvironment().getProperty("spring.datasource.url")).isEqualTo(database);
    assertThat(app.getEnvironment().getProperty("spring.datasource.username"))
        .isEqualTo(EmbeddedPostgresServer.USER);
    assertThat(environment().keySet())
        .as("those that are looked at here and below")
        .containsExactlyInAnyOrder(
            "GAMMA_WEBHOOK_DATA_DIR",
            "GAMMA_WEBHOOK_SOURCES_GAMMA_SECRETS_0",
            "GAMMA_WEBHOOK_INBOX_JDBC_URL",
            "GAMMA_WEBHOOK_INBOX_USERNAME",
            "GAMMA_WEBHOOK_INBOX_PASSWORD",
            "GAMMA_WEBHOOK_INBOX_NODE",
            "GAMMA_WEBHOOK_HTTP_TRUSTED_PROXIES",
            "SPRING_DATASOURCE_URL",
            "SPRING_DATASOURCE_USERNAME",
            "SPRING_DATASOURCE_PASSWORD",
            "MANAGEMENT_SERVER_PORT",
            "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE");
  }

  @Test
  void theProbesAndTheOperatorsAreOnAPortThatNoServiceNames() throws Exception {
    Map<String, Integer> ports = new LinkedHashMap<>();
    container
        .path("ports")
        .forEach(port -> ports.put(port.path("name").asText(), port.path("containerPort").asInt()));
    assertThat(ports).containsExactly(Map.entry("http", 8080), Map.entry("management", 8081));
    assertThat(environment()).containsEntry("MANAGEMENT_SERVER_PORT", "8081");
    assertThat(environment()).as("so it is Boot's default, 8080").doesNotContainKey("SERVER_PORT");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container.at("/" + probe + "/httpGet/port").asText()).isEqualTo("management");
      String path = container.at("/" + probe + "/httpGet/path").asText();
      assertThat(get("local.management.port", path).statusCode()).as(path).isEqualTo(200);
      assertThat(get("local.management.port", path).body()).isEqualTo("{\"status\":\"UP\"}");
      assertThat(get("local.server.port", path).statusCode()).isEqualTo(404);
    }
    assertThat(get("local.management.port", "/actuator/webhooks").body())
        .contains("\"store\":\"up\"");
    IngressGate gate = app.getBean(IngressGate.class);
    gate.close();
    try {
      String ready = container.at("/readinessProbe/httpGet/path").asText();
      String alive = container.at("/livenessProbe/httpGet/path").asText();
      assertThat(get("local.management.port", ready).statusCode()).isEqualTo(503);
      assertThat(get("local.management.port", alive).statusCode()).isEqualTo(200);
    } finally {
      gate.open();
    }
    assertThat(one("Service").at("/spec/ports")).hasSize(1);
    assertThat(one("Service").at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
    assertThat(one("NetworkPolicy").at("/spec/ingress/0/ports").toString())
        .isEqualTo("[{\"port\":\"http\"}]");
  }

  @Test
  void plainHttpIsTakenFromTheIngressOnly() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(url("local.server.port", "/webhooks/gamma"))
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void theGraceIsLongerThanTheApplicationTakesToStop() throws Exception {
    Duration stop =
        app.getBean(GammaWebhookProperties.class)
            .http()
            .shutdownDrain()
            .plus(app.getBean(LifecycleProperties.class).getTimeoutPerShutdownPhase())
            .plusSeconds(app.getBean(CamelContext.class).getShutdownStrategy().getTimeout());
    JsonNode sleep = container.at("/lifecycle/preStop/exec/command");
    assertThat(sleep.get(0).asText()).isEqualTo("sleep");
    assertThat(pod.path("terminationGracePeriodSeconds").asInt())
        .isGreaterThan((int) stop.plusSeconds(sleep.get(1).asInt()).toSeconds());
    assertThat(Integer.parseInt(unit("TimeoutStopSec").get(0)))
        .isGreaterThan((int) stop.toSeconds());
  }

  @Test
  void aReplicaHasNoMoreRightsThanItNeedsAndTwoAreThere() {
    JsonNode deployment = one("Deployment");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(one("PodDisruptionBudget").at("/spec/minAvailable").asInt()).isEqualTo(1);
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    assertThat(
            Stream.of(
                deployment.at("/spec/selector/matchLabels"),
                one("Service").at("/spec/selector"),
                one("PodDisruptionBudget").at("/spec/selector/matchLabels"),
                one("NetworkPolicy").at("/spec/podSelector/matchLabels")))
        .allMatch(labels::equals);
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    List<String> volumes =
        StreamSupport.stream(pod.path("volumes").spliterator(), false)
            .map(volume -> volume.path("name").asText())
            .toList();
    container
        .path("volumeMounts")
        .forEach(mount -> assertThat(volumes).contains(mount.path("name").asText()));
  }

  @Test
  void theUnitStartsTheJarAsItsOwnUserAndIsReadBySystemd() throws Exception {
    assertThat(unit("User")).containsExactly("gamma-webhook");
    assertThat(unit("ExecStart").get(0)).endsWith("-jar camel-gamma-webhook-app.jar");
    assertThat(unit("SuccessExitStatus")).as("of a JVM after SIGTERM").containsExactly("143");
    assertThat(unit("Environment"))
        .containsExactly("GAMMA_WEBHOOK_DATA_DIR=/var/lib/" + unit("StateDirectory").get(0));
    assertThat(unit("NoNewPrivileges")).containsExactly("true");
    Path systemd = Path.of("/usr/bin/systemd-analyze");
    if (Files.isExecutable(systemd)) {
      String here = Path.of(System.getProperty("java.home"), "bin/java").toString();
      Path copy = folder.resolve("gamma-webhook.service");
      Files.writeString(
          copy,
          Files.readString(FOLDER.resolve("gamma-webhook.service")).replace("/usr/bin/java", here));
      Process verify =
          new ProcessBuilder(systemd.toString(), "verify", "--man=no", copy.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("verify.log").toFile())
              .start();
      assertThat(verify.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(folder.resolve("verify.log")))
          .as("what systemd says of the unit")
          .doesNotContain("gamma-webhook.service");
    }
  }

  /** The values of a directive; every other line is a section, a comment or empty. */
  private static List<String> unit(String directive) throws Exception {
    List<String> values = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("gamma-webhook.service"))) {
      assertThat(line).matches("|#.*|\\[(Unit|Service|Install)]|[A-Z][A-Za-z]+=.*");
      if (line.startsWith(directive + "=")) {
        values.add(line.substring(directive.length() + 1));
      }
    }
    return values;
  }

  private static JsonNode one(String kind) {
    return manifests.stream()
        .filter(manifest -> manifest.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static URI url(String port, String path) {
    return URI.create(
        "http://127.0.0.1:"
            + Objects.requireNonNull(app.getEnvironment().getProperty(port), port)
            + path);
  }

  private static HttpResponse<String> get(String port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(url(port, path)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
