package io.gammawebhook.springboot.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.camel.IngressProperties;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.testing.RawConnection.Response;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The route that stands between the socket and the inbox, and what a host may do to it. */
class IngressRouteTest {

  @Configuration(proxyBeanMethods = false)
  static class HostWithOpinions {

    static final CopyOnWriteArrayList<String> SEEN = new CopyOnWriteArrayList<>();

    @Bean
    RouteBuilder host() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          onException(Exception.class).handled(true).setBody(constant("the host's"));
          from("platform-http:/host/echo").routeId("host-echo").setBody(simple("${body}!"));
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class HostThatLooksAtEveryStep {
    @Bean
    InterceptStrategy look() {
      return (camel, definition, target, next) ->
          new DelegateAsyncProcessor(
              exchange -> {
                if (exchange.getProperty(IngressProperties.REQUEST) != null) {
                  HostWithOpinions.SEEN.add(
                      exchange.getMessage().getHeaders() + " " + exchange.getMessage().getBody());
                }
                target.process(exchange);
              });
    }
  }

  @Test
  void nothingOfTheRequestIsOnTheMessageAndTheHostsOwnRoutesAreAsBefore() throws Exception {
    HostWithOpinions.SEEN.clear();
    try (IngressApp app =
            IngressApp.start(
                IngressApp.Settings.ordinary(),
                Map.of(),
                HostWithOpinions.class,
                HostThatLooksAtEveryStep.class);
        RawConnection connection = app.connect()) {
      Response answer =
          connection
              .post("/webhooks/open?cc=a@b.example", "{}".getBytes(UTF_8), "To: a@b.example")
              .read();
      assertThat(answer.status()).isEqualTo(202);
      assertThat(HostWithOpinions.SEEN).isNotEmpty().allMatch("{} null"::equals);
      try (RawConnection other = app.connect()) {
        assertThat(other.post("/host/echo", "hi".getBytes(UTF_8)).read().status()).isEqualTo(200);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class HostWithGlobalConfigurations {

    static final CopyOnWriteArrayList<String> GLOBAL = new CopyOnWriteArrayList<>();
    static final CopyOnWriteArrayList<String> INGRESS = new CopyOnWriteArrayList<>();

    @Bean
    RouteConfigurationBuilder configurations() {
      return new RouteConfigurationBuilder() {
        @Override
        public void configuration() {
          routeConfiguration()
              .intercept()
              .process(exchange -> GLOBAL.add(exchange.getFromRouteId()))
              .end()
              .onCompletion()
              .process(exchange -> GLOBAL.add(exchange.getFromRouteId()));
          routeConfiguration("webhook-ingress")
              .interceptFrom()
              .process(exchange -> INGRESS.add(exchange.getFromRouteId()));
        }
      };
    }
  }

  @Test
  void aHostsGlobalConfigurationIsForItsOwnRoutesAndOneOfThatIdForTheIngress() throws Exception {
    try (IngressApp app =
        IngressApp.start(
            IngressApp.Settings.ordinary(),
            Map.of(),
            HostWithOpinions.class,
            HostWithGlobalConfigurations.class)) {
      assertThat(status(app, "/webhooks/open")).isEqualTo(202);
      assertThat(HostWithGlobalConfigurations.GLOBAL).isEmpty();
      assertThat(HostWithGlobalConfigurations.INGRESS).contains("webhook-ingress-open");

      assertThat(status(app, "/host/echo")).isEqualTo(200);
      assertThat(HostWithGlobalConfigurations.GLOBAL).containsOnly("host-echo").isNotEmpty();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class HostTemplate {
    @Bean
    RouteBuilder template() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          routeTemplate("webhook-ingress")
              .templateParameter("source")
              .templateParameter("path")
              .from("platform-http:{{path}}?platformHttpEngine=#bean:webhookHttpEngine")
              .process(HostTemplate::decide);
        }
      };
    }

    private static void decide(Exchange exchange) {
      String path = exchange.getFromEndpoint().getEndpointUri();
      if (path.contains("open")) {
        exchange.setProperty(
            IngressProperties.ANSWER, new Answer(299, null, new byte[0], Map.of()));
      } else if (path.contains("json")) {
        throw new IllegalStateException("a host's fault");
      }
    }
  }

  @Test
  void aHostsOwnTemplateWinsAndOneThatFailsOrDecidesNothingGives503() throws Exception {
    try (IngressApp app =
        IngressApp.start(IngressApp.Settings.ordinary(), Map.of(), HostTemplate.class)) {
      try (RawConnection connection = app.connect()) {
        assertThat(connection.post("/webhooks/open", new byte[2]).read().status()).isEqualTo(299);
        Response failed =
            connection.post("/webhooks/json", new byte[2], "Content-Type: application/json").read();
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.headers()).containsKey("retry-after");
      }
      try (RawConnection connection = app.connect()) {
        assertThat(connection.post("/webhooks/signed", new byte[2]).read().status()).isEqualTo(503);
      }
    }
  }

  @Test
  void aSourceOpenedLaterIsServedAndOneClosedIsNot() throws Exception {
    try (IngressApp app =
        IngressApp.start(
            IngressApp.Settings.ordinary(),
            Map.of("camel.component.kamelet.location", "file:no-such-folder"),
            HostWithOpinions.class)) {
      IngressRoutes routes = app.bean(IngressRoutes.class);
      assertThat(status(app, "/webhooks/late")).isEqualTo(404);
      routes.open(IngressApp.receiver(IngressApp.unsigned("late").build(), app.inbox()));
      assertThat(status(app, "/webhooks/late")).isEqualTo(202);
      routes.close(new SourceName("late"));
      assertThat(status(app, "/webhooks/late")).isEqualTo(404);
      routes.open(IngressApp.receiver(IngressApp.unsigned("late").build(), app.inbox()));
      assertThat(status(app, "/webhooks/late")).isEqualTo(202);

      routes.close(new SourceName("late"));
      routes.open(
          IngressApp.receiver(IngressApp.unsigned("late").path("/moved").build(), app.inbox()));
      assertThat(status(app, "/webhooks/late")).isEqualTo(404);
      assertThat(status(app, "/moved")).isEqualTo(202);

      var taken = IngressApp.unsigned("taken").path("/host/echo").build();
      assertThatThrownBy(() -> routes.open(IngressApp.receiver(taken, app.inbox())))
          .hasMessageContaining("'host-echo'")
          .hasMessageContaining("gamma.webhook.sources.taken.path");
      assertThat(status(app, "/host/echo")).isEqualTo(200);
    }
  }

  private static int status(IngressApp app, String path) throws Exception {
    try (RawConnection connection = app.connect()) {
      return connection.post(path, new byte[2]).read().status();
    }
  }
}
