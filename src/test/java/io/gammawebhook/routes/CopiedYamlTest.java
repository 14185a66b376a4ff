package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What a user copies from here teaches nobody to write a secret into YAML. */
class CopiedYamlTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern SECRET_TEXT =
      Pattern.compile(
          "whsec_[A-Za-z0-9+/=]{8,}"
              + "|-----BEGIN"
              + "|\\b[0-9a-fA-F]{32,}\\b"
              // Base64 of some length has capitals, small letters and digits; a path has not.
              + "|(?=[A-Za-z0-9+/]*[0-9])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])"
              + "[A-Za-z0-9+/]{32,}"
              + "|[?&](?:secrets|verifyToken|signingSecret|password)=(?!\\{\\{)");

  /** The YAML that a user copies, and what stands beside it. */
  static Stream<Path> copied() throws Exception {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("kamelets", "routes", "docs", "src/it")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().forEach(found::add);
      }
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("copied")
  void noSecretIsWrittenDown(Path file) throws Exception {
    String text = Files.readString(file);
    assertThat(secrets(text)).isEmpty();
    Set<String> secret = new TreeSet<>(Set.of("secret", "secrets"));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      secret.addAll(KameletConventionsTest.secretOptions(camel, "webhook-inbox"));
    }
    for (Path kamelet : KameletConventionsTest.kamelets().toList()) {
      KameletConventionsTest.read(kamelet)
          .at("/spec/definition/properties")
          .properties()
          .forEach(
              entry -> {
                if (entry.getValue().path("format").asText().equals("password")) {
                  secret.add(entry.getKey());
                }
              });
    }
    for (Object document : new Yaml().loadAll(text)) {
      placeholders(file, JSON.valueToTree(document), secret);
    }
  }

  @Test
  void aSecretThatIsWrittenDownIsFound() {
    assertThat(secrets("a: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).isNotEmpty();
    assertThat(secrets("-----BEGIN PRIVATE KEY-----")).isNotEmpty();
    assertThat(secrets("key: 5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b")).isNotEmpty();
    assertThat(secrets("key: Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MFphYmNkZWZn")).isNotEmpty();
    assertThat(secrets("uri: webhook-inbox:a?path=/a&secrets=hunter2")).isNotEmpty();
    assertThat(secrets("uri: webhook-inbox:a?path=/a&secrets={{a.secret}}")).isEmpty();
    assertThat(secrets("file: /var/lib/my-application/secrets/and/other/folders/of/it")).isEmpty();
  }

  /** What looks like a secret, whatever it is for. */
  private static List<String> secrets(String text) {
    // An icon is an image in base64.
    String scanned = text.replaceAll("data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+", "");
    return SECRET_TEXT.matcher(scanned).results().map(found -> found.group()).toList();
  }

  private static void placeholders(Path file, JsonNode node, Set<String> secret) {
    boolean metadata = file.startsWith("kamelets");
    node.properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (secret.contains(entry.getKey()) && isParameter(file, node) && !metadata) {
                for (JsonNode one : value.isArray() ? value : JSON.createArrayNode().add(value)) {
                  if (one.isTextual()) {
                    assertThat(one.asText())
                        .as(file + ": " + entry.getKey())
                        .matches("\\{\\{.+\\}\\}|\\$\\{.+\\}|file:.+|utf8|base64|hex");
                  }
                }
              }
            });
    node.forEach(child -> placeholders(file, child, secret));
  }

  /** Of an application's own configuration only what it gives to this build is looked at. */
  private static boolean isParameter(Path file, JsonNode node) {
    return file.toString().endsWith(".camel.yaml") || node.has("secrets");
  }
}
