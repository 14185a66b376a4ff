package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts that are secret from where the configuration says that they are; no message shows
 * one. Safe for use by many threads.
 */
final class SecretTexts {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");
  private static final String FILE = "file:";

  private static final String CAMEL_CURE =
      "Set that property, or add the vault's component and configure it under camel.vault; the"
          + " name before the first colon is the function.";

  /** What Camel resolves: a property of its own, or the functions of its vaults. */
  private static final Pattern CAMEL = Pattern.compile("\\{\\{.+}}", Pattern.DOTALL);

  private final @Nullable UnaryOperator<String> camel;

  /**
   * @param camel resolves <code>{{…}}</code>, or throws; null where Camel is not there: what is of
   *     that form is then not to be read
   */
  SecretTexts(@Nullable UnaryOperator<String> camel) {
    this.camel = camel;
  }

  /** Whether a secret may become another one while the application runs. */
  static boolean mayChange(SecretText secret) {
    return isFile(secret) || isOfCamel(secret);
  }

  /** Whether it is in a file. */
  static boolean isFile(SecretText secret) {
    return secret.reveal().startsWith(FILE);
  }

  /** The file that it is in. */
  static String file(SecretText secret) {
    return secret.reveal().substring(FILE.length());
  }

  /** Whether a secret is known only once Camel is there. */
  static boolean isOfCamel(SecretText secret) {
    return CAMEL.matcher(secret.reveal()).matches();
  }

  /** Whether it can be read now. */
  boolean canRead(SecretText secret) {
    return camel != null || !isOfCamel(secret);
  }

  /**
   * A placeholder that nothing resolves is left as it is by the binder.
   *
   * @throws InvalidConfigurationException if it is one
   */
  static void checkResolved(String property, SecretText secret) {
    Matcher placeholder = PLACEHOLDER.matcher(secret.reveal());
    if (placeholder.find()) {
      throw problem(
          property,
          "names ${" + placeholder.group(1) + "}, which is not set",
          "Set " + placeholder.group(1) + " in the environment or the configuration.");
    }
  }

  /**
   * The secret itself, from where it is.
   *
   * @param property the one that has it, for messages
   * @throws InvalidConfigurationException if it cannot be read
   */
  SecretText text(String property, SecretText secret) {
    String text = secret.reveal();
    if (isFile(secret)) {
      return read(property, file(secret));
    }
    if (camel == null || !isOfCamel(secret)) {
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

  private static InvalidConfigurationException problem(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }
}
