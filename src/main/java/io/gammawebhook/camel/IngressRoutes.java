package io.gammawebhook.camel;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Makes one ingress route a source, from the route template {@value #TEMPLATE_ID}: the host's own,
 * if its routes bring a template of that id, else the one in this jar. It opens the gate once Camel
 * has started fully, and closes it when Camel begins to stop.
 */
public final class IngressRoutes extends LifecycleStrategySupport
    implements ExtendedStartupListener {

  public static final String TEMPLATE_ID = "webhook-ingress";

  /** A route's id is this, followed by its source's name. */
  public static final String ROUTE_ID_PREFIX = "webhook-ingress-";

  private static final String TEMPLATE = "classpath:io/gammawebhook/routes/ingress.camel.yaml";

  private final Receivers receivers;
  private final IngressGate gate;
  private final Queue<Receiver> openLast = new ConcurrentLinkedQueue<>();
  private @Nullable ModelCamelContext context;

  public IngressRoutes(Receivers receivers, IngressGate gate) {
    this.receivers = receivers;
    this.gate = gate;
  }

  Receivers receivers() {
    return receivers;
  }

  /**
   * Adds the routes of all receivers to a context whose own routes are loaded, but which has not
   * started.
   */
  public void addTo(CamelContext camelContext) throws Exception {
    ModelCamelContext model = (ModelCamelContext) camelContext;
    context = model;
    if (model.getRouteTemplateDefinition(TEMPLATE_ID) == null) {
      PluginHelper.getRoutesLoader(model)
          .loadRoutes(ResourceHelper.resolveMandatoryResource(model, TEMPLATE));
    }
    ShippedKamelets.load(model, "webhook-verify-action", "webhook-accept-action");
    for (Receiver receiver : receivers.all()) {
      addRoute(model, receiver);
    }
    model.addStartupListener(this);
    model.addLifecycleStrategy(this);
  }

  /**
   * Makes a further receiver known and opens its route, while Camel starts or runs. While Camel
   * starts, the route opens last of all, once Camel has started fully.
   *
   * @throws RefusedRouteException if its source or path is taken
   */
  public void open(Receiver receiver) throws Exception {
    ModelCamelContext model = Objects.requireNonNull(context, "addTo comes first");
    receivers.add(receiver);
    try {
      refuseTakenPaths(model);
      if (model.isStarted()) {
        start(model, receiver);
      } else {
        // A context that is starting starts no route, and no Kamelet, but those it began with.
        openLast.add(receiver);
      }
    } catch (Exception e) {
      receivers.remove(receiver);
      throw e;
    }
  }

  /** Says that an endpoint will open a path as soon as its route starts. */
  void await(String path) {
    gate.await(path);
  }

  /** Has whoever asks for a path come again, while the route that opens it is exchanged. */
  public void hold(String path) {
    gate.hold(path);
  }

  /** Ends a {@link #hold}. */
  public void release(String path) {
    gate.release(path);
  }

  private static void start(ModelCamelContext model, Receiver receiver) throws Exception {
    String id = routeId(receiver.definition().name());
    @Nullable RouteDefinition before = model.getRouteDefinition(id);
    if (before != null && !isFor(before, receiver.definition().path())) {
      model.getRouteController().stopRoute(id);
      model.removeRoute(id);
      before = null;
    }
    if (before == null) {
      addRoute(model, receiver);
    }
    if (model.getRoute(id) == null) {
      model.startRouteDefinitions(List.of(model.getRouteDefinition(id)));
    }
    ServiceHelper.startService(model.getRoute(id).getConsumer());
  }

  private static boolean isFor(RouteDefinition definition, String path) {
    @Nullable Map<String, Object> parameters = definition.getTemplateParameters();
    return parameters != null && path.equals(parameters.get("path"));
  }

  /**
   * Closes the path of a source and forgets its receiver; requests in its route finish. The route
   * itself stays, for the next {@link #open}: Camel never removes the routes of a removed route's
   * Kamelets. While Camel stops, the receiver is kept, so that senders get 503 and no 404.
   */
  public void close(SourceName source) {
    ModelCamelContext model = Objects.requireNonNull(context, "addTo comes first");
    Receiver receiver = receivers.forSource(source);
    @Nullable Route route = model.getRoute(routeId(source));
    if (route != null) {
      // Not by the route controller: this may be called by a route that Camel is stopping, and
      // Camel stops routes on one thread, where the one would wait for the other.
      ServiceHelper.stopService(route.getConsumer());
    }
    if (receiver != null && model.isStarted()) {
      receivers.remove(receiver);
    }
  }

  private static String routeId(SourceName source) {
    return ROUTE_ID_PREFIX + source;
  }

  private static void addRoute(ModelCamelContext model, Receiver receiver) throws Exception {
    model.addRouteFromTemplate(
        routeId(receiver.definition().name()),
        TEMPLATE_ID,
        Map.of(
            "source", receiver.definition().name().value(), "path", receiver.definition().path()));
  }

  /** All routes are built and no consumer has started: the last moment to refuse the start. */
  @Override
  public void onCamelContextStarted(CamelContext camelContext, boolean alreadyStarted) {
    refuseTakenPaths(camelContext);
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext camelContext, boolean alreadyStarted)
      throws Exception {
    for (Receiver next = openLast.poll(); next != null; next = openLast.poll()) {
      start((ModelCamelContext) camelContext, next);
    }
    gate.open();
  }

  @Override
  public void onContextStopping(CamelContext camelContext) {
    gate.close();
  }

  private void refuseTakenPaths(CamelContext camelContext) {
    for (Route route : camelContext.getRoutes()) {
      String path = httpPath(route);
      Receiver receiver = path == null ? null : receivers.atPath(path);
      if (receiver == null) {
        continue;
      }
      SourceName source = receiver.definition().name();
      if (!route.getRouteId().equals(routeId(source))) {
        throw new RefusedRouteException(
            "The route '"
                + route.getRouteId()
                + "' already serves the path "
                + path
                + ", which the webhook source '"
                + source
                + "' needs",
            "Change the route's path, or the source's: gamma.webhook.sources."
                + source
                + ".path, or the parameter 'path' of the route that defines it.");
      }
    }
  }

  private static @Nullable String httpPath(Route route) {
    // A route of the REST DSL has a rest endpoint, and a consumer of the HTTP endpoint behind it.
    @Nullable Consumer consumer = route.getConsumer();
    Endpoint endpoint = consumer == null ? route.getEndpoint() : consumer.getEndpoint();
    if (endpoint instanceof PlatformHttpEndpoint http && !http.isMatchOnUriPrefix()) {
      return http.getPath().startsWith("/") ? http.getPath() : "/" + http.getPath();
    }
    return null;
  }
}
