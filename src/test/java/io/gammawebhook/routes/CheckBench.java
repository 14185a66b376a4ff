package io.gammawebhook.routes;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.camel.BoundedHttpClient;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookIdempotentRepository;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.springboot.http.WebhookHttpEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.impl.DefaultCamelContext;
import org.sqlite.SQLiteDataSource;

/** A context with all that the shipped routes need, of which nothing may be opened. */
final class CheckBench implements AutoCloseable {

  final DefaultCamelContext camel = new DefaultCamelContext();
  final WebhookRuntime runtime =
      new WebhookRuntime(
          () -> {
            throw new AssertionError("The inbox was opened");
          },
          Set.of(new SourceName("gamma")),
          new RetryPolicy(List.of(Duration.ofSeconds(1)), 0, Duration.ofHours(1)),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          new Random(1),
          Redaction.defaults());

  CheckBench() {
    Receivers receivers = new Receivers(Runnable::run, 1 << 20);
    camel.getRegistry().bind("webhookRuntime", runtime);
    camel.getRegistry().bind("webhookReceivers", receivers);
    camel
        .getRegistry()
        .bind("webhookIngressRoutes", new IngressRoutes(receivers, new IngressGate()));
    camel.getRegistry().bind(WebhookHttpEngine.BEAN_NAME, new WebhookHttpEngine());
    camel.getRegistry().bind(BoundedHttpClient.BEAN, new BoundedHttpClient(camel));
    camel.getRegistry().bind("dataSource", new SQLiteDataSource());
    camel.getRegistry().bind("mailSender", new DefaultJavaMailSender());
    camel
        .getRegistry()
        .bind(
            WebhookIdempotentRepository.BEAN,
            new WebhookIdempotentRepository(
                runtime, "webhook", Duration.ofMinutes(5), Duration.ofDays(1)));
    camel.getComponent("kamelet", KameletComponent.class).setLocation("file:kamelets");
  }

  CheckedFile check(RouteFile file, RouteFile... others) {
    return new RouteFileCheck(camel, Spelling::nearest).check(file, List.of(others));
  }

  List<RouteProblem> problems(String text) {
    return check(new RouteFile("routes/a.camel.yaml", text)).problems();
  }

  static List<RouteFile> shipped() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml"))
          .sorted()
          .map(
              file -> {
                try {
                  return new RouteFile(file.toString(), Files.readString(file));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Override
  public void close() {
    camel.stop();
  }
}
