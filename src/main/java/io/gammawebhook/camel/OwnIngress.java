package io.gammawebhook.camel;

import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/** The ingress of a source that an endpoint defines itself, open as long as its consumer runs. */
final class OwnIngress {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}|\\{\\{([^}]*)}}");
  private static final String FILE = "file:";
  private static final Pattern OPTION =
      Pattern.compile("gamma\\.webhook\\.sources\\.[a-z0-9-]+\\.([a-z-]+) (.*)", Pattern.DOTALL);

  private final IngressRoutes routes;
  private final SourceDefinition definition;
  private final WebhookRuntime runtime;
  private final InstantSource clock;

  private OwnIngress(
      IngressRoutes routes,
      SourceDefinition definition,
      WebhookRuntime runtime,
      InstantSource clock) {
    this.routes = routes;
    this.definition = definition;
    this.runtime = runtime;
    this.clock = clock;
  }

  /**
   * Looks at everything that can be wrong, and changes nothing.
   *
   * @throws RefusedRouteException if an option is wrong, or the source or the path is taken
   */
  static OwnIngress check(
      WebhookInboxEndpoint endpoint, SourceName source, WebhookRuntime runtime, RoutePlace place) {
    CamelContext context = endpoint.getCamelContext();
    IngressRoutes routes = CamelContextHelper.findSingleByType(context, IngressRoutes.class);
    if (routes == null) {
      throw new RefusedRouteException(
          "The "
              + place
              + " opens the path "
              + endpoint.getPath()
              + ", but this application has no ingress",
          "On Spring Boot remove gamma.webhook.ingress.enabled: false, and let the application be a"
              + " servlet web application; on Camel Main add camel-platform-http-main and set"
              + " camel.server.enabled = true. Or leave this route out on this node.");
    }
    SourceDefinition definition = definition(endpoint, source, place);
    refuseTaken(Receivers.of(context), definition, runtime, place);
    return new OwnIngress(routes, definition, runtime, WebhookClock.of(context));
  }

  void open() throws Exception {
    runtime.inbox().receives(definition.name(), definition.signsTime());
    routes.open(
        new Receiver(
            definition,
            runtime.inbox(),
            new ReferenceGenerator(new SecureRandom()),
            clock,
            routes.receivers()::all));
  }

  void close() {
    routes.close(definition.name());
  }

  private static void refuseTaken(
      Receivers receivers, SourceDefinition wanted, WebhookRuntime runtime, RoutePlace place) {
    SourceName source = wanted.name();
    Receiver sameSource = receivers.forSource(source);
    if (sameSource != null) {
      boolean configured = runtime.isConfigured(source);
      throw new RefusedRouteException(
          "The "
              + place
              + " defines the source '"
              + source
              + "', which "
              + owner(source, runtime)
              + " defines already, with the path "
              + sameSource.definition().path(),
          "Give the "
              + place.option("source")
              + " another name"
              + (configured
                  ? ", or remove gamma.webhook.sources."
                      + source
                      + ". If the route is to have the events of the configured source, let it begin"
                      + " with webhook-inbox:"
                      + source
                      + ", without path and secrets."
                  : "."));
    }
    Receiver samePath = receivers.atPath(wanted.path());
    if (samePath != null) {
      SourceName other = samePath.definition().name();
      throw new RefusedRouteException(
          "The "
              + place
              + " wants the path "
              + wanted.path()
              + ", which "
              + owner(other, runtime)
              + " has already",
          "Give the "
              + place.option("path")
              + " another path"
              + (runtime.isConfigured(other)
                  ? ", or change gamma.webhook.sources." + other + ".path."
                  : "."));
    }
  }

  private static String owner(SourceName source, WebhookRuntime runtime) {
    return runtime.isConfigured(source)
        ? "gamma.webhook.sources." + source
        : "another route's source '" + source + "'";
  }

  private static SourceDefinition definition(
      WebhookInboxEndpoint endpoint, SourceName source, RoutePlace place) {
    try {
      SchemeCatalogue catalogue = catalogue(endpoint.getCamelContext());
      SignatureScheme scheme = scheme(endpoint, catalogue, place);
      SourceDefinition.Builder builder =
          SourceDefinition.builder(source, scheme)
              .path(endpoint.getPath())
              .tolerance(endpoint.getTolerance())
              .publicUrl(endpoint.getPublicUrl())
              .verifyToken(endpoint.getVerifyToken())
              .maxBodySize(endpoint.getMaxBodySize())
              .eventId(endpoint.getEventId())
              .eventType(endpoint.getEventType())
              .orderingKey(endpoint.getOrderingKey())
              .keepHeaders(WebhookInboxEndpoint.list(endpoint.getKeepHeaders()))
              .mediaTypes(Set.copyOf(WebhookInboxEndpoint.list(endpoint.getMediaTypes())))
              .acceptedStatus(endpoint.getAcceptedStatus())
              .cloudEvents(endpoint.getCloudEvents())
              .gzip(endpoint.isGzip())
              .allowNetworks(WebhookInboxEndpoint.list(endpoint.getAllowNetworks()))
              .quarantine(endpoint.isQuarantine())
              .continueTrace(endpoint.isContinueTrace())
              .perAddressPerSecond(endpoint.getPerAddress())
              .perSourcePerSecond(endpoint.getPerSource());
      @Nullable String secrets = endpoint.getSecrets();
      if (secrets != null && scheme.isSigned()) {
        addSecrets(builder, scheme, secrets, catalogue, place);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw named(e, place);
    }
  }

  /** With the application's own schemes, if it has any. */
  private static SchemeCatalogue catalogue(CamelContext context) {
    SchemeCatalogue bound = CamelContextHelper.findSingleByType(context, SchemeCatalogue.class);
    return bound == null ? new SchemeCatalogue() : bound;
  }

  private static SignatureScheme scheme(
      WebhookInboxEndpoint endpoint, SchemeCatalogue catalogue, RoutePlace place) {
    if (endpoint.getScheme().startsWith(FILE)) {
      return fromFile(endpoint, catalogue, place);
    }
    if (!catalogue.names().contains(endpoint.getScheme())) {
      throw new RefusedRouteException(
          "The "
              + place.option("scheme")
              + " is '"
              + endpoint.getScheme()
              + "', which is no scheme",
          "Use one of "
              + catalogue.signing()
              + ", or configure the source under gamma.webhook.sources"
              + " with a definition of your own and begin the route with webhook-inbox:<source>.");
    }
    return catalogue.byName(endpoint.getScheme());
  }

  private static SignatureScheme fromFile(
      WebhookInboxEndpoint endpoint, SchemeCatalogue catalogue, RoutePlace place) {
    String file = endpoint.getScheme().substring(FILE.length());
    String text;
    try {
      text = Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new RefusedRouteException(
          "The "
              + place.option("scheme")
              + " names the file "
              + file
              + ", which cannot be read ("
              + e.getClass().getSimpleName()
              + ")",
          "Make the file readable for this process, or name another.");
    }
    SignatureScheme scheme = catalogue.fromYaml(file, endpoint.getSource(), text);
    if (!scheme.isSigned()) {
      throw new RefusedRouteException(
          "The " + place.option("scheme") + " signs nothing: anybody could be the sender",
          "Name the scheme that the sender signs with.");
    }
    return scheme;
  }

  private static void addSecrets(
      SourceDefinition.Builder builder,
      SignatureScheme scheme,
      String secrets,
      SchemeCatalogue catalogue,
      RoutePlace place) {
    String option = "The " + place.option("secrets");
    for (String secret : secrets.split(",", -1)) {
      String text = secret.strip();
      Matcher placeholder = PLACEHOLDER.matcher(text);
      if (placeholder.find()) {
        String name = placeholder.group(1) == null ? placeholder.group(2) : placeholder.group(1);
        throw new RefusedRouteException(
            option + " has a placeholder that nothing resolves, for " + name,
            "In a route write {{"
                + name
                + "}} for a property, or {{env:"
                + name
                + "}} for an"
                + " environment variable, and set it.");
      }
      if (text.isEmpty()) {
        throw new RefusedRouteException(
            option + " is empty, so no request could be verified",
            "Set what it comes from to the signing secret that the sender shows you.");
      }
      try {
        builder.secret(scheme.parseSecret(text));
      } catch (InvalidSecretException e) {
        throw new RefusedRouteException(
            option + " " + e.getMessage(),
            scheme.secretCure() + otherSchemes(place, scheme, catalogue));
      }
    }
  }

  private static String otherSchemes(
      RoutePlace place, SignatureScheme scheme, SchemeCatalogue catalogue) {
    return " If the sender signs in another way, set the "
        + (place.kamelet() ? "parameter" : "option")
        + " 'scheme' (now "
        + scheme.name()
        + ") to one of "
        + catalogue.signing()
        + ".";
  }

  /** The receive room names a configured source's property; here it is an option of the route. */
  private static RefusedRouteException named(IllegalArgumentException fault, RoutePlace place) {
    String message = String.valueOf(fault.getMessage());
    Matcher property = OPTION.matcher(message);
    return property.matches()
        ? new RefusedRouteException(
            "The " + place.option(camelCase(property.group(1))) + " " + property.group(2),
            "Correct it there and start again.")
        : new RefusedRouteException(
            "The " + place + " is wrong: " + message, "Correct it and start again.");
  }

  private static String camelCase(String kebab) {
    StringBuilder name = new StringBuilder();
    for (String word : kebab.split("-", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }
}
