package io.gammawebhook.springboot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.testing.RawConnection;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Whoever comes too late with an outcome leaves the response alone: a container may have given it
 * to the next request by then. Tomcat forgives it, other containers need not.
 */
class OneAnswerTest {

  private static final HttpTimes SHORT =
      new HttpTimes(
          Duration.ofSeconds(20),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ZERO);

  @Configuration(proxyBeanMethods = false)
  static class Watching {

    static final AtomicInteger TOUCHED = new AtomicInteger();

    @Bean
    FilterRegistrationBean<HttpFilter> watching() {
      FilterRegistrationBean<HttpFilter> bean = new FilterRegistrationBean<>(new Watch());
      bean.setOrder(WebhookFilter.ORDER - 1);
      bean.setAsyncSupported(true);
      return bean;
    }
  }

  private static final class Watch extends HttpFilter {
    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(
          request,
          new HttpServletResponseWrapper(response) {
            @Override
            public ServletOutputStream getOutputStream() throws IOException {
              Watching.TOUCHED.incrementAndGet();
              return super.getOutputStream();
            }
          });
    }
  }

  @Test
  @Timeout(60)
  void anOutcomeAfterTheTimeOutDoesNotTouchTheResponse() throws Exception {
    try (IngressApp app =
            IngressApp.start(IngressApp.Settings.ordinary().with(SHORT), Map.of(), Watching.class);
        RawConnection connection = app.connect()) {
      CompletableFuture<Acceptance> late = new CompletableFuture<>();
      app.inbox().behave(event -> late);
      assertThat(connection.post("/webhooks/open", new byte[2]).read().status()).isEqualTo(503);
      assertThat(connection.isClosedByServer()).isTrue();
      int touched = Watching.TOUCHED.get();
      assertThat(touched).isPositive();

      late.complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.STORE_DOWN));
      await().until(() -> app.line().requests() == 0);

      await()
          .during(Duration.ofMillis(500))
          .untilAsserted(() -> assertThat(Watching.TOUCHED.get()).isEqualTo(touched));
    }
  }
}
