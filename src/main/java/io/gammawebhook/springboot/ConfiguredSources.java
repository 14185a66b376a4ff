package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.InvalidSchemeException;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes source definitions of the configuration, and gathers everything that is wrong with it, so
 * that an engineer sees all of it at the first start.
 */
public final class ConfiguredSources {

  private final GammaWebhookProperties properties;
  private final SourceSecrets secrets;
  private final UnaryOperator<String> origins;
  private SchemeCatalogue catalogue = new SchemeCatalogue();
  private final List<ConfigurationProblem> problems = new ArrayList<>();

  /**
   * @param origins says where a property's value comes from, for messages; empty if unknown
   */
  public ConfiguredSources(
      GammaWebhookProperties properties, DevSecrets devSecrets, UnaryOperator<String> origins) {
    this.properties = properties;
    this.origins = origins;
    this.secrets = new SourceSecrets(properties, devSecrets, origins, null);
  }

  /**
   * All sources, by name.
   *
   * @throws InvalidConfigurationException if anything is wrong with any of them
   */
  public List<SourceDefinition> definitions() {
    return definitions(true);
  }

  /**
   * The same, but dev mode makes no secret yet.
   *
   * @throws InvalidConfigurationException if anything is wrong with any of them
   */
  void check() {
    definitions(false);
  }

  /**
   * The schemes of all sources, also of those that have no secret here.
   *
   * @throws InvalidConfigurationException if one of them is wrong
   */
  List<SignatureScheme> schemes() {
    catalogue = catalogue(properties, origins);
    return properties.sources().entrySet().stream()
        .map(source -> scheme(source.getKey(), source.getValue().scheme()))
        .toList();
  }

  /**
   * The scheme of one source, also of one that has no secret here.
   *
   * @param source one that is configured
   * @throws InvalidConfigurationException if it is wrong
   */
  SignatureScheme schemeOf(String source) {
    catalogue = catalogue(properties, origins);
    return scheme(source, Objects.requireNonNull(properties.sources().get(source)).scheme());
  }

  /**
   * The schemes of the jar and of {@code gamma.webhook.schemes}.
   *
   * @param origins says where a property's value comes from; empty if that is not known
   * @throws InvalidConfigurationException if one of these is wrong
   */
  static SchemeCatalogue catalogue(
      GammaWebhookProperties properties, UnaryOperator<String> origins) {
    Map<String, SignatureScheme> own = new TreeMap<>();
    List<ConfigurationProblem> problems = new ArrayList<>();
    SchemeCatalogue reader = new SchemeCatalogue();
    properties
        .schemes()
        .forEach(
            (name, scheme) -> {
              String property = GammaWebhookProperties.PREFIX + ".schemes." + name;
              try {
                if (reader.names().contains(name)) {
                  problems.add(
                      new ConfigurationProblem(
                          property,
                          "has the name of a scheme in the jar" + place(property, origins),
                          "Choose another name."));
                }
                own.put(name, own(reader, property, name, scheme, origins));
              } catch (IllegalArgumentException e) {
                problems.addAll(wrong(property, e));
              }
            });
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return new SchemeCatalogue(own);
  }

  /** Where a property is written, to be put behind what is wrong; empty if that is not known. */
  private static String place(String property, UnaryOperator<String> origins) {
    String place = origins.apply(property);
    return place.isEmpty() ? "" : " (" + place + ")";
  }

