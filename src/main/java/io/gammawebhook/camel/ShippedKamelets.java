package io.gammawebhook.camel;

import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.RouteTemplateHelper;

/**
 * Makes the Kamelets of this jar known to a context wherever the host looks for its own. A Kamelet
 * of the same name at the host's {@code camel.component.kamelet.location} goes first.
 */
final class ShippedKamelets {

  private static final String OURS = "classpath:kamelets";

  private ShippedKamelets() {}

  static void load(ModelCamelContext context, String... names) throws Exception {
    KameletComponent component = context.getComponent("kamelet", KameletComponent.class);
    for (String name : names) {
      if (context.getRouteTemplateDefinition(name) == null) {
        RouteTemplateHelper.loadRouteTemplateFromLocation(
            context,
            component.getRouteTemplateLoaderListener(),
            name,
            component.getLocation() + "," + OURS);
      }
    }
  }
}
