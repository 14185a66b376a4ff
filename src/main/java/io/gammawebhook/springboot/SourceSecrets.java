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
import java.io.UncheckedIOException;
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

  private final GammaWebhookProperties properties;
  private final DevSecrets devSecrets;
  private final UnaryOperator<String> origins;
  private final SecretTexts texts;

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
    this.texts = new SecretTexts(camel);
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
              texts.canRead(secret.value()) ? texts.text(property, secret.value()) : null;
          secrets.add(live(name, i, secret, text, scheme));
        } catch (InvalidConfigurationException e) {
          problems.addAll(e.problems());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    if (!secrets.isEmpty() || !scheme.isSigned() || properties.registersSecretOf(name.value())) {
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
    List<SecretText> found = new ArrayList<>();
    for (int i = 0; i < source.secrets().size(); i++) {
      found.add(texts.text(property(name, "secrets[" + i + "]"), source.secrets().get(i).value()));
    }
    return found;
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
    SecretTexts.checkResolved(property, secret);
    String origin =
        SecretTexts.isFile(secret)
            ? "the file " + SecretTexts.file(secret)
            : origins.apply(property);
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

  private static String property(SourceName source, String option) {
    return GammaWebhookProperties.PREFIX + ".sources." + source + "." + option;
  }

  private static InvalidConfigurationException problem(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }
}
