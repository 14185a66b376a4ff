package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.routes.FileState;
import io.gammawebhook.routes.RouteFolder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Files in {@code routes/} that change while events come in. */
class RoutesReloadTest {

  private static final Queue<String> effects = new ConcurrentLinkedQueue<>();

  /** Named by the files themselves, each of which makes its own. */
  public static final class Effects implements Processor {
    @Override
    public void process(Exchange exchange) {
      effects.add(
          exchange.getMessage().getHeader("version")
              + " "
              + exchange.getMessage().getHeader("CamelWebhookReference"));
    }
  }

  @TempDir private Path folder;
  private Path routes;
  private @Nullable App started;

  @BeforeEach
  void start() throws Exception {
    effects.clear();
    routes = Files.createDirectories(folder.resolve("routes"));
    Files.copy(Path.of("routes/ingress.camel.yaml"), routes.resolve("ingress.camel.yaml"));
    write("events.camel.yaml", events("gamma", "0"));
  }

  private App run() {
    App app =
        App.product(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + routes + "/*.camel.yaml",
                "gamma.routes.check-interval",
                "100ms",
                "gamma.webhook.retry.schedule",
                "50ms,50ms,50ms,50ms,50ms,50ms,50ms,50ms",
                "management.endpoints.web.exposure.include",
                "health"));
    started = app;
    return app;
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  @Test
  void noAcknowledgedEventIsLostWhileItsRouteIsExchangedTenTimes() throws Exception {
    App app = run();
    Sender sender = app.sender();
    AtomicBoolean goOn = new AtomicBoolean(true);
    List<CompletableFuture<Set<String>>> senders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int thread = i;
      senders.add(
          CompletableFuture.supplyAsync(
              () -> {
                Set<String> acknowledged = new TreeSet<>();
                for (int n = 0; goOn.get(); n++) {
                  Sender.Answer answer = send(sender, "msg_" + thread + "_" + n);
                  assertThat(answer.status()).isEqualTo(202);
                  acknowledged.add(answer.reference());
                }
                return acknowledged;
              }));
    }

    for (int version = 1; version <= 10; version++) {
      String now = Integer.toString(version);
      write("events.camel.yaml", events("gamma", now));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> effects.stream().anyMatch(effect -> effect.startsWith(now + " ")));
    }
    goOn.set(false);
    Set<String> acknowledged = new TreeSet<>();
    for (CompletableFuture<Set<String>> one : senders) {
      acknowledged.addAll(one.get(30, TimeUnit.SECONDS));
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> references().containsAll(acknowledged));
    assertThat(acknowledged).hasSizeGreaterThan(100);
    // Each by one version, and once: nothing was cut off.
    assertThat(effects).hasSameSizeAs(acknowledged);
    assertThat(app.bean(RouteFolder.class).states())
        .extracting(FileState::condition)
        .containsOnly(FileState.Condition.RUNS);
  }

  @Test
  void aWrongFileIsAWarningOfHealthAndItsEventsWait() throws Exception {
    write("other.camel.yaml", events("other", "0").replace("setHeader", "setHeadr"));
    App app = run();

    assertThat(send(app.sender(), "msg_1").status()).isEqualTo(202);
    await().until(() -> effects.size() == 1);
    HealthIndicator health = app.bean(io.gammawebhook.admin.health.RoutesHealth.class);
    assertThat(health.health().getStatus().getCode()).isEqualTo("WARNING");
    assertThat(health.health().getDetails().toString())
        .contains("other.camel.yaml:9: There is no key 'setHeadr'");
    try (InputStream whole = app.url("/actuator/health").toURL().openStream()) {
      assertThat(new String(whole.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"status\":\"UP\"");
    }

    write("other.camel.yaml", events("other", "1"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> health.health().getStatus().getCode().equals("UP"));
  }

  @Test
  void eventsWaitForARouteWhoseFileIsAwayAndForItsMendedVersion() throws Exception {
    write("other.camel.yaml", events("other", "0"));
    App app = run();
    Path file = routes.resolve("events.camel.yaml");

    Files.delete(file);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> app.bean(CamelContext.class).getRoute("gamma") == null);
    String reference = send(app.sender(), "msg_1").reference();
    await().until(() -> effects.size() == 1);

    write("events.camel.yaml", events("gamma", "back"));
    await().atMost(Duration.ofSeconds(20)).until(() -> effects.contains("back " + reference));
  }

  @Test
  void aLinkThatIsExchangedCountsAsKubernetesDoesIt() throws Exception {
    Path first = Files.createDirectories(routes.resolve("..first"));
    Path second = Files.createDirectories(routes.resolve("..second"));
    Files.writeString(first.resolve("events.camel.yaml"), events("gamma", "first"));
    Files.writeString(second.resolve("events.camel.yaml"), events("gamma", "second"));
    Path data = Files.createSymbolicLink(routes.resolve("..data"), Path.of("..first"));
    Files.delete(routes.resolve("events.camel.yaml"));
    Files.createSymbolicLink(
        routes.resolve("events.camel.yaml"), Path.of("..data", "events.camel.yaml"));
    App app = run();
    send(app.sender(), "msg_1");
    await().until(() -> effects.stream().anyMatch(effect -> effect.startsWith("first ")));

    Path other = Files.createSymbolicLink(routes.resolve("..next"), Path.of("..second"));
    Files.move(other, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              send(app.sender(), "msg_" + System.nanoTime());
              return effects.stream().anyMatch(effect -> effect.startsWith("second "));
            });
  }

  @Test
  void aSourceThatAFileDefinesIsThereAgainAfterItsExchange() throws Exception {
    App app = run();
    String own =
        bean("own")
            + "- route:\n    id: own\n    from:\n      uri: kamelet:gamma-webhook-source\n"
            + "      parameters:\n        source: own\n        path: /webhooks/own\n"
            + "        secrets: "
            + Sender.SECRET
            + "\n      steps:\n";
    write("own.camel.yaml", own + steps("own", "1"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> send(new Sender(app.url("/webhooks/own")), "msg_1").status() == 202);
    await().until(() -> effects.stream().anyMatch(effect -> effect.startsWith("1 ")));

    Set<Integer> answers = new TreeSet<>();
    write("own.camel.yaml", own + steps("own", "2"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              answers.add(
                  send(new Sender(app.url("/webhooks/own")), "msg_" + System.nanoTime()).status());
              return effects.stream().anyMatch(effect -> effect.startsWith("2 "));
            });

    assertThat(answers).isSubsetOf(202, 503);
  }

  private Set<String> references() {
    Set<String> found = new TreeSet<>();
    effects.forEach(effect -> found.add(effect.split(" ", 2)[1]));
    return found;
  }

  private static Sender.Answer send(Sender sender, String id) {
    try {
      return sender.send(id, "{\"type\":\"order.placed\"}");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** As an editor does it: a new file takes the place of the old one. */
  private void write(String file, String text) throws Exception {
    Path draft = Files.writeString(folder.resolve("draft"), text);
    Files.move(draft, routes.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String events(String id, String version) {
    return bean(id)
        + "- route:\n    id: "
        + id
        + "\n    from:\n      uri: webhook-inbox:gamma\n      steps:\n"
        + steps(id, version);
  }

  private static String bean(String id) {
    return "- beans:\n    - name: record-"
        + id
        + "\n      type: \""
        + Effects.class.getName()
        + "\"\n";
  }

  private static String steps(String id, String version) {
    return "        - setHeader:\n            name: version\n            constant: \""
        + version
        + "\"\n        - process:\n            ref: record-"
        + id
        + "\n";
  }
}
