package io.gammawebhook.main.http;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Ordered;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The answer to a POST that may be a webhook while the application starts, on a path that nothing
 * serves yet: a route that is still to come may open it, so the sender is told to come again (503).
 * Whoever brings a login is a user of the host, and gets its own answer.
 */
public final class NotYetThere extends LifecycleStrategySupport
    implements ExtendedStartupListener, Ordered {

  private static final Answer LATER = Answers.notOpen(HttpTimes.RETRY_AFTER_SECONDS);

  private final CamelContext context;
  private final IngressGate gate;
  private final AtomicBoolean added = new AtomicBoolean();

  private NotYetThere(CamelContext context, IngressGate gate) {
    this.context = context;
    this.gate = gate;
  }

  /** Answers on the server of a context until the context has started. */
  public static void answer(CamelContext context, IngressGate gate) throws Exception {
    if (!context.isStarted()) {
      NotYetThere answer = new NotYetThere(context, gate);
      context.addStartupListener(answer);
      context.addLifecycleStrategy(answer);
      answer.addToRouter();
    }
  }

  /**
   * Camel's server makes its router, then a thread for itself, and only then opens the port: this
   * is called in between.
   */
  @Override
  public void onThreadPoolAdd(
      CamelContext camelContext,
      ThreadPoolExecutor threadPool,
      String id,
      String sourceId,
      String routeId,
      String threadPoolProfileId) {
    addToRouter();
  }

  private void addToRouter() {
    VertxPlatformHttpRouter router = VertxWebhookEngine.router(context);
    if (router != null && gate.isStarting() && !added.getAndSet(true)) {
      router.route().last().handler(this::handle);
    }
  }

  private void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    if (!gate.isStarting()
        || request.method() != HttpMethod.POST
        || request.getHeader("Authorization") != null
        || request.getHeader("Cookie") != null) {
      routing.next();
      return;
    }
    HttpServerResponse response = routing.response().setStatusCode(LATER.status());
    LATER.headers().forEach(response::putHeader);
    response.putHeader("Content-Type", Answer.PROBLEM_JSON).end(Buffer.buffer(LATER.body()));
  }

  @Override
  public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
    // The paths open last of all.
  }

  /** After the paths have been opened. */
  @Override
  public int getOrder() {
    return LOWEST;
  }

  /** Also where nothing of the plug-in was wanted in the end. */
  @Override
  public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
    gate.started();
  }
}
