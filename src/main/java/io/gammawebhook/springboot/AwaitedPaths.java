package io.gammawebhook.springboot;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.OwnEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Finds the paths that the host's YAML routes will open themselves, by a source Kamelet or by the
 * option {@code path}. Camel reads the routes only after the port is open, and in between nothing
 * else knows that a webhook to such a path is for us: the host's security would refuse it, and a
 * controller on a pattern might even acknowledge it. The files are read and nothing is made of
 * them; a file that cannot be read is Camel's to complain of.
 */
final class AwaitedPaths implements SmartInitializingSingleton {

  private static final Logger LOG = LoggerFactory.getLogger(AwaitedPaths.class);

  private final CamelContext camel;
  private final @Nullable RoutesCollector collector;
  private final @Nullable CamelConfigurationProperties camelProperties;
  private final IngressGate gate;

  /**
   * @param collector Camel's finder of route files; null where it has none
   */
  AwaitedPaths(
      CamelContext camel,
      @Nullable RoutesCollector collector,
      @Nullable CamelConfigurationProperties camelProperties,
      IngressGate gate) {
    this.camel = camel;
    this.collector = collector;
    this.camelProperties = camelProperties;
    this.gate = gate;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (collector == null || camelProperties == null) {
      return;
    }
    CamelConfigurationProperties.Main main = camelProperties.getMain();
    if (!main.isRoutesCollectorEnabled()) {
      return;
    }
    try {
      collector
          .findRouteResourcesFromDirectory(
              camel, main.getRoutesExcludePattern(), main.getRoutesIncludePattern())
          .stream()
          .filter(file -> file.getLocation().matches("(?i).*\\.ya?ml"))
          .forEach(this::read);
    } catch (RuntimeException e) {
      LOG.debug("The route files cannot be listed; Camel will say why", e);
    }
  }

  private void read(Resource file) {
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    try (InputStream in = file.getInputStream()) {
      new Load(settings).loadAllFromInputStream(in).forEach(this::visit);
    } catch (IOException | YamlEngineException | StackOverflowError e) {
      LOG.debug("{} cannot be read; Camel will say why", file.getLocation(), e);
    }
  }

  private void visit(@Nullable Object node) {
    if (node instanceof Map<?, ?> map) {
      from(map.get("uri"), map.get("parameters"));
      from(map.get("from"), null);
      map.values().forEach(this::visit);
    } else if (node instanceof Collection<?> list) {
      list.forEach(this::visit);
    }
  }

  private void from(@Nullable Object uri, @Nullable Object parameters) {
    if (uri instanceof String text) {
      @Nullable OwnEndpoint own =
          OwnEndpoint.of(text, name -> parameters instanceof Map<?, ?> map ? map.get(name) : null);
      if (own != null) {
        await(own.path());
      }
    }
  }

  private void await(String path) {
    try {
      gate.await(camel.resolvePropertyPlaceholders(path));
    } catch (IllegalArgumentException e) {
      LOG.debug("The path {} is not known yet", path, e);
    }
  }
}
