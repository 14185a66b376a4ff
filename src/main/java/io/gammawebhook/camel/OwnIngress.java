package io.gammawebhook.camel;

import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.SchemeCatalogue;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/** The ingress of a source that an endpoint defines itself, open as long as its consumer runs. */
final class OwnIngress {

  private final IngressRoutes routes;
  private final SourceName source;

  private OwnIngress(IngressRoutes routes, SourceName source) {
    this.routes = routes;
    this.source = source;
  }

  static OwnIngress open(WebhookInboxEndpoint endpoint, SourceName source, WebhookRuntime runtime)
      throws Exception {
    CamelContext context = endpoint.getCamelContext();
    IngressRoutes routes = CamelContextHelper.findSingleByType(context, IngressRoutes.class);
    if (routes == null) {
      throw new IllegalStateException(
          "webhook-inbox:"
              + source
              + " has a path, but this context has no ingress: is gamma.webhook.ingress.enabled"
              + " false?");
    }
    SourceDefinition definition = definition(endpoint, source);
    runtime.inbox().receives(source, definition.signsTime());
    routes.open(
        new Receiver(
            definition,
            runtime.inbox(),
            new ReferenceGenerator(new SecureRandom()),
            InstantSource.system()));
    return new OwnIngress(routes, source);
  }

  private static SourceDefinition definition(WebhookInboxEndpoint endpoint, SourceName source) {
    SourceDefinition.Builder builder =
        SourceDefinition.builder(source, new SchemeCatalogue().byName(endpoint.getScheme()))
            .path(endpoint.getPath())
            .tolerance(endpoint.getTolerance())
            .maxBodySize(endpoint.getMaxBodySize());
    String secrets = endpoint.getSecrets();
    if (secrets != null) {
      for (String secret : secrets.split(",", -1)) {
        builder.secret(secret.strip());
      }
    }
    return builder.build();
  }

  void close() {
    routes.close(source);
  }
}
