package io.gammawebhook.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.SuspendableService;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Stops routes so that nothing new begins and what has begun ends, up to a bounded time. A route
 * that others of them call is stopped after those. Callers from elsewhere wait meanwhile: Camel's
 * {@code direct} blocks until the route is back.
 */
final class GracefulStop {

  private final ModelCamelContext context;
  private final long deadline;

  private GracefulStop(ModelCamelContext context, long deadline) {
    this.context = context;
    this.deadline = deadline;
  }

  /**
   * Stops routes.
   *
   * @return whether all that had begun ended in time
   */
  static boolean of(ModelCamelContext context, List<Route> routes, Duration time) throws Exception {
    return new GracefulStop(context, System.nanoTime() + time.toNanos()).stop(routes);
  }

  private boolean stop(List<Route> routes) throws Exception {
    boolean inTime = true;
    List<Route> remaining = new ArrayList<>(routes);
    while (!remaining.isEmpty()) {
      List<Route> next = notCalled(remaining);
      inTime &= stopTogether(next);
      remaining.removeAll(next);
    }
    return inTime;
  }

  /** Those that no other one calls; all where they call each other in a circle. */
  private List<Route> notCalled(List<Route> routes) {
    Set<String> called = new HashSet<>();
    for (Route route : routes) {
      called.addAll(calls(route));
    }
    List<Route> free = routes.stream().filter(route -> !called.contains(endpoint(route))).toList();
    return free.isEmpty() ? List.copyOf(routes) : free;
  }

  private Set<String> calls(Route route) {
    Set<String> calls = new HashSet<>();
    @Nullable RouteDefinition definition = context.getRouteDefinition(route.getRouteId());
    if (definition != null) {
      for (ToDefinition to :
          ProcessorDefinitionHelper.filterTypeInOutputs(
              definition.getOutputs(), ToDefinition.class)) {
        calls.add(plain(String.valueOf(to.getEndpointUri())));
      }
    }
    calls.remove(endpoint(route));
    return calls;
  }

  private static String endpoint(Route route) {
    return plain(route.getEndpoint().getEndpointUri());
  }

  private static String plain(String uri) {
    return uri.replace("://", ":").split("\\?", 2)[0];
  }

  private boolean stopTogether(List<Route> routes) throws Exception {
    for (Route route : routes) {
      if (route.getConsumer() instanceof DirectConsumer
          && route.getConsumer() instanceof SuspendableService consumer) {
        // Else callers from elsewhere would keep it busy for ever.
        ServiceHelper.suspendService(consumer);
      }
    }
    Set<String> ids = new HashSet<>();
    routes.forEach(route -> ids.add(route.getRouteId()));
    List<RouteStartupOrder> orders =
        context.getCamelContextExtension().getRouteStartupOrder().stream()
            .filter(order -> ids.contains(order.getRoute().getRouteId()))
            .toList();
    ShutdownStrategy strategy = context.getShutdownStrategy();
    strategy.shutdown(context, new ArrayList<>(orders), left(), TimeUnit.MILLISECONDS);
    boolean inTime = !strategy.isTimeoutOccurred();
    for (Route route : routes) {
      if (isThere(context, route)) {
        // Nothing is left to wait for; what hangs was cut off above.
        context.getRouteController().stopRoute(route.getRouteId(), 1, TimeUnit.SECONDS);
      }
    }
    return inTime;
  }

  private long left() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  private static boolean isThere(CamelContext context, Route route) {
    return context.getRoute(route.getRouteId()) != null;
  }
}
