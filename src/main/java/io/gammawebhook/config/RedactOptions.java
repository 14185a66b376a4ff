package io.gammawebhook.config;

import io.gammawebhook.audit.Redaction;
import java.util.List;
import java.util.function.Function;

/**
 * What is redacted before anything is shown or logged.
 *
 * @param defaults whether {@link Redaction#defaults} is part of it
 * @param headers more headers, by name
 * @param jsonPaths JSONPaths of values
 * @param patterns regular expressions
 * @param emails whether e-mail addresses are redacted
 */
public record RedactOptions(
    boolean defaults,
    List<String> headers,
    List<String> jsonPaths,
    List<String> patterns,
    boolean emails) {

  /** Each rule costs time wherever something is shown. */
  private static final int MOST = 100;

  private static final String HEADERS = "gamma.webhook.redact.headers";
  private static final String JSON_PATHS = "gamma.webhook.redact.json-paths";
  private static final String PATTERNS = "gamma.webhook.redact.patterns";

  /** The rules, each to be looked at by itself. */
  public List<Runnable> rules() {
    return List.of(
        () -> checked(HEADERS, headers, Redaction::ofHeaders),
        () -> checked(JSON_PATHS, jsonPaths, Redaction::ofJsonPaths),
        () -> checked(PATTERNS, patterns, Redaction::ofPatterns));
  }

  /**
   * @throws InvalidConfigurationException if one of the lists is wrong
   */
  public Redaction redaction() {
    Redaction redaction =
        checked(HEADERS, headers, Redaction::ofHeaders)
            .plus(checked(JSON_PATHS, jsonPaths, Redaction::ofJsonPaths))
            .plus(checked(PATTERNS, patterns, Redaction::ofPatterns));
    if (defaults) {
      redaction = redaction.plus(Redaction.defaults());
    }
    return emails ? redaction.plus(Redaction.emails()) : redaction;
  }

  private static Redaction checked(
      String property, List<String> texts, Function<List<String>, Redaction> rules) {
    ConfigurationProblem.must(
        texts.size() <= MOST, property, "must have at most " + MOST + ", has " + texts.size());
    return ConfigurationProblem.checked(property, () -> rules.apply(texts));
  }
}
