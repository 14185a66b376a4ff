package io.gammawebhook.routes;

import java.util.List;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.service.ServiceHelper;

/**
 * What a file defines, in a context: brought in step by step, so that the configurations of all
 * files are there before the routes of any are prepared.
 */
final class FileDefinitions {

  private final ModelCamelContext context;
  private final RouteBuilder builder;

  private FileDefinitions(ModelCamelContext context, RouteBuilder builder) {
    this.context = context;
    this.builder = builder;
  }

  /**
   * Makes the file's beans and configurations known. Camel's own loader remembers which files it
   * has read, and after one that failed it would not make the beans of the next version; so each
   * file has a loader of its own.
   */
  static FileDefinitions read(ModelCamelContext context, RouteFile file) throws Exception {
    YamlRoutesBuilderLoader loader = new YamlRoutesBuilderLoader();
    loader.setCamelContext(context);
    ServiceHelper.startService(loader);
    Resource resource = file.resource();
    loader.preParseRoute(resource);
    RouteBuilder builder = (RouteBuilder) loader.loadRoutesBuilder(resource);
    if (builder instanceof RouteConfigurationBuilder configurations) {
      configurations.addRouteConfigurationsToCamelContext(context);
    }
    return new FileDefinitions(context, builder);
  }

  /** Makes the templates known, and prepares the routes, which take the configurations. */
  void prepare() throws Exception {
    builder.prepareModel(context);
  }

  /** Adds the routes; a context that has started starts them. */
  void addRoutes() throws Exception {
    for (RouteDefinition route : List.copyOf(routes())) {
      try {
        context.addRouteDefinition(route);
      } catch (Exception e) {
        throw route.getId() == null
            ? e
            : new FailedToStartRouteException(route.getId(), String.valueOf(e.getMessage()), e);
      }
    }
    builder.addTemplatedRoutesToCamelContext(context);
  }

  List<RouteDefinition> routes() {
    return builder.getRouteCollection().getRoutes();
  }

  List<RouteTemplateDefinition> templates() {
    return builder.getRouteTemplateCollection().getRouteTemplates();
  }

  List<RouteConfigurationDefinition> configurations() {
    return builder instanceof RouteConfigurationBuilder configurations
        ? configurations.getRouteConfigurationCollection().getRouteConfigurations()
        : List.of();
  }

  List<RestDefinition> rests() {
    return builder.getRestCollection().getRests();
  }
}
