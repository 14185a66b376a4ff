package io.gammawebhook.springboot;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** Says where the value of a property comes from, and never the value. */
public final class PropertyOrigins implements UnaryOperator<String> {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");

  private final Iterable<ConfigurationPropertySource> sources;

  public PropertyOrigins(Environment environment) {
    this.sources = ConfigurationPropertySources.get(environment);
  }

  /**
   * Such as {@code ${GAMMA_WEBHOOK_SECRET}}, or the line of a file.
   *
   * @param property its full name; an element of a list ends in its index, such as {@code [0]}
   * @return empty if it is not known
   */
  @Override
  public String apply(String property) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
    // A list may be written as one text with commas.
    @Nullable ConfigurationPropertyName list =
        name.isLastElementIndexed() ? name.getParent() : null;
    ConfigurationProperty found = find(name, list);
    if (found == null) {
      return "";
    }
    String value = String.valueOf(found.getValue());
    if (found.getName().equals(list)) {
      String[] elements = value.split(",", -1);
      int index = Integer.parseInt(name.getLastElement(ConfigurationPropertyName.Form.ORIGINAL));
      value = index < elements.length ? elements[index] : "";
    }
    Matcher placeholder = PLACEHOLDER.matcher(value);
    if (placeholder.find()) {
      return "${" + placeholder.group(1) + "}";
    }
    return found.getOrigin() == null ? "" : found.getOrigin().toString();
  }

  private @Nullable ConfigurationProperty find(
      ConfigurationPropertyName name, @Nullable ConfigurationPropertyName list) {
    for (ConfigurationPropertySource source : sources) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property == null && list != null) {
        property = source.getConfigurationProperty(list);
      }
      if (property != null) {
        return property;
      }
    }
    return null;
  }
}
