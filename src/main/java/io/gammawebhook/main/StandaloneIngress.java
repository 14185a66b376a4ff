package io.gammawebhook.main;

import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.camel.AnswerThreads;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.SourceAnnouncement;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.HttpOptions;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.Peers;
import io.gammawebhook.main.http.NotYetThere;
import io.gammawebhook.main.http.VertxWebhookEngine;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.WaitingLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sources' paths on the server of Camel Main; a class of its own, so that a host without
 * Vert.x never loads it. Its threads end with Camel.
 */
final class StandaloneIngress extends LifecycleStrategySupport implements ExtendedStartupListener {

  /** The name under which the ingress template finds the engine. */
  private static final String ENGINE = "webhookHttpEngine";

  private final Receivers receivers;
  private final VertxWebhookEngine engine;
  private final AnswerThreads threads;
  private final Duration drain;
  private final Measure.Watch watch;

  private StandaloneIngress(
      Receivers receivers,
      VertxWebhookEngine engine,
      AnswerThreads threads,
      Duration drain,
      Measure.Watch watch) {
    this.receivers = receivers;
    this.engine = engine;
    this.threads = threads;
    this.drain = drain;
    this.watch = watch;
  }

  /**
   * Camel Main opens the port before it has read anything of the plug-in and of its routes. What no
   * route of the host answers is answered from here on.
   */
  static void await(CamelContext context) throws Exception {
    if (gate(context) == null) {
      IngressGate gate = new IngressGate();
      context.getRegistry().bind("webhookIngressGate", IngressGate.class, gate);
      NotYetThere.answer(context, gate);
    }
  }

  private static @Nullable IngressGate gate(CamelContext context) {
    return CamelContextHelper.findSingleByType(context, IngressGate.class);
  }

  /** Returns what its health is seen by. */
  static InboxHealth.Ingress add(
      CamelContext context, ComponentOptions options, WebhookRuntime runtime) throws Exception {
    HttpOptions http = options.http();
    WaitingLine line = http.line();
    HttpTimes times = http.times();
    Peers peers =
        new Peers(
            http.proxies(),
            options.isStrict(),
            "camel.server.useGlobalSslContextParameters",
            ComponentOptions.PREFIX + "trusted-proxies");
    AnswerThreads threads = new AnswerThreads(Runtime.getRuntime().availableProcessors());
    Receivers receivers = new Receivers(threads::execute, line.largest());
    IngressGate gate = Objects.requireNonNull(gate(context), "await comes first");
    VertxWebhookEngine engine =
        new VertxWebhookEngine(context, receivers, gate, line, times, peers, runtime.measure());
    IngressRoutes routes = new IngressRoutes(receivers, gate);
    Registry registry = context.getRegistry();
    registry.bind("webhookReceivers", Receivers.class, receivers);
    registry.bind(ENGINE, engine);
    registry.bind("webhookIngressRoutes", IngressRoutes.class, routes);
    routes.addTo(context);
    StandaloneIngress ends =
        new StandaloneIngress(
            receivers,
            engine,
            threads,
            times.shutdownDrain(),
            runtime.measure().watch("receive", line));
    context.addStartupListener(ends);
    context.addLifecycleStrategy(ends);
    if (context.isStarted()) {
      // The component came with a route that was added later: nobody calls the listeners any more.
      gate.open();
    }
    return new InboxHealth.Ingress(receivers, gate, line);
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // The paths open last of all.
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    @Nullable String url = engine.localUrl();
    SourceAnnouncement.announce(receivers, url == null ? "" : url, Instant.now());
  }

  /** The gate is closed by now; senders hear 503 for a while before the port closes. */
  @Override
  public void onContextStopping(CamelContext context) {
    if (!receivers.all().isEmpty()) {
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(drain.toMillis(), TimeUnit.MILLISECONDS))
          .join();
    }
  }

  @Override
  public void onContextStopped(CamelContext context) {
    watch.close();
    engine.close();
    threads.close();
  }
}
