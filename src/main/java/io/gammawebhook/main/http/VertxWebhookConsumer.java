package io.gammawebhook.main.http;

import io.gammawebhook.camel.IngressCall;
import io.gammawebhook.camel.RefusedRouteException;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.Peers;
import io.gammawebhook.measure.RequestOutcome;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Receiver;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where an ingress route begins. Its requests are read without a thread that waits, before any body
 * handler of the host.
 */
final class VertxWebhookConsumer extends DefaultConsumer implements PlatformHttpConsumer {

  private final VertxWebhookEngine engine;
  private final String path;
  private final IngressCall call;
  private @Nullable Route route;

  VertxWebhookConsumer(
      PlatformHttpEndpoint endpoint, Processor processor, VertxWebhookEngine engine) {
    super(endpoint, processor);
    this.engine = engine;
    path = endpoint.getPath();
    call = new IngressCall(this);
  }

  @Override
  public PlatformHttpEndpoint getEndpoint() {
    return (PlatformHttpEndpoint) super.getEndpoint();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    if (route == null) {
      VertxPlatformHttpRouter router = engine.router();
      if (router == null) {
        throw new RefusedRouteException(
            "The path " + path + " cannot be opened, since this application has no HTTP server",
            "Set camel.server.enabled = true and add the dependency camel-platform-http-main.");
      }
      // Before the host's own, which may read the body; by a pattern, in which nothing is a
      // parameter.
      route =
          router
              .routeWithRegex(Pattern.quote(path))
              .order(Integer.MIN_VALUE)
              .handler(this::receive);
    }
  }

  /** While Camel stops the path stays, and is answered 503 until the port closes. */
  @Override
  protected void doStop() throws Exception {
    Route opened = route;
    if (opened != null && !getEndpoint().getCamelContext().isStopping()) {
      opened.remove();
      route = null;
    }
    super.doStop();
  }

  private void receive(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    Receiver receiver = engine.receivers().atPath(path);
    Conversation conversation =
        new Conversation(
            engine, request, call, receiver == null ? null : receiver.definition().name());
    if (!isFramedOnce(request)) {
      conversation.refuseAndClose(
          Answer.problem(400, "Bad Request").as(RequestOutcome.refused("malformed-request")));
      return;
    }
    @Nullable SocketAddress other = request.remoteAddress();
    Peers.Peer peer =
        engine
            .peers()
            .of(
                other == null ? null : other.hostAddress(),
                () -> request.headers().getAll("X-Forwarded-For"));
    Answer refusal = refusal(routing, receiver, peer, conversation.isAdmitted());
    if (refusal != null) {
      conversation.refuse(refusal);
    } else if (receiver != null) {
      conversation.receive(receiver, peer.sender());
    }
  }

  /**
   * With a transfer coding that is none, several, or chunks over HTTP/1.0, two servers in a row may
   * see two different requests (RFC 9112, section 6.1). A length beside chunks is gone by now:
   * Vert.x drops it.
   */
  private static boolean isFramedOnce(HttpServerRequest request) {
    List<String> codings = request.headers().getAll("Transfer-Encoding");
    return codings.isEmpty()
        || (codings.size() == 1
            && codings.get(0).strip().equalsIgnoreCase("chunked")
            && request.version() == HttpVersion.HTTP_1_1);
  }

  private @Nullable Answer refusal(
      RoutingContext routing, @Nullable Receiver receiver, Peers.Peer peer, boolean admitted) {
    if (!admitted) {
      return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS, "line-full");
    }
    if (!engine.gate().isOpen()) {
      return Answers.notOpen(HttpTimes.RETRY_AFTER_SECONDS);
    }
    HttpServerRequest request = routing.request();
    // One spelling, one path: whatever a proxy in front matched, it matched the same text.
    if (receiver == null || !isExact(routing, request.path())) {
      return Answers.notFound();
    }
    return engine.peers().isProtected(request.isSSL(), peer)
        ? receiver.admit(
            request.method().name(),
            Conversation.announced(request),
            request.getHeader("Content-Type"),
            peer.sender())
        : Answers.plainHttp();
  }

  private boolean isExact(RoutingContext routing, @Nullable String raw) {
    @Nullable String mount = routing.mountPoint();
    String before = mount == null ? "" : mount.replaceAll("/$", "");
    return (before + path).equals(raw);
  }
}
