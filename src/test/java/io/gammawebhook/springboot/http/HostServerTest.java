package io.gammawebhook.springboot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.testing.RawConnection;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** What a host's server brings with it: HTTP/2, and the observation of every request. */
class HostServerTest {

  @Test
  @Timeout(30)
  void overHttp2TheContractIsTheSame() throws Exception {
    try (IngressApp app =
        IngressApp.start(IngressApp.Settings.ordinary(), Map.of("server.http2.enabled", "true"))) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
      assertThat(status(client, app, "GET", 0)).isEqualTo(405);
      for (int i = 0; i < 3; i++) {
        assertThat(status(client, app, "POST", 0)).isEqualTo(202);
        assertThat(status(client, app, "POST", 1)).isEqualTo(202);
        assertThat(status(client, app, "POST", IngressApp.MAX_BODY)).isEqualTo(202);
        assertThat(status(client, app, "POST", IngressApp.MAX_BODY + 1)).isEqualTo(413);
      }
      assertThat(app.inbox().events())
          .extracting(event -> event.body().length())
          .contains(0, 1, IngressApp.MAX_BODY);
      await().untilAsserted(() -> assertThat(app.line().bytes()).isZero());
    }
  }

  private static int status(HttpClient client, IngressApp app, String method, int length)
      throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + "/webhooks/open"))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(new byte[length]))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    return response.statusCode();
  }

  @Configuration(proxyBeanMethods = false)
  static class Observing {

    static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @Bean
    FilterRegistrationBean<ServerHttpObservationFilter> observation() {
      ObservationRegistry registry = ObservationRegistry.create();
      registry.observationConfig().observationHandler(new Recorder());
      FilterRegistrationBean<ServerHttpObservationFilter> bean =
          new FilterRegistrationBean<>(new ServerHttpObservationFilter(registry));
      bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
      return bean;
    }
  }

  private static final class Recorder
      implements ObservationHandler<ServerRequestObservationContext> {
    @Override
    public boolean supportsContext(Observation.Context context) {
      return context instanceof ServerRequestObservationContext;
    }

    @Override
    public void onStop(ServerRequestObservationContext context) {
      var response = context.getResponse();
      Observing.SEEN.add(
          context.getPathPattern() + " " + (response == null ? 0 : response.getStatus()));
    }
  }

  @Test
  void aWebhookIsObservedUnderItsPathWithItsStatus() throws Exception {
    try (IngressApp app =
            IngressApp.start(IngressApp.Settings.ordinary(), Map.of(), Observing.class);
        RawConnection connection = app.connect()) {
      connection.post("/webhooks/open", new byte[2]).read();
      connection.post("/webhooks/signed", new byte[2]).read();
      await()
          .untilAsserted(
              () ->
                  assertThat(Observing.SEEN)
                      .containsExactly("/webhooks/open 202", "/webhooks/signed 401"));
    }
  }
}
