package io.gammawebhook.routes;

import static io.gammawebhook.testing.GeneratedPage.code;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * {@code docs/kamelets.md} is made of the Kamelets and their examples. After a change of them:
 * {@code mvn test -Dtest=KameletsPageTest -Dkamelets.write=true}.
 */
class KameletsPageTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void thePageShowsTheKamelets() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("kamelets"))) {
      files = all.sorted().toList();
    }
    GeneratedPage page =
        new GeneratedPage(
            "kamelets",
            "Kamelets",
            "Made of kamelets/ and docs/kamelets/ by KameletsPageTest; change what is there.");
    page.paragraph("They are in the jar. A Kamelet of the same name of your own goes first.");
    page.table("Kamelet", "kind", "needs on the class path");
    for (Path file : files) {
      JsonNode kamelet = read(file);
      page.cells(
          "[" + code(name(kamelet)) + "](#" + name(kamelet) + ")",
          kamelet.at("/metadata/labels").elements().next().asText(),
          dependencies(kamelet));
    }
    for (Path file : files) {
      add(page, read(file));
    }
    page.check();
  }

  private static void add(GeneratedPage page, JsonNode kamelet) throws IOException {
    String name = name(kamelet);
    JsonNode definition = kamelet.at("/spec/definition");
    page.paragraph("## " + name);
    page.paragraph(definition.path("description").asText().strip());
    page.table("parameter", "default", "");
    List<String> required = new ArrayList<>();
    definition.path("required").forEach(one -> required.add(one.asText()));
    definition
        .path("properties")
        .properties()
        .forEach(
            property ->
                page.cells(
                    code(property.getKey()),
                    required.contains(property.getKey())
                        ? "**required**"
                        : property.getValue().has("default")
                            ? code(property.getValue().path("default").asText())
                            : "",
                    text(property.getValue())));
    Path example = Path.of("docs/kamelets", name + ".camel.yaml");
    if (Files.exists(example)) {
      page.yaml(example, Files.readString(example));
    }
  }

  private static String text(JsonNode property) {
    StringBuilder text =
        new StringBuilder(property.path("description").asText().strip().replace("\n", " "));
    if (property.has("example")) {
      text.append(" Such as `").append(property.path("example").asText()).append("`.");
    }
    if (property.has("enum")) {
      List<String> values = new ArrayList<>();
      property.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
      text.append(" One of ").append(String.join(", ", values)).append('.');
    }
    return text.toString();
  }

  private static String dependencies(JsonNode kamelet) {
    List<String> camel = new ArrayList<>();
    kamelet
        .at("/spec/dependencies")
        .forEach(
            one -> {
              if (one.asText().startsWith("camel:")) {
                camel.add("`camel-" + one.asText().substring("camel:".length()) + "`");
              }
            });
    return String.join(", ", camel);
  }

  private static String name(JsonNode kamelet) {
    return kamelet.at("/metadata/name").asText();
  }

  private static JsonNode read(Path file) throws IOException {
    Object document = new Yaml().load(Files.readString(file));
    return JSON.valueToTree(document);
  }
}
