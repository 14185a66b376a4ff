package io.gammawebhook.springboot.app;

import io.gammawebhook.routes.RouteFile;
import io.gammawebhook.routes.RouteFiles;
import io.gammawebhook.routes.RouteProblem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelConfigurationProperties;

/** The YAML files on disk that {@code camel.main.routes-include-pattern} names. */
record FolderFiles(
    CamelContext camel, RoutesCollector collector, CamelConfigurationProperties properties)
    implements RouteFiles {

  /** Whether a file is loaded by itself; what is no list of routes, such as a Pipe, is Camel's. */
  static boolean isOurs(Resource file) {
    String location = file.getLocation();
    return location.startsWith("file:")
        && location.endsWith(".yaml")
        && !location.endsWith(".pipe.yaml")
        && !location.endsWith(".kamelet.yaml");
  }

  @Override
  public Listing list() {
    List<RouteFile> files = new ArrayList<>();
    List<RouteProblem> unreadable = new ArrayList<>();
    CamelConfigurationProperties.Main main = properties.getMain();
    if (!main.isRoutesCollectorEnabled()) {
      return new Listing(files, unreadable);
    }
    for (Resource resource : found(main)) {
      if (!isOurs(resource)) {
        continue;
      }
      try {
        files.add(RouteFile.read(resource));
      } catch (FileNotFoundException | NoSuchFileException e) {
        if (resource.exists()) {
          unreadable.add(unreadable(resource, e));
        }
      } catch (IOException e) {
        unreadable.add(unreadable(resource, e));
      }
    }
    files.sort(Comparator.comparing(RouteFile::name));
    unreadable.sort(Comparator.comparing(RouteProblem::file));
    return new Listing(List.copyOf(files), List.copyOf(unreadable));
  }

  /** A folder that is not there has no files; whether that may be is not for here. */
  private Collection<Resource> found(CamelConfigurationProperties.Main main) {
    try {
      return collector.findRouteResourcesFromDirectory(
          camel, main.getRoutesExcludePattern(), main.getRoutesIncludePattern());
    } catch (RuntimeCamelException e) {
      if (e.getCause() instanceof FileNotFoundException
          || e.getCause() instanceof NoSuchFileException) {
        return List.of();
      }
      throw e;
    }
  }

  private static RouteProblem unreadable(Resource resource, IOException fault) {
    return new RouteProblem(
        resource.getLocation().substring("file:".length()),
        0,
        "The file cannot be read (" + fault.getClass().getSimpleName() + ")",
        "Let this process read it, or remove it.");
  }
}
