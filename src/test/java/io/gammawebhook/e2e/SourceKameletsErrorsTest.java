package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What a sender is told does not depend on how a host handles the errors of its own routes: every
 * one of its handlers would answer 200.
 */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class SourceKameletsErrorsTest {

  private static final String ROUTES =
      """
      - routeConfiguration:
          onException:
            - onException:
                exception: [ java.lang.Exception ]
                handled: { constant: { expression: "true" } }
                steps:
                  - setHeader: { name: CamelHttpResponseCode, constant: { expression: 200 } }
                  - setBody: { constant: { expression: the global one } }
      - routeConfiguration:
          id: swallow
          onException:
            - onException:
                exception: [ java.lang.Exception ]
                handled: { constant: { expression: "true" } }
                steps:
                  - setHeader: { name: CamelHttpResponseCode, constant: { expression: 200 } }
                  - setBody: { constant: { expression: the named one } }
      - route:
          id: named
          routeConfigurationId: swallow
          from:
            uri: kamelet:gamma-webhook-source
            parameters: { source: named, path: /webhooks/named, secrets: "{{own.secret}}", maxBodySize: 1000 }
            steps:
              - throwException: { exceptionType: java.lang.IllegalStateException, message: the route's }
      - route:
          id: letters
          errorHandler:
            deadLetterChannel: { deadLetterUri: "log:letters" }
          from:
            uri: kamelet:gamma-webhook-source
            parameters: { source: letters, path: /webhooks/letters, secrets: "{{own.secret}}", maxBodySize: 1000 }
            steps:
              - throwException: { exceptionType: java.lang.IllegalStateException, message: the route's }
      """;

  @Configuration(proxyBeanMethods = false)
  static class Handlers {
    @Bean
    RouteBuilder handlers() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          onException(Exception.class)
              .handled(true)
              .setHeader("CamelHttpResponseCode", constant(200))
              .setBody(constant("the builder's"));
          from("kamelet:gamma-webhook-source?source=global&path=/webhooks/global"
                  + "&secrets={{own.secret}}&maxBodySize=1000")
              .routeId("global")
              .throwException(new IllegalStateException("the route's"));
          from("kamelet:webhook-receive-source?source=gamma&subscription=received")
              .routeId("received")
              .errorHandler(deadLetterChannel("log:received"))
              .throwException(new IllegalStateException("the route's"));
        }
      };
    }
  }

  @TempDir private static Path folder;
  private static App app;

  @BeforeAll
  static void start() throws Exception {
    Path routes = Files.writeString(folder.resolve("routes.camel.yaml"), ROUTES);
    app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + routes,
                "own.secret",
                Sender.SECRET,
                "gamma.webhook.sources.gamma.max-body-size",
                "1000B"),
            Handlers.class);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"global", "named", "letters", "gamma"})
  void anErrorIsTheSendersAnswerWhateverHandlerTheHostHas(String source) throws Exception {
    Sender sender = new Sender(app.url("/webhooks/" + source));
    String body = Sender.body(source + "-1", "invoice.paid");

    Map<String, String> forged = sender.signed(source + "-1", body + " ");
    refused(401, sender.post(sender.url(), body, forged));

    String large = body + " ".repeat(1000);
    refused(413, sender.post(sender.url(), large, sender.signed(source + "-1", large)));

    execute(
        "create trigger refuse before insert on webhook_event"
            + " begin select raise(abort, 'no room'); end");
    try {
      refused(503, sender.post(sender.url(), body, sender.signed(source + "-1", body)));
    } finally {
      execute("drop trigger refuse");
    }

    // And the handler is there: what the route throws is the handler's.
    assertThat(sender.send(source + "-1", "invoice.paid").status()).isEqualTo(202);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(app.inbox().audit(source + "-1"))
                    .containsExactly("received 0 -", "delivered 1 handled"));
  }

  private static void refused(int status, Sender.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.body()).contains("\"status\":" + status).doesNotContain("the builder", "one");
  }

  private static void execute(String sql) throws Exception {
    try (Connection c = DriverManager.getConnection(app.inbox().url());
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }
}
