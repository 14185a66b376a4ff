package io.gammawebhook.springboot;

import io.gammawebhook.camel.AnswerThreads;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.HttpOptions;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.http.Peers;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.springboot.GammaWebhookProperties.Http;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.springboot.http.WebhookFilter;
import io.gammawebhook.springboot.http.WebhookHttpEngine;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** The parts of the ingress, made together; its threads end with it. */
record WebhookIngress(
    Receivers receivers,
    IngressGate gate,
    WebhookHttpEngine engine,
    WebhookFilter filter,
    WaitingLine line,
    AnswerThreads threads,
    Measure measure,
    Measure.Watch watch)
    implements AutoCloseable {

  static WebhookIngress of(
      Http http,
      Mode mode,
      List<SourceDefinition> sources,
      WebhookRuntime runtime,
      InstantSource clock) {
    HttpOptions options = options(http);
    WaitingLine line = options.line();
    AnswerThreads threads = new AnswerThreads(Runtime.getRuntime().availableProcessors());
    Receivers receivers = new Receivers(threads::execute, line.largest());
    ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());
    for (SourceDefinition source : sources) {
      receivers.add(new Receiver(source, runtime.intake(), references, clock, receivers::all));
    }
    IngressGate gate = new IngressGate();
    WebhookHttpEngine engine = new WebhookHttpEngine();
    WebhookFilter filter =
        new WebhookFilter(
            receivers,
            engine,
            gate,
            line,
            options.times(),
            new Peers(
                options.proxies(),
                mode == Mode.PRODUCTION,
                "server.ssl.bundle",
                "gamma.webhook.http.trusted-proxies"),
            System::nanoTime,
            runtime.measure());
    return new WebhookIngress(
        receivers,
        gate,
        engine,
        filter,
        line,
        threads,
        runtime.measure(),
        runtime.measure().watch("receive", line));
  }

  static HttpOptions options(Http http) {
    DataSize bytes = http.waitingLine().bytes();
    return new HttpOptions(
        http.readTimeout(),
        http.answerTimeout(),
        http.shutdownDrain(),
        http.trustedProxies(),
        http.waitingLine().requests(),
        bytes == null ? null : bytes.toBytes(),
        option -> GammaWebhookProperties.PREFIX + ".http." + option);
  }

  @Override
  public void close() {
    watch.close();
    threads.close();
  }
}
