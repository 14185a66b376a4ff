package io.gammawebhook.springboot;

import static io.gammawebhook.testing.GeneratedPage.code;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} is made of the metadata of the properties and of the component.
 * After a change of them: {@code mvn test -Dtest=ConfigurationPageTest -Dconfiguration.write=true}.
 */
class ConfigurationPageTest {

  private static final Path COMPONENT =
      Path.of("src/generated/resources/META-INF/io/gammawebhook/camel/webhook-inbox.json");

  /** Where more is said of a property or option. */
  private static final Map<String, String> MORE =
      Map.ofEntries(
          Map.entry("gamma.webhook.schemes", "sources.md#signature-schemes"),
          Map.entry("gamma.webhook.sources", "sources.md"),
          Map.entry("gamma.webhook.secrets.refresh", "sources.md#rotation"),
          Map.entry("gamma.webhook.secrets.expiry-warning", "sources.md#rotation"),
          Map.entry("gamma.webhook.sources.<name>.scheme", "schemes.md"),
          Map.entry("gamma.webhook.sources.<name>.secrets", "sources.md#secrets"),
          Map.entry("gamma.webhook.sources.<name>.cloud-events", "sources.md#cloudevents"),
          Map.entry(
              "gamma.webhook.sources.<name>.allow-networks",
              "security.md#https-and-proxies-in-front"),
          Map.entry("gamma.webhook.sources.<name>.verify-token", "sources.md#handshakes"),
          Map.entry(
              "gamma.webhook.sources.<name>.on-invalid-signature", "operations.md#quarantine"),
          Map.entry("gamma.webhook.sources.<name>.continue-trace", "traces.md#strangers"),
          Map.entry("gamma.webhook.registrations", "registrations.md"),
          Map.entry("gamma.webhook.secret-key", "registrations.md#the-secret"),
          Map.entry("gamma.webhook.registrations.<name>.api", "apis.md"),
          Map.entry("gamma.webhook.registrations.<name>.secret", "registrations.md#the-secret"),
          Map.entry(
              "gamma.webhook.registrations.<name>.mode", "registrations.md#what-is-looked-after"),
          Map.entry(
              "gamma.webhook.registrations.<name>.old-secret-unused-for",
              "registrations.md#rotation"),
          Map.entry("gamma.webhook.inbox.jdbc-url", "stores.md"),
          Map.entry("gamma.webhook.inbox.data-source", "stores.md"),
          Map.entry("gamma.webhook.inbox.lease", "delivery-states.md#leases"),
          Map.entry("gamma.webhook.inbox.retention", "operations.md#retention"),
          Map.entry("gamma.webhook.inbox.quarantine-requests", "operations.md#quarantine"),
          Map.entry("gamma.webhook.inbox.schema", "stores.md#tables-made-by-hand"),
          Map.entry("gamma.webhook.retry.schedule", "delivery-states.md#retries"),
          Map.entry(
              "gamma.webhook.dispatch.attempt-timeout",
              "delivery-states.md#attempts-that-take-too-long"),
          Map.entry("gamma.webhook.http.trusted-proxies", "security.md#https-and-proxies-in-front"),
          Map.entry("gamma.webhook.admin.hosts", "security.md#pages-of-other-sites"),
          Map.entry("gamma.webhook.health.oldest-waiting", "health.md#warnings"),
          Map.entry("gamma.webhook.health.dead-letters-window", "health.md#warnings"),
          Map.entry("gamma.webhook.health.clock-skew", "health.md#warnings"),
          Map.entry(
              "gamma.webhook.health.shedding", "health.md#when-the-store-is-away-503-or-no-answer"),
          Map.entry("subscription", "concepts.md#subscriptions"),
          Map.entry("types", "concepts.md#subscriptions"),
          Map.entry("concurrency", "decisions/0011-read-ahead.md"),
          Map.entry("attemptTimeout", "delivery-states.md#attempts-that-take-too-long"),
          Map.entry("permanentExceptions", "delivery-states.md#retries"),
          Map.entry("secrets", "routes.md#secrets-in-a-route"));

  private final GeneratedPage page =
      new GeneratedPage(
          "configuration",
          "Configuration",
          "Made of the configuration's metadata by ConfigurationPageTest; change the Javadoc of the"
              + " records, or the texts there.");
  private final Set<String> shown = new HashSet<>();