  private static SignatureScheme own(
      SchemeCatalogue reader,
      String property,
      String name,
      SchemeProperties scheme,
      UnaryOperator<String> origins) {
    String file = scheme.file();
    if (file == null) {
      return reader.inline(
          property, scheme.definition(name), option -> origins.apply(property + "." + option));
    }
    try {
      return reader.fromYaml(file, name, Files.readString(Path.of(file)));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "names the file "
              + file
              + ", which cannot be read ("
              + e.getClass().getSimpleName()
              + ")"
              + place(property, origins),
          e);
    }
  }

  private static List<ConfigurationProblem> wrong(String property, IllegalArgumentException e) {
    List<String> faults =
        e instanceof InvalidSchemeException invalid
            ? invalid.faults()
            : List.of(String.valueOf(e.getMessage()));
    return faults.stream()
        .map(
            fault ->
                new ConfigurationProblem(
                    property,
                    "is wrong: " + fault,
                    "Correct it; docs/sources.md has the options of a scheme."))
        .toList();
  }

  private List<SourceDefinition> definitions(boolean make) {
    try {
      catalogue = catalogue(properties, origins);
    } catch (InvalidConfigurationException e) {
      problems.addAll(e.problems());
    }
    Map<String, SourceDefinition> byPath = new LinkedHashMap<>();
    new TreeMap<>(properties.sources())
        .forEach(
            (name, source) -> {
              try {
                SourceDefinition definition = definition(name, source, make);
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

  private SourceDefinition definition(String key, SourceProperties source, boolean make) {
    SourceName name = name(key);
    String own = source.scheme().name();
    if (own != null && properties.schemes().containsKey(own) && !catalogue.names().contains(own)) {
      // What is wrong with the scheme is said already.
      throw new InvalidConfigurationException(List.of());
    }
    SignatureScheme scheme = scheme(key, source.scheme());
    if (!scheme.isSigned() && properties.mode() == Mode.PRODUCTION) {
      throw problem(
          property(key, "scheme"),
          "is '" + scheme.name() + "', which signs nothing: anybody could be the sender",
          "Name the scheme that the sender signs with, or set gamma.webhook.mode: dev for a trial.");
    }
    List<ConfigurationProblem> wrong = new ArrayList<>();
    List<LiveSecret> valid = List.of();
    try {
      valid = secrets.of(name, source, scheme, make);
    } catch (InvalidConfigurationException e) {
      wrong.addAll(e.problems());
    }
    if (valid.isEmpty() && scheme.isSigned() && !(wrong.isEmpty() && follows(key))) {
      // Stands in for the one that is wrong or not made yet, so that the other options are checked.
      valid = standIn(scheme);
      if (valid.isEmpty()) {
        if (wrong.isEmpty()) {
          wrong.add(
              new ConfigurationProblem(
                  property(key, "secrets"),
                  "is missing, and nobody but the sender can make one for scheme " + scheme.name(),
                  "Copy the sender's public key."));
        }
        throw new InvalidConfigurationException(wrong);
      }
    }
    try {
      SourceDefinition definition = definition(key, source, name, scheme, valid, follows(key));
      if (wrong.isEmpty()) {
        return definition;
      }
    } catch (InvalidConfigurationException e) {
      wrong.addAll(e.problems());
    }
    throw new InvalidConfigurationException(wrong);
  }

  /** Whether a registration brings the source's secret. */
  private boolean follows(String key) {
    return properties.registersSecretOf(key);
  }

  /** A secret that is one of the scheme; none where only its sender can make one. */
  private static List<LiveSecret> standIn(SignatureScheme scheme) {
    try {
      return List.of(
          LiveSecret.always(
              "1", scheme.parseSecret(scheme.secretEncoding().generate(new SecureRandom()))));
    } catch (InvalidSecretException e) {
      return List.of();
    }
  }

  private static SourceDefinition definition(
      String key,
      SourceProperties source,
      SourceName name,
      SignatureScheme scheme,
      List<LiveSecret> secrets,
      boolean managedSecrets) {
    return ConfigurationProblem.checked(
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
                  .mediaTypes(Set.copyOf(source.mediaTypes()))
                  .perAddressPerSecond(
                      rate(key, "limits.per-address", source.limits().perAddress()))
                  .perSourcePerSecond(rate(key, "limits.per-source", source.limits().perSource()))
                  .acceptedStatus(source.acceptedStatus())
                  .publicUrl(source.publicUrl())
                  .cloudEvents(source.cloudEvents())
                  .gzip(source.gzip())
                  .allowNetworks(source.allowNetworks())
                  .verifyToken(source.verifyToken() == null ? null : source.verifyToken().reveal())
                  .quarantine(
                      source.onInvalidSignature() == SourceProperties.OnInvalidSignature.QUARANTINE)
                  .continueTrace(source.continueTrace());
          secrets.forEach(builder::secret);
          if (managedSecrets) {
            builder.managedSecrets();
          }
          return builder.build();
        });
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
    boolean own = scheme.isDefinition() || scheme.file() != null;
    String name = scheme.name() == null ? "" : scheme.name();
    if (!own && !catalogue.names().contains(name)) {
      throw problem(
          property,
          "is '" + name + "', which is no scheme" + place(property, origins),
          Spelling.nearest(name, catalogue.names())
                  .map(meant -> "Did you mean " + meant + "? ")
                  .orElse("")
              + "Use one of "
              + catalogue.names()
              + ", or a definition of your own.");
    }
    try {
      return own ? own(catalogue, property, key, scheme, origins) : catalogue.byName(name);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException(wrong(property, e));
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

  private static @Nullable Integer rate(String key, String option, @Nullable Integer rate) {
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
}
