package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.verify.SchemeCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The Kamelets keep to the conventions of Apache Camel's own catalogue. */
class KameletConventionsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANNOTATION = "camel.apache.org/";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\??)([A-Za-z]+)\\}\\}");
  private static final String ICON = "data:image/svg+xml;base64,";

  /** Where a step's work needs a class of its own, and what brings it. */
  private static final Set<String> IN_CAMEL_CORE = Set.of("process", "idempotentConsumer");

  /** The component of a scheme that a placeholder holds, by the placeholder. */
  private static final Map<String, String> BY_PLACEHOLDER =
      Map.of("{{protocol}}", "mail", "{{url}}", "http");

  /** What a bean of a template needs beside this build. */
  private static final Map<String, String> BY_BEAN =
      Map.of(
          "MailMessage",
          "jsonpath",
          "InsertOnce",
          "jsonpath",
          "RedactedBody",
          "jsonpath",
          "AuditedFact",
          "jsonpath");

  /** Whose starters are in {@code src/it/destinations} only, or they would configure all tests. */
  private static final Set<String> ONLY_WITH_A_BROKER = Set.of("kafka", "jms");

  /** The tests that start {@code docs/kamelets/}, each with what it talks to. */
  private static final List<Path> THAT_RUN_EXAMPLES =
      List.of(
          Path.of("src/test/java/io/gammawebhook/e2e/SinkKameletsTest.java"),
          Path.of("src/test/java/io/gammawebhook/e2e/IngressKameletsTest.java"),
          Path.of("src/test/java/io/gammawebhook/e2e/AuditActionTest.java"),
          Path.of(
              "src/it/destinations/src/test/java/com/example/destinations/DestinationsTest.java"));

  static Stream<Path> kamelets() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itIsNamedLikeItsFileAndSaysWhatKindItIs(Path file) throws Exception {
    JsonNode kamelet = read(file);
    String name = kamelet.at("/metadata/name").asText();
    String type = kamelet.at("/metadata/labels").path(ANNOTATION + "kamelet.type").asText();

    assertThat(kamelet.path("apiVersion").asText()).isEqualTo("camel.apache.org/v1");
    assertThat(kamelet.path("kind").asText()).isEqualTo("Kamelet");
    assertThat(file.getFileName()).hasToString(name + ".kamelet.yaml");
    assertThat(type).isIn("source", "sink", "action");
    assertThat(name).endsWith("-" + type);
    assertThat(kamelet.at("/spec/definition/title").asText())
        .isEqualToIgnoringCase(name.replace('-', ' '));
    sentence(kamelet.at("/spec/definition/description"));
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsAnnotationsAreThoseThatACatalogueShows(Path file) throws Exception {
    JsonNode annotations = read(file).at("/metadata/annotations");

    for (String one : List.of("provider", "kamelet.group", "kamelet.namespace")) {
      assertThat(annotations.path(ANNOTATION + one).asText()).as(one).isEqualTo("Gamma webhook");
    }
    assertThat(annotations.path(ANNOTATION + "kamelet.support.level").asText())
        .isIn("Preview", "Stable");
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      assertThat(annotations.path(ANNOTATION + "catalog.version").asText())
          .isEqualTo(camel.getVersion());
    }
    String icon = annotations.path(ANNOTATION + "kamelet.icon").asText();
    assertThat(icon).startsWith(ICON).hasSizeLessThan(1024);
    assertThat(
            new String(
                Base64.getDecoder().decode(icon.substring(ICON.length())), StandardCharsets.UTF_8))
        .startsWith("<svg ")
        .endsWith("</svg>");
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void eachPropertySaysWhatItIsAndWhatMayBeInIt(Path file) throws Exception {
    JsonNode definition = read(file).at("/spec/definition");
    assertThat(definition.path("type").asText()).isEqualTo("object");
    definition
        .path("properties")
        .properties()
        .forEach(
            entry -> {
              JsonNode property = entry.getValue();
              assertThat(property.path("title").asText()).as(entry.getKey()).isNotEmpty();
              sentence(property.path("description"));
              assertThat(property.path("type").asText())
                  .as(entry.getKey())
                  .isIn("string", "integer", "number", "boolean");
              if (entry.getKey().matches("(?i).*(secret|password|token|(?<!ordering)key).*")) {
                assertThat(property.path("format").asText()).isEqualTo("password");
                assertThat(property.path("x-descriptors").path(0).asText())
                    .isEqualTo("urn:camel:group:credentials");
                assertThat(property.has("default") || property.has("example")).isFalse();
              } else {
                assertThat(Stream.of("default", "example", "enum", "pattern"))
                    .as(entry.getKey())
                    .anyMatch(property::has);
              }
              if (property.has("pattern") && property.has("example")) {
                assertThat(property.path("pattern").asText()).startsWith("^").endsWith("$");
                assertThat(property.path("example").asText())
                    .matches(property.path("pattern").asText());
              }
            });
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsTemplateUsesEachPropertyAndNoOther(Path file) throws Exception {
    JsonNode spec = read(file).path("spec");
    JsonNode properties = spec.at("/definition/properties");
    List<String> required = new ArrayList<>();
    spec.at("/definition/required").forEach(name -> required.add(name.asText()));
    Set<String> always = new TreeSet<>();
    Set<String> optional = new TreeSet<>();
    Matcher used = PLACEHOLDER.matcher(spec.path("template").toString());
    while (used.find()) {
      (used.group(1).isEmpty() ? always : optional).add(used.group(2));
    }
    // The name of a bean of the template is a placeholder too.
    spec.at("/template/beans").forEach(bean -> always.remove(bean.path("name").asText()));

    Set<String> mustBeThere = new TreeSet<>(required);
    Set<String> mayBeMissing = new TreeSet<>();
    properties
        .properties()
        .forEach(
            entry -> {
              boolean there = required.contains(entry.getKey()) || entry.getValue().has("default");
              (there ? mustBeThere : mayBeMissing).add(entry.getKey());
            });
    assertThat(always).isEqualTo(mustBeThere);
    assertThat(optional).isEqualTo(mayBeMissing);
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsDependenciesAreThisBuildAndWhatItsTemplateNames(Path file) throws Exception {
    JsonNode spec = read(file).path("spec");
    List<String> dependencies = new ArrayList<>();
    spec.path("dependencies").forEach(one -> dependencies.add(one.asText()));
    Set<String> expected = new TreeSet<>();
    expected.add("mvn:io.gammawebhook:camel-gamma-webhook:" + projectVersion());
    spec.path("template")
        .findValuesAsText("uri")
        .forEach(
            uri -> {
              String scheme = uri.split(":", 2)[0];
              scheme = BY_PLACEHOLDER.getOrDefault(scheme, scheme);
              if (scheme.equals("webhook-inbox")) {
                if (!from(spec).at("/parameters/path").isMissingNode()) {
                  // It opens the ingress of its source.
                  expected.add("camel:platform-http");
                }
              } else {
                expected.add("camel:" + scheme);
              }
            });

    spec.at("/template/beans")
        .forEach(
            bean -> {
              String type = bean.path("type").asText();
              String needs = BY_BEAN.get(type.substring(type.lastIndexOf('.') + 1));
              if (needs != null) {
                expected.add("camel:" + needs);
              }
            });

    assertThat(dependencies).containsExactlyInAnyOrderElementsOf(expected);
    from(spec)
        .at("/steps")
        .forEach(
            step ->
                assertThat(step.fieldNames().next())
                    .satisfiesAnyOf(
                        name -> assertThat(name).isEqualTo("to"),
                        name -> assertThat(IN_CAMEL_CORE).contains(name)));
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void aSourceEndsInItsSinkAndAnActionBeginsAtItsSource(Path file) throws Exception {
    JsonNode kamelet = read(file);
    JsonNode from = from(kamelet.path("spec"));
    if (kamelet.at("/metadata/name").asText().endsWith("-source")) {
      JsonNode steps = from.path("steps");
      assertThat(steps.get(steps.size() - 1).at("/to/uri").asText()).isEqualTo("kamelet:sink");
    } else {
      assertThat(from.path("uri").asText()).isEqualTo("kamelet:source");
    }
  }

  @Test
  void theSourceKnowsEachSchemeWhoseSecretsNeedNoName() throws Exception {
    List<String> known = new ArrayList<>();
    read(Path.of("kamelets/gamma-webhook-source.kamelet.yaml"))
        .at("/spec/definition/properties/scheme/enum")
        .forEach(one -> known.add(one.asText()));
    SchemeCatalogue catalogue = new SchemeCatalogue();
    assertThat(known)
        .isEqualTo(
            catalogue.signing().stream()
                .filter(name -> !catalogue.byName(name).namesKeys())
                .toList());
  }

  /** Where its route begins; it is written in a route where that has a configuration. */
  private static JsonNode from(JsonNode spec) {
    JsonNode inRoute = spec.at("/template/route/from");
    return inRoute.isMissingNode() ? spec.at("/template/from") : inRoute;
  }

  @Test
  void noTwoHaveOneIcon() throws Exception {
    List<String> icons = new ArrayList<>();
    for (Path file : kamelets().toList()) {
      icons.add(read(file).at("/metadata/annotations").path(ANNOTATION + "kamelet.icon").asText());
    }
    assertThat(icons).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void whatIsRequiredHasNoDefaultAndANumberHasBounds(Path file) throws Exception {
    JsonNode definition = read(file).at("/spec/definition");
    definition
        .path("required")
        .forEach(
            name -> {
              JsonNode property = definition.path("properties").path(name.asText());
              assertThat(property.isMissingNode()).as(name.asText()).isFalse();
              assertThat(property.has("default")).as(name.asText()).isFalse();
            });
    definition
        .path("properties")
        .properties()
        .forEach(
            entry -> {
              if (Set.of("integer", "number").contains(entry.getValue().path("type").asText())) {
                assertThat(entry.getValue().path("description").asText())
                    .as(entry.getKey())
                    .containsPattern("\\b[0-9]+ to [0-9]+\\b");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsSchemesAreOnTheClassPathOfTheTestThatRunsIt(Path file) throws Exception {
    String brokers = Files.readString(Path.of("src/it/destinations/pom.xml"));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      for (JsonNode endpoint : endpoints(read(file).at("/spec/template"))) {
        String scheme = scheme(endpoint);
        if (ONLY_WITH_A_BROKER.contains(scheme)) {
          assertThat(brokers).contains("<artifactId>camel-" + scheme + "-starter</artifactId>");
        } else {
          assertThat(camel.getComponent(scheme, true, false)).as(scheme).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void whatFeedsASecretOptionIsAPassword(Path file) throws Exception {
    JsonNode spec = read(file).path("spec");
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      for (JsonNode endpoint : endpoints(spec.path("template"))) {
        Set<String> secret = secretOptions(camel, scheme(endpoint));
        endpoint
            .path("parameters")
            .properties()
            .forEach(
                option -> {
                  if (secret.contains(option.getKey())) {
                    Matcher fed = PLACEHOLDER.matcher(option.getValue().asText());
                    assertThat(fed.matches()).as(option.getKey() + " is a placeholder").isTrue();
                    JsonNode property = spec.at("/definition/properties").path(fed.group(2));
                    assertThat(property.path("format").asText())
                        .as(fed.group(2) + " feeds " + option.getKey())
                        .isEqualTo("password");
                    assertThat(property.path("x-descriptors").path(0).asText())
                        .isEqualTo("urn:camel:group:credentials");
                  }
                });
      }
    }
  }

  @Test
  void theSecretsOfASourceAreFoundInTheMetadataOfItsComponent() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      assertThat(secretOptions(camel, "webhook-inbox")).contains("secrets", "verifyToken");
      assertThat(secretOptions(camel, "smtp")).contains("password");
    }
  }

  @Test
  void eachHasAnExampleThatATestRuns() throws Exception {
    List<String> names = new ArrayList<>();
    for (Path file : kamelets().toList()) {
      names.add(read(file).at("/metadata/name").asText());
    }
    List<String> examples = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("docs/kamelets"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        examples.add(name);
        assertThat(Files.readString(file))
            .containsPattern("(uri: kamelet:|name: )" + Pattern.quote(name) + "\\s");
      }
    }
    assertThat(examples).containsExactlyInAnyOrderElementsOf(names);
    List<String> run = new ArrayList<>();
    for (Path test : THAT_RUN_EXAMPLES) {
      Matcher named =
          Pattern.compile("[\"/]([a-z-]+-(?:source|sink|action))(?:\\.camel\\.yaml)?[\",]")
              .matcher(Files.readString(test));
      while (named.find()) {
        run.add(named.group(1));
      }
    }
    assertThat(run).containsAll(examples);
  }

  private static List<JsonNode> endpoints(JsonNode template) {
    List<JsonNode> found = new ArrayList<>();
    template.findParents("uri").forEach(found::add);
    return found;
  }

  private static String scheme(JsonNode endpoint) {
    String scheme = endpoint.path("uri").asText().split(":", 2)[0];
    scheme = BY_PLACEHOLDER.getOrDefault(scheme, scheme);
    return scheme.equals("mail") ? "smtp" : scheme;
  }

  /**
   * By the component's own metadata; a broker's client, which is not here, says it by its names.
   */
  static Set<String> secretOptions(DefaultCamelContext camel, String scheme) throws Exception {
    if (ONLY_WITH_A_BROKER.contains(scheme)) {
      return Set.of("password", "saslJaasConfig", "sslKeyPassword", "sslKeystorePassword");
    }
    String metadata = camel.getComponentParameterJsonSchema(scheme);
    Set<String> secret = new TreeSet<>();
    JSON.readTree(metadata == null ? "{}" : metadata)
        .path("properties")
        .properties()
        .forEach(
            option -> {
              // A user's name is marked too; it is no secret.
              if (option.getValue().path("secret").asBoolean()
                  && !option.getKey().equals("username")) {
                secret.add(option.getKey());
              }
            });
    return secret;
  }

  private static void sentence(JsonNode text) {
    assertThat(text.asText()).matches("(?s)[A-Z].*\\.");
  }

  private static String projectVersion() throws Exception {
    Matcher version =
        Pattern.compile(
                "<artifactId>camel-gamma-webhook</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  static JsonNode read(Path file) throws Exception {
    Object document = new Yaml().load(Files.readString(file));
    return JSON.valueToTree(document);
  }
}
