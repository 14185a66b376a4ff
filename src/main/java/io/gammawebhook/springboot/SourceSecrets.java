package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SigningSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/** Reads the signing secrets of a source; no message shows one. */
final class SourceSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSecrets.class);

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");
  private static final String FILE = "file:";

  private static final String CAMEL_CURE =
      "Set that property, or add the vault's component and configure it under camel.vault; the"
          + " name before the first colon is the function.";

  /** What Camel resolves: a property of its own, or the functions of its vaults. */
  private static final Pattern CAMEL = Pattern.compile("\\{\\{.+}}", Pattern.DOTALL);

  private final GammaWebhookProperties properties;
  private final DevSecrets devSecrets;
  private final UnaryOperator<String> origins;
  private final @Nullable UnaryOperator<String> camel;

  /**
   * @param origins says where a property's value comes from; empty if that is not known
   * @param camel resolves <code>{{…}}</code>, or throws; null before Camel is there: what is of
   *     that form then has a secret that nobody knows
   */
  SourceSecrets(
      GammaWebhookProperties properties,
      DevSecrets devSecrets,
      UnaryOperator<String> origins,
      @Nullable UnaryOperator<String> camel) {
    this.properties = properties;
    this.devSecrets = devSecrets;
    this.origins = origins;
    this.camel = camel;
  }

  /** Those of the running application. */
  static SourceSecrets of(
      GammaWebhookProperties properties, Environment environment, UnaryOperator<String> camel) {
    return new SourceSecrets(
        properties,
        new DevSecrets(Path.of(properties.dataDir()), new SecureRandom()),
        new PropertyOrigins(environment),
        camel);
  }

  /** Whether a secret may become another one while the application runs. */
  static boolean mayChange(SecretProperties secret) {
    String text = secret.value().reveal();
    return text.startsWith(FILE) || CAMEL.matcher(text).matches();
  }

  /** Whether a secret is known only once Camel is there. */
  static boolean needsCamel(SecretProperties secret) {
    return CAMEL.matcher(secret.value().reveal()).matches();
  }

  /**
   * All secrets of a source; none where its scheme signs nothing.
   *
   * @param make whether dev mode makes a missing one now; else none is returned
   * @throws InvalidConfigurationException with everything that is wrong with them
   */
  List<LiveSecret> of(
      SourceName name, SourceProperties source, SignatureScheme scheme, boolean make) {
    List<LiveSecret> secrets = new ArrayList<>();
    List<ConfigurationProblem> problems = new ArrayList<>();
    for (int i = 0; i < source.secrets().size(); i++) {
      SecretProperties secret = source.secrets().get(i);
      if (!secret.isEmpty()) {
        String property = property(name, "secrets[" + i + "]");
        try {
          @Nullable SecretText text =
              camel == null && needsCamel(secret) ? null : text(property, secret.value());
          secrets.add(live(name, i, secret, text, scheme));
        } catch (InvalidConfigurationException e) {
          problems.addAll(e.problems());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    if (!secrets.isEmpty() || !scheme.isSigned()) {
      return secrets;
    }
    if (properties.mode() == Mode.DEV && !scheme.secretEncoding().isPublic()) {
      return ofDevMode(name, scheme, make);
    }
    throw problem(
        property(name, "secrets"),
        "has no secret, so no request of this source could be verified",
        missingCure(name, source)
            + (scheme.secretEncoding().isPublic()
                ? ""
                : " To try the plug-in out, set gamma.webhook.mode: dev, which makes a secret."));
  }

  /**
   * The texts of a source's secrets as they are now, to be compared with those of another time.
   *
   * @throws InvalidConfigurationException if one cannot be read
   */
  List<SecretText> texts(SourceName name, SourceProperties source) {
    List<SecretText> texts = new ArrayList<>();
    for (int i = 0; i < source.secrets().size(); i++) {
      texts.add(text(property(name, "secrets[" + i + "]"), source.secrets().get(i).value()));
    }
    return texts;
  }

  /**
   * The secrets of those texts, with all else as configured.
   *
   * @throws InvalidConfigurationException if one is no secret of the scheme
   */
  List<LiveSecret> of(
      SourceName name, SourceProperties source, SignatureScheme scheme, List<SecretText> texts) {
    List<LiveSecret> secrets = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!source.secrets().get(i).isEmpty()) {
        secrets.add(live(name, i, source.secrets().get(i), texts.get(i), scheme));
      }
    }
    return secrets;
  }

  /**
   * @param text null where it is not known yet
   */
  private LiveSecret live(
      SourceName name,
      int index,
      SecretProperties secret,
      @Nullable SecretText text,
      SignatureScheme scheme) {
    String property = property(name, "secrets[" + index + "]");
    if (scheme.namesKeys() && secret.name() == null) {
      throw problem(
          property,
          "has no name, by which scheme " + scheme.name() + " finds the secret of a signature",
          "Set " + property + ".value to the secret and .name to what the sender calls it.");
    }
    SigningSecret parsed =
        text == null && scheme.isSigned()
            ? scheme.parseSecret(scheme.secretEncoding().generate(new SecureRandom()))
            : parsed(name, property, secret.value(), text == null ? secret.value() : text, scheme);
    return ConfigurationProblem.checked(
        property,
        () -> {
          try {
            return new LiveSecret(
                secret.name() == null ? Integer.toString(index + 1) : secret.name(),
                parsed,
                secret.notBefore(),
                secret.notAfter());
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + "." + e.getMessage(), e);
          }
        });
  }

  private String missingCure(SourceName name, SourceProperties source) {
    // One at least: a list written as one empty text has no elements.
    for (int i = 0; i < Math.max(1, source.secrets().size()); i++) {
      String element = property(name, "secrets[" + i + "]");
      Matcher placeholder = PLACEHOLDER.matcher(origins.apply(element));
      if (placeholder.find()) {
        return "Set the environment variable "
            + placeholder.group(1)
            + ", from which it is read, or the property itself, to the signing secret that the sender"
            + " shows you.";
      }
    }
    return "Set it to the signing secret that the sender shows you, for example secrets:"
        + " [\"${GAMMA_WEBHOOK_SECRET}\"] with that environment variable set.";
  }

  private List<LiveSecret> ofDevMode(SourceName name, SignatureScheme scheme, boolean make) {
    Path file = devSecrets.file(name);
    SecretText text;
    try {
      if (!make && devSecrets.find(name).isEmpty()) {
        return List.of();
      }
      text = devSecrets.findOrMake(name, scheme.secretEncoding());
    } catch (UncheckedIOException e) {
      throw problem(
          "gamma.webhook.data-dir",
          "is "
              + properties.dataDir()
              + ", but the secret of dev mode, "
              + file
              + ", can be neither read nor made there ("
              + e.getCause()
              + ")",
          "Name a folder that this process may write to, or set "
              + property(name, "secrets")
              + ".");
    }
    try {
      SigningSecret secret = scheme.parseSecret(text.reveal());
      if (make) {
        LOG.info(
            "Dev mode: source '{}' has no secret configured; the one in {} is used", name, file);
      }
      return List.of(LiveSecret.always("dev", secret));
    } catch (InvalidSecretException e) {
      throw problem(
          property(name, "secrets"),
          "has no secret, and the one that dev mode made, in " + file + ", " + e.getMessage(),
          "Remove the file, so that another is made, or correct it.");
    }
  }

  private SigningSecret parsed(
      SourceName name,
      String property,
      SecretText secret,
      SecretText text,
      SignatureScheme scheme) {
    // A placeholder that nothing resolves is left as it is by the binder.
    Matcher placeholder = PLACEHOLDER.matcher(secret.reveal());
    if (placeholder.find()) {
      throw problem(
          property,
          "names ${" + placeholder.group(1) + "}, which is not set",
          "Set " + placeholder.group(1) + " in the environment or the configuration.");
    }
    String origin = origins.apply(property);
    if (secret.reveal().startsWith(FILE)) {
      origin = "the file " + secret.reveal().substring(FILE.length());
    }
    if (!scheme.isSigned()) {
      throw problem(
          property(name, "secrets"),
          "must be empty, since scheme " + scheme.name() + " signs nothing",
          "Remove the secrets, or name the scheme that the sender signs with.");
    }
    try {
      return scheme.parseSecret(text.reveal());
    } catch (InvalidSecretException e) {
      throw problem(
          property,
          (origin.isEmpty() ? "" : "(from " + origin + ") ") + e.getMessage(),
          scheme.secretCure()
              + " If the sender signs in another way, set "
              + property(name, "scheme")
              + " (now "
              + scheme.name()
              + ") to one of "
              + new SchemeCatalogue().signing()
              + " or to a definition of your own.");
    }
  }

  /** The secret itself, from where it is. */
  private SecretText text(String property, SecretText secret) {
    String text = secret.reveal();
    if (text.startsWith(FILE)) {
      return read(property, text.substring(FILE.length()));
    }
    if (camel == null || !CAMEL.matcher(text).matches()) {
      return secret;
    }
    String resolved;
    try {
      resolved = camel.apply(text);
    } catch (RuntimeException e) {
      throw problem(
          property,
          "is " + text + ", which Camel cannot resolve (" + e.getClass().getSimpleName() + ")",
          CAMEL_CURE);
    }
    // A function that is not there makes what follows it the default: readable, so no secret.
    if (text.endsWith(":" + resolved + "}}")) {
      throw problem(
          property,
          "is " + text + ", of which Camel takes the text after the colon for the secret",
          CAMEL_CURE);
    }
    return SecretText.valueOf(resolved);
  }

  private static SecretText read(String property, String file) {
    try {
      return SecretText.valueOf(Files.readString(Path.of(file)));
    } catch (IOException | InvalidPathException e) {
      throw problem(
          property,
          "names the file "
              + file
              + ", which cannot be read ("
              + e.getClass().getSimpleName()
              + ")",
          "Make the file readable for this process, or name another.");
    }
  }

  private static String property(SourceName source, String option) {
    return GammaWebhookProperties.PREFIX + ".sources." + source + "." + option;
  }

  private static InvalidConfigurationException problem(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }
}
