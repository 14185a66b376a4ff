package io.gammawebhook.springboot;

import io.gammawebhook.camel.AnswerThreads;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.receive.Network;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.receive.TrustedProxies;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.springboot.GammaWebhookProperties.Http;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.springboot.http.HttpTimes;
import io.gammawebhook.springboot.http.Peers;
import io.gammawebhook.springboot.http.WebhookFilter;
import io.gammawebhook.springboot.http.WebhookHttpEngine;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** The parts of the ingress, made together; its threads end with it. */
record WebhookIngress(
    Receivers receivers,
    IngressGate gate,
    WebhookHttpEngine engine,
    WebhookFilter filter,
    AnswerThreads threads)
    implements AutoCloseable {

  private static final Duration MAX_TIME = Duration.ofMinutes(10);

  /** Within Boot's time for one phase of the shutdown, which is 30 s by default. */
  private static final Duration MAX_DRAIN = Duration.ofSeconds(20);

  static WebhookIngress of(
      Http http, Mode mode, List<SourceDefinition> sources, WebhookRuntime runtime) {
    WaitingLine line = line(http.waitingLine());
    HttpTimes times =
        new HttpTimes(
            time("read-timeout", http.readTimeout()),
            time("answer-timeout", http.answerTimeout()),
            HttpTimes.DEFAULTS.linger(),
            HttpTimes.DEFAULTS.lingerIdle(),
            drain(http.shutdownDrain()));
    AnswerThreads threads = new AnswerThreads(Runtime.getRuntime().availableProcessors());
    Receivers receivers = new Receivers(threads::execute, line.largest());
    ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());
    for (SourceDefinition source : sources) {
      runtime.inbox().receives(source.name(), source.signsTime());
      receivers.add(
          new Receiver(
              source, runtime.inbox(), references, InstantSource.system(), receivers::all));
    }
    IngressGate gate = new IngressGate();
    WebhookHttpEngine engine = new WebhookHttpEngine();
    WebhookFilter filter =
        new WebhookFilter(
            receivers,
            engine,
            gate,
            line,
            times,
            new Peers(proxies(http), mode == Mode.PRODUCTION),
            System::nanoTime);
    return new WebhookIngress(receivers, gate, engine, filter, threads);
  }

  /** The rules of the section, each to be looked at by itself. */
  static List<Runnable> rules(Http http) {
    return List.of(
        () -> time("read-timeout", http.readTimeout()),
        () -> time("answer-timeout", http.answerTimeout()),
        () -> line(http.waitingLine()),
        () -> proxies(http));
  }

  private static TrustedProxies proxies(Http http) {
    return new TrustedProxies(
        http.trustedProxies().stream()
            .map(
                network -> {
                  try {
                    return Network.parse(network);
                  } catch (IllegalArgumentException e) {
                    throw problem("trusted-proxies", String.valueOf(e.getMessage()));
                  }
                })
            .toList());
  }

  private static WaitingLine line(GammaWebhookProperties.WaitingLine configured) {
    DataSize bytes = configured.bytes();
    if (configured.requests() < 1) {
      throw problem("waiting-line.requests", "must be at least 1, was " + configured.requests());
    }
    if (bytes != null && bytes.toBytes() < 1) {
      throw problem("waiting-line.bytes", "must be at least 1B, was " + bytes);
    }
    long heap = Runtime.getRuntime().maxMemory();
    return new WaitingLine(configured.requests(), bytes == null ? heap / 8 : bytes.toBytes());
  }

  private static Duration time(String option, Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(MAX_TIME) > 0) {
      throw problem(option, "must be between 1s and 10m, was " + time.toMillis() + "ms");
    }
    return time;
  }

  private static Duration drain(Duration time) {
    if (time.isNegative() || time.compareTo(MAX_DRAIN) > 0) {
      throw problem("shutdown-drain", "must be between 0s and 20s, was " + time.toMillis() + "ms");
    }
    return time;
  }

  private static InvalidConfigurationException problem(String option, String fault) {
    return new InvalidConfigurationException(
        List.of(
            new ConfigurationProblem(
                "gamma.webhook.http." + option,
                fault,
                "Correct it; docs/configuration.md says what it may be.")));
  }

  @Override
  public void close() {
    threads.close();
  }
}
