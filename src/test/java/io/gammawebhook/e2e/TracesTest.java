package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The sender's trace goes on, in hosts whose Camel has a tracer. */
@Timeout(120)
class TracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

  private static final String ROUTE =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma?retrySchedule=1ms
            steps:
              - choice:
                  when:
                    - simple: ${header.CamelWebhookAttempt} == 1
                      steps:
                        - throwException:
                            exceptionType: java.lang.IllegalStateException
                            message: not yet
      """;

  private static final AttributeKey<String> COMPONENT = AttributeKey.stringKey("component");
  private static final String WEBHOOK_INBOX = "camel-webhook-inbox";
  private static final String NO_SPAN = SpanId.getInvalid();

  private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

  @TempDir private Path folder;
  private final List<App> apps = new CopyOnWriteArrayList<>();

  /** A host that traces, as one with camel-opentelemetry2-starter and an exporter does. */
  @Configuration(proxyBeanMethods = false)
  static class Traced {

    @Bean
    Tracer tracer() {
      return SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
          .build()
          .get("test");
    }

    @Bean
    ContextPropagators propagators() {
      return ContextPropagators.create(W3CTraceContextPropagator.getInstance());
    }

    @Bean
    CamelContextConfiguration traces() {
      return new CamelContextConfiguration() {
        @Override
        public void beforeApplicationStart(CamelContext camel) {
          new OpenTelemetryTracer().init(camel);
        }

        @Override
        public void afterApplicationStart(CamelContext camel) {}
      };
    }
  }

  /** Where the inbox is, and whether the next node comes while the first goes on. */
  enum Place {
    SQLITE_AFTER_A_RESTART,
    POSTGRESQL_ON_A_SECOND_NODE
  }

  @AfterEach
  void stop() {
    apps.forEach(App::close);
    SPANS.reset();
  }

  private App start(Map<String, String> properties) {
    App app = App.host(folder, properties, Traced.class);
    apps.add(app);
    return app;
  }

  private Path routes() throws IOException {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.writeString(routes.resolve("orders.camel.yaml"), ROUTE);
    return routes;
  }

  private static String accepted(App app, String eventId, Map<String, String> headers)
      throws Exception {
    Sender sender = app.sender();
    String body = Sender.body(eventId, "order.paid");
    Map<String, String> all = new LinkedHashMap<>(sender.signed(eventId, body));
    all.putAll(headers);
    Sender.Answer answer = sender.post(sender.url(), body, all);
    assertThat(answer.status()).isEqualTo(202);
    return answer.reference();
  }

  /** Those of a component's routes that have ended, in the order of their ends. */
  private static List<SpanData> spans(String component, int count) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                SPANS.getFinishedSpanItems().stream()
                    .filter(span -> component.equals(span.getAttributes().get(COMPONENT)))
                    .toList(),
            found -> found.size() == count);
  }

  @ParameterizedTest
  @EnumSource
  void theTraceOfTheSenderGoesOnInTheIngressAndInEachAttemptAndReplay(Place place)
      throws Exception {
    Map<String, String> store = new LinkedHashMap<>();
    Database inbox = new Database("jdbc:sqlite:" + folder.resolve("inbox.db"));
    if (place == Place.POSTGRESQL_ON_A_SECOND_NODE) {
      inbox = new Database(EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase()));
      store.put("gamma.webhook.inbox.jdbc-url", inbox.url());
    }
    App first = start(store);
    String reference =
        accepted(first, "msg_1", Map.of("traceparent", PARENT, "tracestate", "vendor=a:b"));
    SpanData ingress = spans("camel-platform-http", 1).get(0);
    if (place == Place.SQLITE_AFTER_A_RESTART) {
      first.close();
    }
    store.put("camel.main.routes-include-pattern", "file:" + routes() + "/*.camel.yaml");
    App second = start(store);
    Database read = inbox;
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(read.deliveries("msg_1")).containsExactly("orders 0 delivered 2"));
    second.replay(reference + ".1.0");

    assertThat(ingress.getTraceId()).isEqualTo(TRACE);
    assertThat(ingress.getParentSpanId()).isEqualTo(SPAN);
    Set<String> received =
        SPANS.getFinishedSpanItems().stream()
            .filter(span -> !WEBHOOK_INBOX.equals(span.getAttributes().get(COMPONENT)))
            .map(SpanData::getSpanId)
            .collect(Collectors.toSet());
    assertThat(spans(WEBHOOK_INBOX, 4))
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId()).isEqualTo(TRACE);
              assertThat(span.getParentSpanId()).isIn(received);
              assertThat(span.getSpanContext().getTraceState().asMap())
                  .containsExactly(Map.entry("vendor", "a:b"));
            });
  }

  @Test
  void whatIsNoTraceOrIsNotToGoOnBeginsATraceOfOurOwn() throws Exception {
    App app =
        start(
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + routes() + "/*.camel.yaml",
                "gamma.webhook.sources.strangers.secrets[0]",
                Sender.SECRET,
                "gamma.webhook.sources.strangers.continue-trace",
                "false"));
    String body = Sender.body("msg_1", "order.paid");
    Sender gamma = app.sender();
    for (String hostile :
        List.of(PARENT.toUpperCase(Locale.ROOT), PARENT + "-", "x".repeat(4000))) {
      Map<String, String> headers = new LinkedHashMap<>(gamma.signed("msg_1", body));
      headers.put("traceparent", hostile);
      headers.put("tracestate", "vendor=a:b");
      assertThat(gamma.post(gamma.url(), body, headers).acknowledged()).isTrue();
    }
    Map<String, String> headers = new LinkedHashMap<>(gamma.signed("msg_2", body));
    headers.put("traceparent", PARENT);
    assertThat(gamma.post(app.url("/webhooks/strangers"), body, headers).status()).isEqualTo(202);

    List<SpanData> ingress = spans("camel-platform-http", 4);
    assertThat(ingress)
        .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(NO_SPAN))
        .noneMatch(span -> span.getTraceId().equals(TRACE));
    assertThat(spans(WEBHOOK_INBOX, 2))
        .extracting(SpanData::getTraceId)
        .containsOnly(ingress.get(0).getTraceId());
    assertThat(
            app.inbox()
                .count(
                    "select count(*) from webhook_event where trace_parent like ?",
                    "%" + TRACE + "%"))
        .isZero();
  }
}
