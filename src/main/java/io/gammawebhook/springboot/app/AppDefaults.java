package io.gammawebhook.springboot.app;

import io.gammawebhook.springboot.app.demo.DemoParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.DefaultPropertiesPropertySource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessorApplicationListener;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * Gives the product its own configuration, below every other. It is no {@code application.yml}: in
 * the plug-in's jar that file would become part of every host's configuration.
 */
final class AppDefaults
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  private static final String FOLDER = "io/gammawebhook/springboot/app/";

  /** Prepares an application that is about to run. */
  static void addTo(SpringApplication application) {
    application.setDefaultProperties(load("defaults.yaml"));
    application.addListeners(new AppDefaults());
  }

  /**
   * After Boot has read the user's files, on which the sample source depends and which may choose
   * the demo; before it sets up the logging.
   */
  @Override
  public int getOrder() {
    return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 1;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    Map<String, Object> sources =
        Binder.get(environment)
            .bind("gamma.webhook.sources", Bindable.mapOf(String.class, Object.class))
            .orElse(Map.of());
    if (sources.isEmpty() || sources.containsKey("gamma")) {
      DefaultPropertiesPropertySource.addOrMerge(
          load("gamma-source.yaml"), environment.getPropertySources());
    }
    if (DemoParts.isWanted(environment)) {
      DefaultPropertiesPropertySource.addOrMerge(
          load("demo.yaml"), environment.getPropertySources());
    }
  }

  private static Map<String, Object> load(String file) {
    try {
      List<PropertySource<?>> documents =
          new YamlPropertySourceLoader().load(file, new ClassPathResource(FOLDER + file));
      Map<String, Object> properties = new LinkedHashMap<>();
      for (PropertySource<?> document : documents) {
        for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
          properties.put(name, String.valueOf(document.getProperty(name)));
        }
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("The jar is broken: it lacks " + FOLDER + file, e);
    }
  }
}
