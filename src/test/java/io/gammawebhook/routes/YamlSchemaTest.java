package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The shipped YAML keeps to Camel's own schema, and to this project's rules. */
class YamlSchemaTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Read once: that takes two seconds. */
  private static final JsonSchema SCHEMA = schema();

  private static JsonSchema schema() {
    try (InputStream in = YamlSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Pattern BLOCK =
      Pattern.compile("```yaml\\n# (\\S+\\.camel\\.yaml)\\n(.*?)```", Pattern.DOTALL);

  static Stream<Path> routeFiles() throws Exception {
    try (Stream<Path> files = Files.list(RouteBench.ROUTES)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  static Stream<Path> documentedFiles() throws Exception {
    try (Stream<Path> recipes = Files.list(Path.of("docs/recipes"));
        Stream<Path> kamelets = Files.list(Path.of("docs/kamelets"))) {
      return Stream.concat(recipes, kamelets)
          .filter(f -> f.toString().endsWith(".camel.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documentedFiles")
  void everyDocumentedRouteFitsCamelsSchemaAndSaysWhatItIs(Path file) throws Exception {
    assertThat(SCHEMA.validate(read(file))).isEmpty();
    for (JsonNode entry : read(file)) {
      JsonNode route = entry.has("route") ? entry.get("route") : entry.get("routeTemplate");
      assertThat(route.path("id").asText()).as("route id in %s", file).isNotEmpty();
      assertThat(route.path("description").asText()).as("in %s", file).isNotEmpty();
    }
    assertThat(Files.readString(file)).doesNotContain("toD", "whsec_");
  }

  @Test
  void theFirstRouteOfARecipeIsCalledAsItsFileAndTheOthersAfterIt() throws Exception {
    for (Path file : documentedFiles().filter(f -> f.startsWith("docs/recipes")).toList()) {
      String name = file.getFileName().toString().replace(".camel.yaml", "");
      JsonNode routes = read(file);
      assertThat(routes.at("/0/route/id").asText()).isEqualTo(name);
      for (int i = 1; i < routes.size(); i++) {
        assertThat(routes.get(i).at("/route/id").asText()).startsWith(name + "-");
      }
    }
  }

  /** The blocks of YAML in the pages that begin with a comment with the name of a route file. */
  static Stream<Arguments> examplesInPages() throws Exception {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<Arguments> found = new ArrayList<>();
    for (Path page : pages) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        found.add(Arguments.of(page + " " + block.group(1), block.group(2)));
      }
    }
    return found.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examplesInPages")
  void everyExampleInAPageFitsCamelsSchema(String name, String yaml) throws Exception {
    Object read = new Yaml().load(yaml);

    assertThat(SCHEMA.validate(JSON.valueToTree(read))).as(name).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void everyRouteFileFitsCamelsSchema(Path file) throws Exception {
    assertThat(SCHEMA.validate(read(file))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void everyRouteAndStepHasAnIdAndEveryRouteADescription(Path file) throws Exception {
    for (JsonNode entry : read(file)) {
      JsonNode route = entry.has("route") ? entry.get("route") : entry.get("routeTemplate");
      assertThat(route.path("id").asText()).as("route id in %s", file).isNotEmpty();
      assertThat(route.path("description").asText()).as("description in %s", file).isNotEmpty();
      List<JsonNode> from = route.findValues("steps");
      from.forEach(
          steps ->
              steps.forEach(
                  step -> {
                    JsonNode only = step.elements().next();
                    assertThat(only.path("id").asText()).as("id of %s", step).isNotEmpty();
                  }));
    }
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void noRouteHasADynamicEndpointOrASecret(Path file) throws Exception {
    assertThat(Files.readString(file)).doesNotContain("toD", "whsec_", "password");
  }

  private static JsonNode read(Path file) throws Exception {
    Object yaml = new Yaml().load(Files.readString(file));
    return JSON.valueToTree(yaml);
  }
}
