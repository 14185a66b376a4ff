package io.gammawebhook.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One thing that is wrong with the configuration.
 *
 * @param property the full name of the property
 * @param fault what is wrong, in words that follow the property's name; never a secret
 * @param cure what to do, as a sentence
 */
public record ConfigurationProblem(String property, String fault, String cure) {

  private static final String PREFIX = "gamma.webhook.";

  /**
   * Runs a check of another room, which names the property first, as {@code gamma.webhook.… must
   * …}.
   *
   * @param fallback the property, where the check names none
   * @throws InvalidConfigurationException in place of its {@code IllegalArgumentException}
   */
  public static <T> T checked(String fallback, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int space = message.indexOf(' ');
      boolean named = message.startsWith(PREFIX) && space > 0;
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  named ? message.substring(0, space) : fallback,
                  named ? message.substring(space + 1) : message,
                  "Correct the property and start again.")));
    }
  }

  /**
   * @throws InvalidConfigurationException if it does not hold
   */
  public static void must(boolean holds, String property, String rule) {
    if (!holds) {
      throw new InvalidConfigurationException(
          List.of(new ConfigurationProblem(property, rule, "Choose a value within that range.")));
    }
  }

  /** Everything that breaks one of the rules, each said once. */
  public static List<ConfigurationProblem> broken(List<Runnable> rules) {
    Set<ConfigurationProblem> problems = new LinkedHashSet<>();
    for (Runnable rule : rules) {
      try {
        rule.run();
      } catch (InvalidConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    return List.copyOf(problems);
  }

  @Override
  public String toString() {
    return property + " " + fault;
  }
}