  @Test
  void thePageShowsEveryPropertyAndEveryOption() throws IOException {
    page.paragraph(
        "Every property of the plug-in, every option of the component `webhook-inbox`, and the properties that the runnable",
        "application adds. What they are for is explained in [sources.md](sources.md), [routes.md](routes.md),",
        "[stores.md](stores.md) and [application.md](application.md).");
    page.paragraph(
        "All properties of the plug-in begin with `gamma.webhook.`; environment variables follow Spring's relaxed names",
        "(`GAMMA_WEBHOOK_MODE`). Times are written `10ms`, `5s`, `5m`, `2h`, `1d`; sizes `512KB`, `1MB`; lists with commas between",
        "their elements, or as lists of YAML.");
    page.paragraph(
        "The start fails if a property is unknown or wrong. The message names every property that is wrong, each with its cure,",
        "and all that is wrong with a scheme; where one fault hides another, the next start tells of it. For a misspelt name it",
        "names the nearest one and all of that section, for a wrong secret the placeholder or file that it comes from. It never",
        "shows a secret. A misspelt environment variable cannot be told from another program's, or from a placeholder of yours, so",
        "it only gets a warning, and only if it is at most two letters away from a variable that sets something",
        "(`GAMMA_WEBHOOK_MOD`). A misspelt system property (`-Dgamma.webhook.…`) is not noticed.");
    page.paragraph(
        "A default that is not literal is in words; where there is none, the property is off, or what it names is not used.");
    List<DocumentedProperty> all = DocumentedProperty.ofMetadata();
    String own = GammaWebhookProperties.PREFIX + ".";
    section(
        "General",
        own,
        null,
        of(all, name -> name.startsWith(own) && name.indexOf('.', own.length()) < 0));
    for (String part : List.of("secrets", "ingress")) {
      section(
          "General: " + part, own + part + ".", null, of(all, n -> n.startsWith(own + part + ".")));
    }
    section(
        "Sources",
        own + "sources.<name>.",
        "A name is 1 to 63 lower-case letters, digits and hyphens, and begins with a letter or digit.",
        DocumentedProperty.ofRecord(own + "sources.<name>", SourceProperties.class));
    section(
        "Secrets of a source",
        own + "sources.<name>.secrets[<index>].",
        "A secret that always counts is its text alone, in place of this. [When one counts](sources.md#rotation).",
        DocumentedProperty.ofRecord(
            own + "sources.<name>.secrets[<index>]", SecretProperties.class));
    section(
        "Signature schemes of your own",
        own + "schemes.<name>.",
        "The same as `scheme` of a source; in place of it `file:` and the path of a definition."
            + " [What is in the maps](sources.md#signature-schemes).",
        DocumentedProperty.ofRecord(own + "schemes.<name>", SchemeProperties.class));
    section(
        "Registrations",
        own + "registrations.<name>.",
        "Our entries at the APIs of senders. A name is 1 to 50 lower-case letters, digits and hyphens."
            + " [What they are for](registrations.md).",
        DocumentedProperty.ofRecord(own + "registrations.<name>", RegistrationProperties.class));
    section("The inbox", own + "inbox.", null, of(all, name -> name.startsWith(own + "inbox.")));
    section("Retries", own + "retry.", null, of(all, name -> name.startsWith(own + "retry.")));
    section(
        "Dispatch", own + "dispatch.", null, of(all, name -> name.startsWith(own + "dispatch.")));
    section(
        "HTTP",
        own + "http.",
        "For all sources together.",
        of(all, name -> name.startsWith(own + "http.")));
    section(
        "Redaction",
        own + "redact.",
        "[What is redacted, and where](security.md#redaction).",
        of(all, name -> name.startsWith(own + "redact.")));
    section("Health", own + "health.", null, of(all, name -> name.startsWith(own + "health.")));
    section(
        "Operators",
        own + "admin.",
        "[The endpoint](operations.md#the-endpoint-webhooks) and [the commands](cli.md).",
        of(all, name -> name.startsWith(own + "admin.")));
    component();
    componentOptions();
    section(
        "The runnable application: route files",
        "gamma.routes.",
        "How the [route files](route-files.md) are loaded.",
        of(all, name -> name.startsWith("gamma.routes.")));
    section(
        "The runnable application: mail",
        "gamma.mail.",
        "How `routes/to-email.camel.yaml` sends; a misspelt name here fails the start too.",
        of(all, name -> name.startsWith("gamma.mail.")));
    section(
        "The runnable application: HTTP",
        "gamma.http.",
        "Where `routes/to-http.camel.yaml` posts to.",
        of(all, name -> name.startsWith("gamma.http.")));
    section(
        "The runnable application: the demo",
        "gamma.demo.",
        "Of [the demo](demo.md); they count with the profile `demo` only.",
        of(all, name -> name.startsWith("gamma.demo.")));
    section(
        "The Actuator endpoint",
        "management.endpoint.webhooks.",
        "Of Spring Boot's Actuator, as for each of its endpoints;"
            + " [what it does](operations.md#the-endpoint-webhooks).",
        of(all, name -> name.startsWith("management.endpoint.webhooks.")));
    assertThat(all)
        .extracting(DocumentedProperty::name)
        .as("properties that are in no section")
        .filteredOn(name -> !name.startsWith(own + "sources.gamma."))
        .isSubsetOf(shown);
    page.check();
  }

  private static List<DocumentedProperty> of(
      List<DocumentedProperty> all, Predicate<String> which) {
    return all.stream().filter(property -> which.test(property.name())).toList();
  }

