package io.gammawebhook.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.jspecify.annotations.Nullable;

/**
 * A file in the real context: brought in before its routes start, and taken out again with all that
 * it brought. Used by one thread at a time.
 */
final class LoadedFile {

  private final ModelCamelContext context;
  private final CheckedFile checked;
  private final Set<String> routes = new LinkedHashSet<>();
  private @Nullable FileDefinitions definitions;

  LoadedFile(ModelCamelContext context, CheckedFile checked) {
    this.context = context;
    this.checked = checked;
  }

  CheckedFile checked() {
    return checked;
  }

  String name() {
    return checked.file().name();
  }

  /** Makes beans and configurations known. */
  void read() throws Exception {
    definitions = FileDefinitions.read(context, checked.file());
  }

  /** Makes templates known and prepares the routes; after all files have been read. */
  void prepare() throws Exception {
    FileDefinitions read = definitions;
    if (read != null) {
      read.prepare();
    }
  }

  /** Adds and starts the routes, in a context that has started. */
  void start() throws Exception {
    FileDefinitions read = definitions;
    if (read == null) {
      return;
    }
    Set<String> before = ids();
    try {
      read.addRoutes();
    } finally {
      routes.addAll(ids());
      routes.removeAll(before);
    }
  }

  private Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    for (RouteDefinition definition : context.getRouteDefinitions()) {
      // What a Kamelet made is found by the route that it was made for.
      if (parent(definition) == null) {
        ids.add(definition.getRouteId());
      }
    }
    return ids;
  }

  private static @Nullable String parent(RouteDefinition definition) {
    @Nullable Map<String, Object> parameters = definition.getTemplateParameters();
    return parameters != null && parameters.get("parentRouteId") instanceof String parent
        ? parent
        : null;
  }

  /**
   * The file's routes and those that its source Kamelets made, which have events in hand. The
   * routes of other Kamelets are called by them, and by other files' routes if those use one in the
   * same way.
   */
  List<Route> running() {
    List<Route> running = new ArrayList<>();
    for (String id : withKamelets()) {
      @Nullable Route route = context.getRoute(id);
      boolean called =
          route != null
              && route.isCreatedByKamelet()
              && route.getEndpoint() instanceof KameletEndpoint;
      if (route != null && !called) {
        running.add(route);
      }
    }
    return running;
  }

  /** Camel remembers of a Kamelet's route which route it was made for. */
  private Set<String> withKamelets() {
    Set<String> all = new LinkedHashSet<>(routes);
    boolean more = true;
    while (more) {
      more = false;
      for (RouteDefinition definition : context.getRouteDefinitions()) {
        @Nullable String parent = parent(definition);
        if (parent != null && all.contains(parent)) {
          more |= all.add(definition.getRouteId());
        }
      }
    }
    return all;
  }

  /** Takes everything out. The routes' work is over; what of Kamelets others still use stays. */
  void remove() throws Exception {
    Set<String> all = withKamelets();
    Set<String> made = new LinkedHashSet<>(all);
    made.removeAll(routes);
    for (String id : routes) {
      removeRoute(id);
    }
    for (String id : made) {
      if (!isInUse(id)) {
        removeRoute(id);
      }
    }
    routes.clear();
    FileDefinitions read = definitions;
    if (read != null) {
      List<RouteTemplateDefinition> templates = new ArrayList<>(read.templates());
      context.removeRouteTemplateDefinitions(templates);
      context.getRouteConfigurationDefinitions().removeAll(read.configurations());
      context.getRestDefinitions().removeAll(read.rests());
    }
    checked.names(Claim.Kind.BEAN).forEach(context.getRegistry()::unbind);
    definitions = null;
  }

  private void removeRoute(String id) throws Exception {
    if (context.getRoute(id) != null) {
      context.getRouteController().stopRoute(id);
      context.removeRoute(id);
    }
    @Nullable RouteDefinition left = context.getRouteDefinition(id);
    if (left != null) {
      context.getRouteDefinitions().remove(left);
    }
  }

  /** Camel drops an endpoint with the last route that uses it. */
  private boolean isInUse(String kameletRoute) {
    for (Endpoint endpoint : context.getEndpoints()) {
      if (endpoint instanceof KameletEndpoint kamelet
          && kamelet.getRouteId().equals(kameletRoute)) {
        return true;
      }
    }
    return false;
  }

  /** The names of the routes, as they are said to people. */
  List<String> routeNames() {
    return routes.stream().filter(id -> context.getRoute(id) != null).sorted().toList();
  }
}
