package io.gammawebhook.camel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint's options are written, in the words of the one who wrote them: the parameters
 * of a Kamelet in a route, or the options of the endpoint itself.
 *
 * @param route the quoted id of the route that the user wrote, and where it is if that is generated
 * @param from what that route begins with, such as {@code webhook-inbox:gamma}
 * @param kamelet whether it begins with a Kamelet
 * @param uri its URI as written, with its placeholders; null if it is not known
 */
record RoutePlace(String route, String from, boolean kamelet, @Nullable String uri) {

  private static final Pattern SECRETS =
      Pattern.compile("[?&]secrets=(?:RAW\\()?(\\{\\{[^}]+}})\\)?(?:&|$)");

  static RoutePlace of(WebhookInboxEndpoint endpoint, Route route) {
    CamelContext context = endpoint.getCamelContext();
    String own = "webhook-inbox:" + endpoint.getSource();
    if (!route.isCreatedByKamelet()) {
      return new RoutePlace(name(route), own, false, uri(context, route.getRouteId()));
    }
    // The route that the user wrote begins with the Kamelet's endpoint.
    for (Route caller : context.getRoutes()) {
      if (caller.getEndpoint() instanceof KameletEndpoint kamelet
          && kamelet.getRouteId().equals(route.getRouteId())) {
        return new RoutePlace(
            name(caller), kamelet.getTemplateId(), true, uri(context, caller.getRouteId()));
      }
    }
    return new RoutePlace(name(route), own, true, null);
  }

  private static String name(Route route) {
    // A generated id says nothing to whoever looks for the route; its place does.
    @Nullable String location = route.isCustomId() ? null : route.getSourceLocationShort();
    return "'" + route.getRouteId() + "'" + (location == null ? "" : " at " + location);
  }

  private static @Nullable String uri(CamelContext context, String routeId) {
    @Nullable Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    @Nullable RouteDefinition definition = model == null ? null : model.getRouteDefinition(routeId);
    return definition == null || definition.getInput() == null
        ? null
        : definition.getInput().getEndpointUri();
  }

  /** Such as {@code route 'billing' (Kamelet gamma-webhook-source)}. */
  @Override
  public String toString() {
    return "route " + route + " (" + (kamelet ? "Kamelet " : "") + from + ")";
  }

  /** Names an option, and for the secrets the placeholder that they come from. */
  String option(String name) {
    String option = (kamelet ? "parameter '" : "option '") + name + "'";
    Matcher placeholder = SECRETS.matcher(uri == null ? "" : uri);
    return option
        + (name.equals("secrets") && placeholder.find()
            ? " (from " + placeholder.group(1) + ")"
            : "")
        + " of "
        + this;
  }
}