  private void section(
      String title, String prefix, @Nullable String text, List<DocumentedProperty> properties) {
    assertThat(properties).as(title).isNotEmpty();
    page.paragraph("## " + title);
    page.paragraph(code(prefix + "…") + (text == null ? "" : ". " + text));
    page.table("property", "type", "default", "");
    for (DocumentedProperty property : properties) {
      shown.add(property.name());
      page.cells(
          code(property.name().substring(prefix.length())),
          property.typeInWords(),
          fallback(property),
          text(property.description(), property.name()));
    }
  }

  private void component() throws IOException {
    JsonNode component = new ObjectMapper().readTree(COMPONENT.toFile());
    page.paragraph("## The component `webhook-inbox`");
    page.paragraph(
        "`" + component.at("/component/syntax").asText() + "`; it is a consumer only.",
        "Camel's own catalogue and the IDEs have the same options. [How a route uses them](routes.md).");
    List<String> groups = new ArrayList<>(List.of("", "ingress", "consumer,advanced"));
    Map<String, String> titles =
        Map.of(
            "",
            "For every endpoint:",
            "ingress",
            "With `path`, as `gamma-webhook-source` does, for an endpoint that opens a source of its own:",
            "consumer,advanced",
            "Camel's own options of every consumer, which change nothing here:");
    for (String group : groups) {
      page.paragraph(String.valueOf(titles.get(group)));
      page.table("option", "type", "default", "");
      component
          .path("properties")
          .properties()
          .forEach(
              option -> {
                String label = option.getValue().path("label").asText().replace(",security", "");
                if (label.equals(group)) {
                  option(option.getKey(), option.getValue());
                }
              });
    }
    component
        .path("properties")
        .properties()
        .forEach(
            option ->
                assertThat(shown).as("options that are in no group").contains(option.getKey()));
  }

  /** What Spring Boot's users say under gamma.webhook. */
  private void componentOptions() throws IOException {
    JsonNode options = new ObjectMapper().readTree(COMPONENT.toFile()).path("componentProperties");
    page.paragraph("## Without Spring Boot: options of the component");
    page.paragraph(
        "`camel.component.webhook-inbox.…`, in `application.properties` of Camel Main or `camel run`."
            + " [Hosts](hosts.md) says how. On Spring Boot they are not set: there is `gamma.webhook`.");
    Map<String, String> groups = new LinkedHashMap<>();
    groups.put("common", "How strict the start is:");
    groups.put("store", "The store:");
    groups.put("retention", "How long what is kept:");
    groups.put("delivery", "Deliveries:");
    groups.put("ingress", "HTTP, for all sources together:");
    groups.put("redact", "Redaction:");
    groups.put("health", "From when on the [health](health.md) says something:");
    groups.put("advanced", "Camel's own options of every component, which change nothing here:");
    Set<String> left = new TreeSet<>();
    options.properties().forEach(option -> left.add(option.getKey()));
    groups.forEach(
        (group, title) -> {
          page.paragraph(title);
          page.table("option", "type", "default", "");
          options
              .properties()
              .forEach(
                  option -> {
                    if (label(option.getValue()).equals(group)) {
                      left.remove(option.getKey());
                      option(kebab(option.getKey()), option.getValue());
                    }
                  });
        });
    assertThat(left).as("options that are in no group").isEmpty();
  }

  private static String label(JsonNode option) {
    String label = option.path("label").asText().replace(",security", "");
    return label.isEmpty() || label.equals("consumer") ? "advanced" : label;
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private void option(String name, JsonNode option) {
    shown.add(name);
    String text = option.path("description").asText();
    String label = option.path("label").asText();
    boolean ours = !label.startsWith("consumer") && !label.equals("advanced");
    DocumentedProperty property =
        DocumentedProperty.of(
            name,
            option.path("javaType").asText(),
            option.has("defaultValue") && !text.contains("The default is")
                ? option.path("defaultValue").asText()
                : null,
            ours ? text : text.substring(0, text.indexOf('.') + 1),
            true);
    page.cells(
        code(name) + (option.path("kind").asText().equals("path") ? " (in the path)" : ""),
        ours ? property.typeInWords() : option.path("type").asText(),
        option.path("required").asBoolean() ? "**required**" : fallback(property),
        text(property.description(), name));
  }

  private static String fallback(DocumentedProperty property) {
    return property.fallback() != null
        ? code(property.fallback())
        : property.computed() != null ? inCode(property.computed()) : "";
  }

  private static String text(String description, String name) {
    String more = MORE.get(name);
    return inCode(description) + (more == null ? "" : " [More](" + more + ").");
  }

  /** Metadata is plain text, in which what is typed stands in quotes. */
  private static String inCode(String text) {
    return text.replaceAll("(?<=^|[\\s(])'([^'\\n]+)'(?=[\\s.,;:)]|$)", "`$1`")
        .replaceAll("(?<=^|\\s)(gamma\\.webhook(?:\\.[a-z-]+)+)", "`$1`");
  }
}
