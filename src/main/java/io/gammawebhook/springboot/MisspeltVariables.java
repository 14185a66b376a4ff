package io.gammawebhook.springboot;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Finds environment variables that set nothing and are nearly called like a property. They only get
 * a warning: any name may be another program's, or that of a placeholder, such as {@code
 * GAMMA_WEBHOOK_SECRET}; so what is used as a placeholder, and what is like no property, is left
 * alone.
 */
final class MisspeltVariables {

  private static final Logger LOG = LoggerFactory.getLogger(MisspeltVariables.class);

  private static final String PREFIX = "GAMMA_WEBHOOK_";

  /** Nearer is a slip of the pen; GAMMA_WEBHOOK_SECRET is farther from every property. */
  private static final int SLIP = 2;

  private final Map<String, String> meant;

  private MisspeltVariables(Map<String, String> meant) {
    this.meant = meant;
  }

  static MisspeltVariables of(ConfigurableEnvironment environment) {
    Set<String> keys = new TreeSet<>();
    for (String map : List.of(".sources", ".registrations")) {
      keys.addAll(
          Binder.get(environment)
              .bind(GammaWebhookProperties.PREFIX + map, Bindable.mapOf(String.class, Object.class))
              .orElse(Map.of())
              .keySet());
    }
    List<String> known =
        new KnownProperties(
                new ConfigurationSection(
                    GammaWebhookProperties.PREFIX, GammaWebhookProperties.class))
            .environmentNames(keys);
    Map<String, String> meant = new TreeMap<>();
    for (String variable : environment.getSystemEnvironment().keySet()) {
      if (variable.startsWith(PREFIX)
          && known.stream().noneMatch(name -> sets(variable, name))
          && !isPlaceholder(variable, environment)) {
        Spelling.nearest(variable, known)
            .filter(name -> Spelling.distance(variable, name) <= SLIP)
            .ifPresent(name -> meant.put(variable, name));
      }
    }
    return new MisspeltVariables(meant);
  }

  /** By variable: the name that was probably meant. */
  Map<String, String> meant() {
    return meant;
  }

  void warn() {
    meant.forEach(
        (variable, name) ->
            LOG.warn(
                "The environment variable {} sets no property of the Gamma webhook plugin. Did you"
                    + " mean {}?",
                variable,
                name));
  }

  /** Also an element of a list. */
  private static boolean sets(String variable, String name) {
    return variable.equals(name) || variable.matches(Pattern.quote(name) + "_[0-9]+_?");
  }

  private static boolean isPlaceholder(String variable, ConfigurableEnvironment environment) {
    Pattern placeholder = Pattern.compile("\\$\\{" + variable + "[:}]");
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> enumerable) {
        for (String name : enumerable.getPropertyNames()) {
          Object value = enumerable.getProperty(name);
          if (placeholder.matcher(Objects.toString(value, "")).find()) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
