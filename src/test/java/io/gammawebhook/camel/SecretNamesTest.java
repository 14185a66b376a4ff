package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Camel Main logs the parameters of Kamelets at its start. */
class SecretNamesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void camelHidesEachSecretParameterOfAKamelet() throws Exception {
    List<String> secret = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
      for (Path file : files.sorted().toList()) {
        JSON.valueToTree(new Yaml().<Object>load(Files.readString(file)))
            .at("/spec/definition/properties")
            .properties()
            .forEach(
                property -> {
                  if (property.getValue().path("format").asText().equals("password")) {
                    secret.add(property.getKey());
                  }
                });
      }
    }
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getCamelContextExtension().setAdditionalSensitiveKeywords("theHostsOwn");
      camel.getComponent("webhook-inbox");
      camel.start();
      assertThat(secret).contains("secrets", "password");
      assertThat(secret)
          .allSatisfy(
              name -> assertThat(CamelContextHelper.containsSensitive(camel, name)).isTrue());
      assertThat(CamelContextHelper.containsSensitive(camel, "theHostsOwn")).isTrue();
      assertThat(CamelContextHelper.containsSensitive(camel, "path")).isFalse();
    }
  }
}
