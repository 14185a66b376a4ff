package io.gammawebhook.springboot;

/**
 * One thing that is wrong with the configuration.
 *
 * @param property the full name of the property
 * @param fault what is wrong, in words that follow the property's name; never a secret
 * @param cure what to do, as a sentence
 */
public record ConfigurationProblem(String property, String fault, String cure) {

  @Override
  public String toString() {
    return property + " " + fault;
  }
}
