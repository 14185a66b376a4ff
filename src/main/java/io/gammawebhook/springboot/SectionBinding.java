package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Binds a section as Boot does, but goes on after a fault, so that all of them are known at once.
 * What cannot be read has its default in the result.
 */
final class SectionBinding extends AbstractBindHandler {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)[^}]*}");

  private final ConfigurationSection section;
  private final Set<ConfigurationPropertyName> faulty = new TreeSet<>();
  private final List<ConfigurationProblem> problems = new ArrayList<>();
  private final Set<ConfigurationProperty> unknown = new TreeSet<>();

  private SectionBinding(ConfigurationSection section) {
    super(new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
    this.section = section;
  }

  /**
   * What came of it.
   *
   * @param properties the record, with defaults for what is wrong
   * @param problems all unknown names and unreadable values
   */
  record Read(Record properties, List<ConfigurationProblem> problems) {}

  static Read of(Environment environment, ConfigurationSection section) {
    Binder binder = Binder.get(environment);
    SectionBinding binding = new SectionBinding(section);
    binder.bind(section.prefix(), Bindable.of(section.type()), binding);
    Record properties =
        binder.bindOrCreate(section.prefix(), Bindable.of(section.type()), new Lenient());
    return new Read(properties, binding.all());
  }

  /** The second time nothing is noted. */
  private static final class Lenient extends AbstractBindHandler {
    @Override
    public @Nullable Object onFailure(
        ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) {
      return null;
    }
  }

  @Override
  public Object onSuccess(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
    Collection<?> values = result instanceof Collection<?> several ? several : List.of(result);
    for (Object value : values) {
      Matcher placeholder = PLACEHOLDER.matcher(value instanceof String text ? text : "");
      if (placeholder.find() && faulty.add(name)) {
        problems.add(
            new ConfigurationProblem(
                name.toString(),
                "names ${" + placeholder.group(1) + "}, which is not set",
                "Set " + placeholder.group(1) + " in the environment or the configuration."));
      }
    }
    return super.onSuccess(name, target, context, result);
  }

  @Override
  public @Nullable Object onFailure(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) {
    if (error instanceof UnboundConfigurationPropertiesException unbound) {
      unknown.addAll(unbound.getUnboundProperties());
    } else if (faulty.add(name)) {
      problems.add(unreadable(name, target, context));
    }
    return null;
  }

  private static ConfigurationProblem unreadable(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context) {
    ConfigurationProperty property = context.getConfigurationProperty();
    // As it is written: a placeholder stays one. Secrets are texts, which are always readable.
    String value = property == null ? "" : "is '" + property.getValue() + "', which ";
    String where =
        property == null || property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
    Class<?> type = target.getType().resolve(Object.class);
    if (Collection.class.isAssignableFrom(type)) {
      type = target.getType().getGeneric(0).resolve(Object.class);
    }
    return new ConfigurationProblem(
        name.toString(), value + "cannot be read" + where, form(name, type));
  }

  private static String form(ConfigurationPropertyName name, Class<?> type) {
    String form;
    if (type.isEnum()) {
      form =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
              .collect(Collectors.joining(" or "));
    } else if (type == Duration.class) {
      form = "a time, such as 10ms, 5s, 5m, 2h or 1d";
    } else if (type == Instant.class) {
      form = "a time in UTC, such as 2026-12-01T00:00:00Z";
    } else if (type == DataSize.class) {
      form = "a size, such as 512KB or 1MB";
    } else if (type == boolean.class || type == Boolean.class) {
      form = "true or false";
    } else if (type == int.class || type == Integer.class) {
      form = "a whole number";
    } else if (type == double.class) {
      form = "a number, such as 0.1";
    } else {
      form = "what docs/configuration.md says of it";
    }
    return "Set " + name + " to " + form + ".";
  }

  private List<ConfigurationProblem> all() {
    KnownProperties known = new KnownProperties(section);
    Stream<ConfigurationProblem> misspelt =
        unknown.stream()
            .filter(property -> !isPartOfAFault(property.getName()))
            .map(
                property ->
                    new ConfigurationProblem(
                        property.getName().toString(),
                        "is no property of the Gamma webhook plugin"
                            + (property.getOrigin() == null
                                ? ""
                                : " (" + property.getOrigin() + ")"),
                        known.cure(property.getName())));
    return Stream.concat(misspelt, problems.stream()).toList();
  }

  /** What follows an unreadable element of a list is not bound either, and is no fault. */
  private boolean isPartOfAFault(ConfigurationPropertyName name) {
    return faulty.stream()
        .map(fault -> fault.isLastElementIndexed() ? fault.getParent() : fault)
        .anyMatch(fault -> fault.equals(name) || fault.isAncestorOf(name));
  }
}
