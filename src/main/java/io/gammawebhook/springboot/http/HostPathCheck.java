package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.RefusedRouteException;
import io.gammawebhook.receive.Receiver;
import java.util.List;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Fails the start if a controller of the host is mapped to exactly the path of a source: the filter
 * would take its requests away without a word. A pattern such as {@code /webhooks/{name}} is no
 * conflict; the exact path goes before it, as everywhere in Spring.
 */
public final class HostPathCheck implements SmartInitializingSingleton {

  private final Receivers receivers;
  private final ObjectProvider<RequestMappingInfoHandlerMapping> mappings;

  public HostPathCheck(
      Receivers receivers, ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
    this.receivers = receivers;
    this.mappings = mappings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<Receiver> all = receivers.all();
    // Camel's own routes are checked by IngressRoutes, which knows their names.
    mappings.stream()
        .filter(mapping -> !(mapping instanceof CamelRequestHandlerMapping))
        .forEach(mapping -> all.forEach(receiver -> check(mapping, receiver)));
  }

  private static void check(RequestMappingInfoHandlerMapping mapping, Receiver receiver) {
    String path = receiver.definition().path();
    mapping
        .getHandlerMethods()
        .forEach(
            (info, method) -> {
              if (info.getDirectPaths().contains(path)) {
                throw new RefusedRouteException(
                    "The controller method "
                        + method
                        + " already serves the path "
                        + path
                        + ", which the webhook source '"
                        + receiver.definition().name()
                        + "' needs",
                    "Change gamma.webhook.sources."
                        + receiver.definition().name()
                        + ".path or the controller.");
              }
            });
  }
}
