package io.gammawebhook.springboot.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelSpringBootRoutesCollector;
import org.apache.camel.support.PluginHelper;
import org.springframework.context.ApplicationContext;

/**
 * Camel's finder of routes; it names all files, and loads those that are not loaded by themselves.
 */
final class OtherRoutesCollector extends CamelSpringBootRoutesCollector {

  OtherRoutesCollector(ApplicationContext application, boolean includeNonSingletons) {
    super(application, includeNonSingletons);
  }

  @Override
  protected void doCollectRoutesFromDirectory(
      CamelContext camel,
      List<RoutesBuilder> builders,
      String exclude,
      String include,
      boolean optional) {
    Collection<Resource> others =
        new ArrayList<>(findRouteResourcesFromDirectory(camel, exclude, include));
    others.removeIf(FolderFiles::isOurs);
    try {
      builders.addAll(PluginHelper.getRoutesLoader(camel).findRoutesBuilders(others, optional));
    } catch (Exception e) {
      throw RuntimeCamelException.wrapRuntimeException(e);
    }
  }
}
