package io.gammawebhook.springboot;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SigningSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the signing secrets of a source; no message shows one. */
final class SourceSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSecrets.class);

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");
  private static final String FILE = "file:";

  private final GammaWebhookProperties properties;
  private final DevSecrets devSecrets;
  private final UnaryOperator<String> origins;

  /**
   * @param origins says where a property's value comes from; empty if that is not known
   */
  SourceSecrets(
      GammaWebhookProperties properties, DevSecrets devSecrets, UnaryOperator<String> origins) {
    this.properties = properties;
    this.devSecrets = devSecrets;
    this.origins = origins;
  }

  /**
   * All secrets of a source; none where its scheme signs nothing.
   *
   * @param make whether dev mode makes a missing one now; else none is returned
   * @throws InvalidConfigurationException with everything that is wrong with them
   */
  List<SigningSecret> of(
      SourceName name, SourceProperties source, SignatureScheme scheme, boolean make) {
    List<SigningSecret> secrets = new ArrayList<>();
    List<ConfigurationProblem> problems = new ArrayList<>();
    for (int i = 0; i < source.secrets().size(); i++) {
      SecretText secret = source.secrets().get(i);
      if (!secret.isEmpty()) {
        String property = property(name, "secrets[" + i + "]");
        try {
          secrets.add(parsed(name, property, secret, scheme));
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

  private List<SigningSecret> ofDevMode(SourceName name, SignatureScheme scheme, boolean make) {
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
      return List.of(secret);
    } catch (InvalidSecretException e) {
      throw problem(
          property(name, "secrets"),
          "has no secret, and the one that dev mode made, in " + file + ", " + e.getMessage(),
          "Remove the file, so that another is made, or correct it.");
    }
  }

  private SigningSecret parsed(
      SourceName name, String property, SecretText secret, SignatureScheme scheme) {
    // A placeholder that nothing resolves is left as it is by the binder.
    Matcher placeholder = PLACEHOLDER.matcher(secret.reveal());
    if (placeholder.find()) {
      throw problem(
          property,
          "names ${" + placeholder.group(1) + "}, which is not set",
          "Set " + placeholder.group(1) + " in the environment or the configuration.");
    }
    String origin = origins.apply(property);
    SecretText text = secret;
    if (secret.reveal().startsWith(FILE)) {
      String file = secret.reveal().substring(FILE.length());
      text = read(property, file);
      origin = "the file " + file;
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
          scheme.secretEncoding().cure()
              + " If the sender signs in another way, set "
              + property(name, "scheme")
              + " (now "
              + scheme.name()
              + ") to one of "
              + signing(new SchemeCatalogue())
              + " or to a definition of your own.");
    }
  }

  private static List<String> signing(SchemeCatalogue catalogue) {
    return catalogue.names().stream().filter(name -> catalogue.byName(name).isSigned()).toList();
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
