package io.gammawebhook.springboot;

import io.gammawebhook.camel.CamelCheck;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Looks at the whole configuration before anything is made, so that an engineer sees all that is
 * wrong with it at the first start, and no server is begun in vain.
 */
public final class StartCheck implements BeanFactoryPostProcessor {

  private static final String COMPONENT = "camel.component.webhook-inbox";

  /** What Camel on Spring Boot itself reads of a component's name. */
  private static final Set<String> OF_EVERY_COMPONENT =
      Set.of("enabled", "autowired-enabled", "bridge-error-handler", "customizer");

  private static final String MODE = GammaWebhookProperties.PREFIX + ".mode";

  private final Environment environment;

  public StartCheck(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    CamelCheck.run();
    // First: a variable that sets nothing may be the cause of what is refused below.
    if (environment instanceof ConfigurableEnvironment configurable) {
      MisspeltVariables.of(configurable).warn();
    }
    check(List.copyOf(beans.getBeansOfType(ConfigurationSection.class, false, false).values()));
  }

  /**
   * Checks sections of the configuration.
   *
   * @throws InvalidConfigurationException with everything that is wrong with any of them
   */
  private void check(List<ConfigurationSection> sections) {
    List<ConfigurationProblem> problems = problems(environment, sections);
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  /** Everything that is wrong with sections of the configuration. Makes nothing. */
  public static List<ConfigurationProblem> problems(
      Environment environment, List<ConfigurationSection> sections) {
    List<ConfigurationProblem> problems = componentOptions(environment);
    for (ConfigurationSection section : sections) {
      SectionBinding.Read read = SectionBinding.of(environment, section);
      problems.addAll(read.problems());
      if (read.properties() instanceof GammaWebhookProperties properties) {
        // What cannot be read has its default here, which breaks no rule but may seem to.
        Set<String> said =
            read.problems().stream()
                .map(ConfigurationProblem::property)
                .collect(Collectors.toSet());
        // Where the mode cannot be read, nobody knows how strict it was meant to be.
        GammaWebhookProperties judged = said.contains(MODE) ? properties.inDevMode() : properties;
        PluginRules.broken(judged, new PropertyOrigins(environment)).stream()
            .filter(problem -> !said.contains(problem.property()))
            .forEach(problems::add);
      }
    }
    return problems;
  }

  /** Nobody reads the component's options here; a data folder of theirs would be nobody's. */
  private static List<ConfigurationProblem> componentOptions(Environment environment) {
    return Binder.get(environment)
        .bind(COMPONENT, Bindable.mapOf(String.class, Object.class))
        .map(Map::keySet)
        .orElse(Set.of())
        .stream()
        .filter(name -> !OF_EVERY_COMPONENT.contains(name.split("\\.", 2)[0]))
        .sorted()
        .map(
            name ->
                new ConfigurationProblem(
                    COMPONENT + "." + name,
                    "has no effect on Spring Boot",
                    "Set it under gamma.webhook; docs/configuration.md has the names."))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /**
   * Refuses names under {@code gamma.webhook} that are no property, and values that cannot be read,
   * for a command that needs only a part of the configuration.
   *
   * @throws InvalidConfigurationException with all of them
   */
  public static GammaWebhookProperties readable(Environment environment) {
    SectionBinding.Read read =
        SectionBinding.of(
            environment,
            new ConfigurationSection(GammaWebhookProperties.PREFIX, GammaWebhookProperties.class));
    if (!read.problems().isEmpty()) {
      throw new InvalidConfigurationException(read.problems());
    }
    return (GammaWebhookProperties) read.properties();
  }
}
