package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  private static final Path PAGE = Path.of("docs/kamelets.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void thePageShowsTheKamelets() throws IOException {
    String page = page();
    if (Boolean.getBoolean("kamelets.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# Kamelets");
    lines.add("");
    lines.add(
        "<!-- Made of kamelets/ and docs/kamelets/ by KameletsPageTest; change what is there. -->");
    lines.add("");
    lines.add("They are in the jar. A Kamelet of the same name of your own goes first.");
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("kamelets"))) {
      files = all.sorted().toList();
    }
    lines.add("");
    lines.add("| Kamelet | kind | needs on the class path |");
    lines.add("|---|---|---|");
    for (Path file : files) {
      JsonNode kamelet = read(file);
      String name = name(kamelet);
      lines.add(
          "| [`"
              + name
              + "`](#"
              + name
              + ") | "
              + kamelet.at("/metadata/labels").elements().next().asText()
              + " | "
              + dependencies(kamelet)
              + " |");
    }
    for (Path file : files) {
      add(lines, read(file));
    }
    return String.join("\n", lines) + "\n";
  }

  private static void add(List<String> lines, JsonNode kamelet) throws IOException {
    String name = name(kamelet);
    JsonNode definition = kamelet.at("/spec/definition");
    lines.add("");
    lines.add("## " + name);
    lines.add("");
    lines.add(definition.path("description").asText().strip());
    lines.add("");
    lines.add("| parameter | default | |");
    lines.add("|---|---|---|");
    List<String> required = new ArrayList<>();
    definition.path("required").forEach(one -> required.add(one.asText()));
    definition
        .path("properties")
        .properties()
        .forEach(
            property ->
                lines.add(
                    "| `"
                        + property.getKey()
                        + "` | "
                        + (required.contains(property.getKey())
                            ? "**required**"
                            : property.getValue().has("default")
                                ? "`" + property.getValue().path("default").asText() + "`"
                                : "")
                        + " | "
                        + text(property.getValue())
                        + " |"));
    Path example = Path.of("docs/kamelets", name + ".camel.yaml");
    if (Files.exists(example)) {
      lines.add("");
      lines.add("```yaml");
      lines.add("# docs/kamelets/" + example.getFileName());
      lines.add(Files.readString(example).stripTrailing());
      lines.add("```");
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
    return text.toString().replace("|", "\\|");
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
