package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gammawebhook.springboot.GammaWebhookProperties.Http;
import io.gammawebhook.springboot.GammaWebhookProperties.Retry;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What IDEs complete under {@code gamma}. The annotation processor writes it of the records; what
 * it cannot know is in a file that is made here, after a change by {@code mvn test
 * -Dtest=ConfigurationMetadataTest -Dmetadata.write=true}: the properties of the source that the
 * product starts with, as those of a map's values are not in its metadata, lists as defaults, and
 * hints.
 */
class ConfigurationMetadataTest {

  private static final Path ADDITIONAL =
      Path.of("src/main/resources/META-INF/additional-spring-configuration-metadata.json");
  private static final String SOURCE = "gamma.webhook.sources.gamma";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  @Test
  void whatTheProcessorCannotKnowIsAdded() throws IOException {
    String additional =
        JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("properties", properties(), "hints", hints()))
            + "\n";
    if (Boolean.getBoolean("metadata.write")) {
      Files.writeString(ADDITIONAL, additional);
    }
    assertThat(JSON.readTree(Files.readString(ADDITIONAL))).isEqualTo(JSON.readTree(additional));
  }

  @Test
  void everyPropertySaysWhatItIsAndWhatItIsUnlessItIsSet() throws IOException {
    List<DocumentedProperty> all =
        DocumentedProperty.ofMetadata().stream()
            .filter(property -> property.name().startsWith("gamma."))
            .toList();
    assertThat(all)
        .extracting(DocumentedProperty::name)
        .contains(
            "gamma.webhook.mode",
            "gamma.webhook.inbox.jdbc-url",
            SOURCE + ".scheme",
            SOURCE + ".limits.per-address",
            "gamma.mail.host",
            "gamma.http.url");
    assertThat(all)
        .allSatisfy(
            property -> {
              assertThat(property.description()).as(property.name()).endsWith(".");
              assertThat(
                      property.fallback() != null
                          || property.computed() != null
                          || property.optional()
                          || property.name().startsWith(SOURCE))
                  .as("%s has a default, tells it, or may be left out", property.name())
                  .isTrue();
            });
    assertThat(all)
        .filteredOn(property -> property.type().startsWith("java.util.List<"))
        .filteredOn(property -> property.fallback() != null)
        .extracting(DocumentedProperty::fallback)
        .as("a list is one of JSON, not a text that looks like it")
        .noneMatch(fallback -> String.valueOf(fallback).startsWith("["));
  }

  @Test
  void theSchemesThatAreCompletedAreThoseOfTheCatalogue() throws IOException {
    JsonNode hint =
        StreamSupport.stream(DocumentedProperty.metadata().path("hints").spliterator(), false)
            .filter(one -> one.path("name").asText().equals(SOURCE + ".scheme"))
            .findFirst()
            .orElseThrow();
    assertThat(hint.path("values").findValuesAsText("value"))
        .containsExactlyElementsOf(new SchemeCatalogue().names());
    assertThat(hint.path("values").findValuesAsText("description")).noneMatch(String::isBlank);
  }

  @Test
  void everyHintIsOfAPropertyThatThereIs() throws IOException {
    List<String> names =
        DocumentedProperty.ofMetadata().stream().map(DocumentedProperty::name).toList();
    assertThat(DocumentedProperty.metadata().path("hints").findValuesAsText("name"))
        .map(name -> name.replaceFirst("\\.keys$", ""))
        .filteredOn(name -> name.startsWith("gamma."))
        .isNotEmpty()
        .isSubsetOf(names);
  }

  private static List<Map<String, Object>> properties() throws IOException {
    List<Map<String, Object>> properties = new ArrayList<>();
    properties.add(list("gamma.webhook.retry.schedule", Retry.class, "schedule"));
    properties.add(list("gamma.webhook.http.trusted-proxies", Http.class, "trustedProxies"));
    for (DocumentedProperty property :
        DocumentedProperty.ofRecord(SOURCE, SourceProperties.class)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", property.name());
      json.put("type", written(property.type()));
      json.put(
          "description",
          property.description()
              + (property.computed() == null ? "" : " Default: " + property.computed() + "."));
      json.put(
          "sourceType",
          property.name().contains(".limits.")
              ? GammaWebhookProperties.Limits.class.getName()
              : SourceProperties.class.getName());
      if (property.fallback() != null) {
        json.put(
            "defaultValue",
            property.type().equals("boolean")
                ? (Object) Boolean.valueOf(property.fallback())
                : property.fallback());
      }
      properties.add(json);
    }
    return properties;
  }

  /** As somebody writes it into a file: a scheme by its name, a secret by its text. */
  private static String written(String type) {
    return type.replace(SchemeProperties.class.getName(), "java.lang.String")
        .replace(SecretProperties.class.getName(), "java.lang.String")
        .replace(SecretText.class.getName(), "java.lang.String")
        .replaceAll("^boolean$", "java.lang.Boolean");
  }

  private static Map<String, Object> list(String name, Class<?> record, String component) {
    Constructor<?> constructor = record.getDeclaredConstructors()[0];
    Parameter parameter =
        Arrays.stream(constructor.getParameters())
            .filter(one -> one.getName().equals(component))
            .findFirst()
            .orElseThrow();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("defaultValue", parameter.getAnnotation(DefaultValue.class).value());
    return json;
  }

  private static List<Map<String, Object>> hints() {
    SchemeCatalogue catalogue = new SchemeCatalogue();
    List<Map<String, String>> schemes =
        catalogue.names().stream()
            .map(name -> value(name, catalogue.description(name) + "."))
            .toList();
    List<Map<String, String>> places =
        List.of(
            value("$.id", "A JSONPath into the body."),
            value("header.x-event-id", "A header."),
            value("query.id", "A query parameter."),
            value("form.id", "A field of a form."));
    return List.of(
        hint(
            "gamma.webhook.sources.keys",
            List.of(value("gamma", "The source that the runnable application starts with.")),
            "any"),
        hint(SOURCE + ".scheme", schemes, "any"),
        hint(SOURCE + ".event-id", places, "any"),
        hint(SOURCE + ".event-type", places, "any"),
        hint(SOURCE + ".ordering-key", places, "any"),
        hint(
            "gamma.webhook.inbox.jdbc-url",
            List.of(
                value("jdbc:postgresql://localhost/webhooks", "For one node or several."),
                value("jdbc:sqlite:/var/lib/gamma-webhook/inbox.db", "For one node.")),
            "any"),
        Map.of(
            "name",
            "gamma.webhook.inbox.data-source",
            "providers",
            List.of(
                Map.of(
                    "name",
                    "spring-bean-reference",
                    "parameters",
                    Map.of("target", "javax.sql.DataSource")))));
  }

  private static Map<String, Object> hint(
      String name, List<Map<String, String>> values, String provider) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("values", values);
    json.put("providers", List.of(Map.of("name", provider)));
    return json;
  }

  private static Map<String, String> value(String value, String description) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("value", value);
    json.put("description", description);
    return json;
  }
}
