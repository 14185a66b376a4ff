package io.gammawebhook.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Camel context to try routes in. It has the beans, properties, Kamelets and component settings
 * of another one, makes its routes as that would, and starts nothing: no consumer, no producer, no
 * thread. Used by one thread.
 */
final class ScratchContext extends DefaultCamelContext {

  private static final Logger LOG = LoggerFactory.getLogger(ScratchContext.class);

  private final SharedBeans shared;
  private final Map<String, RouteService> made = new LinkedHashMap<>();

  private ScratchContext(SharedBeans shared) {
    super(new DefaultRegistry(shared));
    this.shared = shared;
  }

  static ScratchContext of(CamelContext real) {
    ScratchContext scratch = new ScratchContext(new SharedBeans(real.getRegistry()));
    scratch.disableJMX();
    scratch.getCamelContextExtension().setName("gamma-routes-check");
    scratch.setStartupSummaryLevel(StartupSummaryLevel.Off);
    scratch.setSourceLocationEnabled(true);
    scratch.setApplicationContextClassLoader(real.getApplicationContextClassLoader());
    scratch.setGlobalOptions(new LinkedHashMap<>(real.getGlobalOptions()));
    if (real.getVaultConfiguration() != null) {
      scratch.setVaultConfiguration(real.getVaultConfiguration());
    }
    scratch.getPropertiesComponent().addPropertiesSource(new RealProperties(real));
    KameletComponent kamelets = real.getComponent("kamelet", KameletComponent.class);
    scratch
        .getComponent("kamelet", KameletComponent.class)
        .setLocation(kamelets.getLocation() + ",classpath:kamelets");
    scratch.addOwnComponents(real);
    return scratch;
  }

  /**
   * Those that no library on the class path brings, but the application itself: one more of each.
   */
  private void addOwnComponents(CamelContext real) {
    Map<String, Component> own =
        new LinkedHashMap<>(real.getRegistry().findByTypeWithName(Component.class));
    for (String name : real.getComponentNames()) {
      @Nullable Component component = real.hasComponent(name);
      if (component != null) {
        own.put(name, component);
      }
    }
    own.forEach(
        (name, component) -> {
          try {
            if (PluginHelper.getComponentResolver(this).resolveComponent(name, this) == null) {
              addComponent(name, getInjector().newInstance(component.getClass(), false));
            }
          } catch (Exception e) {
            LOG.debug("The component {} cannot be made once more for a check", name, e);
          }
        });
  }

  /** Each property as the real context resolves it. */
  private record RealProperties(CamelContext real) implements PropertiesSource {
    @Override
    public String getName() {
      return "real-context";
    }

    @Override
    public @Nullable String getProperty(String name) {
      return real.getPropertiesComponent().resolveProperty(name).orElse(null);
    }
  }

  @Override
  public void startRouteService(RouteService service, boolean addingRoutes) throws Exception {
    made.put(service.getId(), service);
    super.startRouteService(service, addingRoutes);
  }

  /** Also those of Kamelets; a context that has not started says that it has none. */
  @Override
  public List<Route> getRoutes() {
    return made.values().stream().map(RouteService::getRoute).toList();
  }

  @Override
  public @Nullable Route getRoute(String id) {
    RouteService service = made.get(id);
    return service == null ? null : service.getRoute();
  }

  /** The routes with their consumers, to be set up one by one. */
  List<RouteService> services() {
    return new ArrayList<>(made.values());
  }

  /**
   * Gives back what the components and endpoints hold. Nothing else is stopped: the routes' steps
   * share beans with the real context, which would stop with them.
   */
  void discard() {
    for (Endpoint endpoint : List.copyOf(getEndpoints())) {
      ServiceHelper.stopAndShutdownService(endpoint);
    }
    for (String name : List.copyOf(getComponentNames())) {
      @Nullable Component component = hasComponent(name);
      if (component != null) {
        ServiceHelper.stopAndShutdownService(component);
      }
    }
    getExecutorServiceManager().stop();
    shared.giveBack();
  }
}
