package io.gammawebhook.springboot;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes source definitions of the configuration, and gathers everything that is wrong with it, so
 * that an engineer sees all of it at the first start.
 */
public final class ConfiguredSources {

  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredSources.class);

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");
  private static final String FILE = "file:";

  private final GammaWebhookProperties properties;
  private final DevSecrets devSecrets;
  private final SchemeCatalogue catalogue = new SchemeCatalogue();
  private final List<ConfigurationProblem> problems = new ArrayList<>();

  public ConfiguredSources(GammaWebhookProperties properties, DevSecrets devSecrets) {
    this.properties = properties;
    this.devSecrets = devSecrets;
  }

  /**
   * All sources, by name.
   *
   * @throws InvalidConfigurationException if anything is wrong with any of them
   */
  public List<SourceDefinition> definitions() {
    Map<String, SourceDefinition> byPath = new LinkedHashMap<>();
    new TreeMap<>(properties.sources())
        .forEach(
            (name, source) -> {
              try {
                SourceDefinition definition = definition(name, source);
                SourceDefinition other = byPath.putIfAbsent(definition.path(), definition);
                if (other != null) {
                  throw problem(
                      property(name, "path"),
                      "is " + definition.path() + ", as is that of source '" + other.name() + "'",
                      "Give each source a path of its own.");
                }
              } catch (InvalidConfigurationException e) {
                problems.addAll(e.problems());
              }
            });
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return List.copyOf(byPath.values());
  }

  private SourceDefinition definition(String key, SourceProperties source) {
    SourceName name = name(key);
    SignatureScheme scheme = scheme(key, source.scheme());
    if (!scheme.isSigned() && properties.mode() == Mode.PRODUCTION) {
      throw problem(
          property(key, "scheme"),
          "is '" + scheme.name() + "', which signs nothing: anybody could be the sender",
          "Name the scheme that the sender signs with, or set gamma.webhook.mode: dev for a trial.");
    }
    return checked(
        property(key, ""),
        () -> {
          SourceDefinition.Builder builder =
              SourceDefinition.builder(name, scheme)
                  .allowUnsigned()
                  .path(source.path())
                  .tolerance(source.tolerance())
                  .maxBodySize(bytes(key, source))
                  .eventId(source.eventId())
                  .eventType(source.eventType())
                  .orderingKey(source.orderingKey())
                  .keepHeaders(source.keepHeaders())
                  .mediaTypes(java.util.Set.copyOf(source.mediaTypes()))
                  .perAddressPerSecond(
                      rate(key, "limits.per-address", source.limits().perAddress()))
                  .perSourcePerSecond(rate(key, "limits.per-source", source.limits().perSource()))
                  .acceptedStatus(source.acceptedStatus());
          secrets(name, source, scheme).forEach(secret -> builder.secret(secret.reveal()));
          return builder.build();
        });
  }

  private List<SecretText> secrets(
      SourceName name, SourceProperties source, SignatureScheme scheme) {
    List<SecretText> secrets = new ArrayList<>();
    for (int i = 0; i < source.secrets().size(); i++) {
      SecretText secret = source.secrets().get(i);
      if (!secret.isEmpty()) {
        secrets.add(read(property(name.value(), "secrets[" + i + "]"), secret));
      }
    }
    if (!secrets.isEmpty() || !scheme.isSigned()) {
      return secrets;
    }
    if (properties.mode() == Mode.DEV) {
      SecretText made = devSecrets.findOrMake(name, scheme.secretEncoding());
      LOG.info(
          "Dev mode: source '{}' has no secret configured; the one in {} is used",
          name,
          devSecrets.file(name));
      return List.of(made);
    }
    throw problem(
        property(name.value(), "secrets"),
        "has no secret, so no request of this source could be verified",
        "Set it to the signing secret that the sender shows you, for example secrets:"
            + " [\"${GAMMA_WEBHOOK_SECRET}\"] with that environment variable set. To try the plug-in"
            + " out, set gamma.webhook.mode: dev, which makes a secret.");
  }

  private static SecretText read(String property, SecretText secret) {
    // A placeholder that nothing resolves is left as it is by the binder.
    Matcher placeholder = PLACEHOLDER.matcher(secret.reveal());
    if (placeholder.find()) {
      throw problem(
          property,
          "names ${" + placeholder.group(1) + "}, which is not set",
          "Set " + placeholder.group(1) + " in the environment or the configuration.");
    }
    if (!secret.reveal().startsWith(FILE)) {
      return secret;
    }
    Path file = Path.of(secret.reveal().substring(FILE.length()));
    try {
      return SecretText.valueOf(Files.readString(file));
    } catch (IOException e) {
      throw problem(
          property,
          "names the file " + file + ", which cannot be read",
          "Make the file readable for this process, or name another.");
    }
  }

  private static SourceName name(String key) {
    try {
      return new SourceName(key);
    } catch (IllegalArgumentException e) {
      throw problem(
          property(key, "").replaceFirst("\\.$", ""),
          "has a name that is not 1 to 63 lower-case letters, digits and hyphens",
          "Rename the source.");
    }
  }

  private SignatureScheme scheme(String key, SchemeProperties scheme) {
    String property = property(key, "scheme");
    try {
      return scheme.isDefinition()
          ? catalogue.inline(property, scheme.definition(key))
          : catalogue.byName(scheme.name() == null ? "" : scheme.name());
    } catch (IllegalArgumentException e) {
      throw problem(
          property,
          "is wrong: " + e.getMessage(),
          "Name a scheme of the catalogue or correct the definition.");
    }
  }

  private static int bytes(String key, SourceProperties source) {
    long bytes = source.maxBodySize().toBytes();
    if (bytes < 1 || bytes > SourceDefinition.MAX_BODY_SIZE) {
      throw problem(
          property(key, "max-body-size"),
          "must be between 1B and 64MB, was " + bytes + "B",
          "Choose a size within that range.");
    }
    return (int) bytes;
  }

  private static @org.jspecify.annotations.Nullable Integer rate(
      String key, String option, @org.jspecify.annotations.Nullable Integer rate) {
    if (rate != null && (rate < 1 || rate > 1_000_000)) {
      throw problem(
          property(key, option),
          "must be between 1 and 1000000, was " + rate,
          "Choose a rate within that range, or leave it out for no limit.");
    }
    return rate;
  }

  private static String property(String source, String option) {
    return GammaWebhookProperties.PREFIX + ".sources." + source + "." + option;
  }

  private static InvalidConfigurationException problem(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }

  /** The rooms' own checks name the property first, as {@code gamma.webhook.… must …}. */
  static <T> T checked(String fallback, java.util.function.Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int space = message.indexOf(' ');
      boolean named = message.startsWith(GammaWebhookProperties.PREFIX + ".") && space > 0;
      throw problem(
          named ? message.substring(0, space) : fallback,
          named ? message.substring(space + 1) : message,
          "Correct the property and start again.");
    }
  }
}
