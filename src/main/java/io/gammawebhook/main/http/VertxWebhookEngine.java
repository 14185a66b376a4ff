package io.gammawebhook.main.http;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.http.Deadlines;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.Peers;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.WaitingLine;
import io.vertx.core.http.HttpServer;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the paths of the sources on the Vert.x server of Camel Main, beside the host's own routes,
 * which keep Camel's engine: an ingress route names this one as {@code platformHttpEngine:
 * "#bean:webhookHttpEngine"}.
 */
public final class VertxWebhookEngine implements PlatformHttpEngine, AutoCloseable {

  /** Of camel.server.port. */
  private static final int DEFAULT_PORT = 8080;

  private final CamelContext context;
  private final Receivers receivers;
  private final IngressGate gate;
  private final WaitingLine line;
  private final HttpTimes times;
  private final Peers peers;
  private final Deadlines deadlines;
  private final Measure measure;

  public VertxWebhookEngine(
      CamelContext context,
      Receivers receivers,
      IngressGate gate,
      WaitingLine line,
      HttpTimes times,
      Peers peers,
      Measure measure) {
    this.context = context;
    this.receivers = receivers;
    this.gate = gate;
    this.line = line;
    this.times = times;
    this.peers = peers;
    this.measure = measure;
    deadlines =
        new Deadlines(
            System::nanoTime, () -> !gate.isOpen() && !gate.isStarting(), times.shutdownDrain());
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new VertxWebhookConsumer(endpoint, processor, this);
  }

  /** The router of the server, or null if this application has none. */
  @Nullable VertxPlatformHttpRouter router() {
    return router(context);
  }

  /** That of {@code camel.server}; {@code camel.management} may have another. */
  static @Nullable VertxPlatformHttpRouter router(CamelContext context) {
    Set<VertxPlatformHttpRouter> all =
        context.getRegistry().findByType(VertxPlatformHttpRouter.class);
    if (all.size() < 2) {
      return all.stream().findFirst().orElse(null);
    }
    String port = context.getPropertiesComponent().resolveProperty("camel.server.port").orElse("");
    return VertxPlatformHttpRouter.lookup(
        context,
        VertxPlatformHttpRouter.getRouterNameFromPort(
            port.isBlank() ? DEFAULT_PORT : Integer.parseInt(port.strip())));
  }

  /** Where the server is reached from this machine, without a path; null if there is none. */
  public @Nullable String localUrl() {
    VertxPlatformHttpRouter router = router();
    VertxPlatformHttpServer server = router == null ? null : router.getServer();
    HttpServer http = server == null ? null : server.getServer();
    if (server == null || http == null) {
      return null;
    }
    String scheme = server.isUseGlobalSslContextParameters() ? "https" : "http";
    String path = server.getPath().equals("/") ? "" : server.getPath();
    return scheme + "://localhost:" + http.actualPort() + path;
  }

  Receivers receivers() {
    return receivers;
  }

  IngressGate gate() {
    return gate;
  }

  WaitingLine line() {
    return line;
  }

  HttpTimes times() {
    return times;
  }

  Peers peers() {
    return peers;
  }

  Measure measure() {
    return measure;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
