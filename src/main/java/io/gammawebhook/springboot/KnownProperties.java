package io.gammawebhook.springboot;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** The names of a section's properties, read from its record, and which of them was meant. */
final class KnownProperties {

  private final ConfigurationSection section;

  KnownProperties(ConfigurationSection section) {
    this.section = section;
  }

  /** What to do about a name that is none: the nearest one, and all of the same place. */
  String cure(ConfigurationPropertyName unknown) {
    ConfigurationPropertyName at = ConfigurationPropertyName.of(section.prefix());
    Class<?> type = section.type();
    int next = at.getNumberOfElements();
    while (next < unknown.getNumberOfElements() - 1) {
      RecordComponent component = component(type, element(unknown, next));
      if (component == null) {
        break;
      }
      at = unknown.chop(++next);
      Class<?> inner = component.getType();
      if (Map.class.isAssignableFrom(inner) && next < unknown.getNumberOfElements() - 1) {
        // The key of a map, such as a source's name, may be anything.
        at = unknown.chop(++next);
        inner = valueType(component);
      }
      if (!inner.isRecord()) {
        return "Correct the name or remove the property.";
      }
      type = inner;
    }
    List<String> names = names(type);
    String wrong = element(unknown, next);
    String place = at.toString();
    String meant =
        Spelling.nearest(wrong, names)
            .map(name -> place + "." + name)
            .or(() -> elsewhere(section.type(), section.prefix(), wrong))
            .map(name -> "Did you mean " + name + "? ")
            .orElse("");
    return meant
        + place
        + " has "
        + String.join(", ", names)
        + (meant.isEmpty() ? ". Correct the name or remove the property." : ".");
  }

  /** A property of exactly that name in another place, which somebody put into the wrong one. */
  private static Optional<String> elsewhere(Class<?> type, String prefix, String name) {
    for (RecordComponent component : type.getRecordComponents()) {
      String here = prefix + "." + kebab(component.getName());
      if (here.endsWith("." + name)) {
        return Optional.of(here);
      }
      if (component.getType().isRecord()) {
        Optional<String> found = elsewhere(component.getType(), here, name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The names of environment variables that set something, each in the form without and with
   * underscores for hyphens.
   *
   * @param keys the keys of maps, such as the names of sources
   */
  List<String> environmentNames(Collection<String> keys) {
    List<String> names = new ArrayList<>();
    addEnvironmentNames(section.type(), environment(section.prefix()), keys, names);
    return names;
  }

  private static void addEnvironmentNames(
      Class<?> type, String prefix, Collection<String> keys, List<String> names) {
    for (String name : names(type)) {
      RecordComponent component = component(type, name);
      if (component == null) {
        continue;
      }
      for (String spelling : List.of(name.replace("-", ""), name.replace('-', '_'))) {
        String here = prefix + "_" + environment(spelling);
        if (component.getType() == SchemeProperties.class) {
          // The short form; a definition in place is more than one writes into variables.
          names.add(here);
        } else if (component.getType().isRecord()) {
          addEnvironmentNames(component.getType(), here, keys, names);
        } else if (Map.class.isAssignableFrom(component.getType())) {
          Class<?> value = valueType(component);
          for (String key : value.isRecord() ? keys : List.<String>of()) {
            addEnvironmentNames(value, here + "_" + environment(key.replace("-", "")), keys, names);
          }
        } else {
          names.add(here);
        }
      }
    }
  }

  private static String environment(String name) {
    return name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> kebab(component.getName()))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static @Nullable RecordComponent component(Class<?> type, String name) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.getName().equalsIgnoreCase(name.replace("-", "")))
        .findFirst()
        .orElse(null);
  }

  private static Class<?> valueType(RecordComponent component) {
    Type value =
        component.getGenericType() instanceof ParameterizedType map
            ? map.getActualTypeArguments()[1]
            : Object.class;
    return value instanceof Class<?> known ? known : Object.class;
  }

  private static String element(ConfigurationPropertyName name, int index) {
    return name.getElement(index, Form.DASHED);
  }

  private static String kebab(String camelCase) {
    return camelCase.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
