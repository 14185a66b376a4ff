package io.gammawebhook.springboot.app;

import io.gammawebhook.admin.health.RoutesHealth;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.routes.FolderWatch;
import io.gammawebhook.routes.RouteFolder;
import io.gammawebhook.springboot.ConfigurationSection;
import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.springboot.SourceProperties;
import io.gammawebhook.springboot.Spelling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The route files of the runnable product: each loaded by itself, and again when it changes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoutesProperties.class)
class RoutesConfiguration {

  @Bean
  static ConfigurationSection routesSection() {
    return new ConfigurationSection("gamma.routes", RoutesProperties.class);
  }

  @Bean
  RoutesCollector routesCollector(
      ApplicationContext application, CamelConfigurationProperties properties) {
    return new OtherRoutesCollector(application, properties.getMain().isIncludeNonSingletons());
  }

  @Bean
  FolderFiles routeFiles(
      CamelContext camel, RoutesCollector collector, CamelConfigurationProperties properties) {
    return new FolderFiles(camel, collector, properties);
  }

  @Bean
  RouteFolder routeFolder(
      CamelContext camel,
      FolderFiles files,
      GammaWebhookProperties properties,
      RoutesProperties routes) {
    return new RouteFolder(
        (ModelCamelContext) camel,
        files,
        Spelling::nearest,
        paths(properties.sources()),
        between("drain", routes.drain(), Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }

  /** Before the ingress, which takes its template from these files. */
  @Bean
  @Order(0)
  CamelContextConfiguration routeFolderWithCamel(
      RouteFolder folder, FolderFiles files, RoutesProperties routes) {
    Duration interval =
        between(
            "check-interval", routes.checkInterval(), Duration.ofMillis(100), Duration.ofHours(1));
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext camel) {
        folder.prepare();
      }

      @Override
      public void afterApplicationStart(CamelContext camel) {
        if (routes.reload()) {
          new FolderWatch(folder, files, interval, camel).begin();
        }
      }
    };
  }

  /** The paths of the configured sources, by name. */
  static Map<String, String> paths(Map<String, SourceProperties> sources) {
    Map<String, String> paths = new TreeMap<>();
    sources.forEach(
        (name, source) ->
            paths.put(
                name, source.path() == null ? SourceDefinition.defaultPath(name) : source.path()));
    return paths;
  }

  private static Duration between(String option, Duration time, Duration least, Duration most) {
    if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  "gamma.routes." + option,
                  "must be between "
                      + least.toMillis()
                      + "ms and "
                      + most.toMinutes()
                      + "m, was "
                      + time.toMillis()
                      + "ms",
                  "Choose a value within that range.")));
    }
    return time;
  }

  /** Shown as {@code routes}. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  static class Health {
    @Bean
    @ConditionalOnEnabledHealthIndicator("routes")
    HealthIndicator routesHealthIndicator(RouteFolder folder) {
      return new RoutesHealth(folder::states);
    }
  }
}
