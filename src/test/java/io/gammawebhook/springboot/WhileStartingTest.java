package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What a host answers between the moment in which its port opens, when Camel has read no route yet,
 * and that in which a source Kamelet's route has started.
 */
@Timeout(120)
class WhileStartingTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String[] NONE = {};
  private static final String[] LOGIN = {"Authorization", "Basic eDp5"};
  private static final String[] SESSION = {"Cookie", "SESSION=x"};

  @TempDir private Path folder;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
  static class Host {}

  /** It would acknowledge a webhook that is then lost. */
  @RestController
  static class Patterned {
    @PostMapping("/webhooks/{name}")
    String any() {
      return "the host's";
    }
  }

  /** Refuses in each of the ways in which security filters and controllers do. */
  @Component
  static class Guard extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException {
      String[] path = request.getRequestURI().split("/", -1);
      int status = Integer.parseInt(path[2]);
      response.setHeader("WWW-Authenticate", "Basic");
      switch (path[1]) {
        case "error" -> response.sendError(status);
        case "text" -> response.sendError(status, "no");
        case "bare" -> response.setStatus(status);
        case "flush" -> {
          response.setStatus(status);
          response.flushBuffer();
        }
        case "bytes" -> {
          response.setStatus(status);
          response.setContentLength(4);
          response.getOutputStream().write("mine".getBytes(StandardCharsets.US_ASCII));
        }
        case "words" -> {
          response.setStatus(status);
          response.setContentType("text/plain");
          response.getWriter().write("mine");
        }
        default -> throw new IllegalArgumentException(path[1]);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class JavaRoute {
    static volatile IntConsumer whenRoutesAreMade = port -> {};
    private static volatile int port;

    @Bean
    ApplicationListener<WebServerInitializedEvent> port() {
      return event -> port = event.getWebServer().getPort();
    }

    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() throws Exception {
          from("kamelet:gamma-webhook-source?source=billing&path=/webhooks/java"
                  + "&secrets={{billing.secret}}")
              .routeId("java")
              .to("log:java");
          getContext().addStartupListener((context, already) -> whenRoutesAreMade.accept(port));
        }
      };
    }
  }

  @Test
  void thePathOfAYamlRoutesKameletIsKnownBeforeThePortOpens() throws Exception {
    Files.writeString(
        folder.resolve("billing.camel.yaml"),
        """
        - route:
            id: billing
            from:
              uri: kamelet:gamma-webhook-source
              parameters:
                source: billing
                path: "{{billing.path}}"
                secrets: "{{billing.secret}}"
              steps:
                - log:
                    message: x
        """);
    Files.writeString(
        folder.resolve("short.camel.yaml"),
        """
        - from:
            uri: "webhook-inbox:short?path=/webhooks/short&secrets=RAW({{billing.secret}})"
            steps:
              - log:
                  message: x
        """);
    List<Integer> early = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    try (ConfigurableApplicationContext host =
        start(
            port -> {
              early.add(post(port, "/webhooks/billing", NONE).statusCode());
              early.add(post(port, "/webhooks/billing", LOGIN).statusCode());
              early.add(post(port, "/webhooks/short", NONE).statusCode());
              others.add(post(port, "/webhooks/internal", NONE).statusCode());
            },
            Patterned.class)) {
      assertThat(early).containsExactly(503, 503, 503);
      assertThat(others).as("the host's own paths").containsExactly(200);
      // Open, and not signed.
      assertThat(post(port(host), "/webhooks/billing", NONE).statusCode()).isEqualTo(401);
      assertThat(post(port(host), "/webhooks/short", NONE).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void thePathOfAJavaRouteIsKnownWhenTheRoutesAreMade() {
    List<Integer> made = new ArrayList<>();
    JavaRoute.whenRoutesAreMade = port -> made.add(post(port, "/webhooks/java", NONE).statusCode());
    try (ConfigurableApplicationContext host =
        start(port -> {}, Patterned.class, JavaRoute.class)) {
      assertThat(made).isNotEmpty().containsOnly(503);
      assertThat(post(port(host), "/webhooks/java", NONE).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void aRefusalOfWhatMayBeAWebhookIs503HoweverItIsWrittenAndEveryOtherAnswerIsTheHosts() {
    List<String> ways = List.of("error", "text", "bare", "flush", "bytes", "words");
    Map<String, HttpResponse<String>> later = new LinkedHashMap<>();
    Map<String, HttpResponse<String>> own = new LinkedHashMap<>();
    try (ConfigurableApplicationContext host =
        start(
            port -> {
              for (String way : ways) {
                for (int status : new int[] {401, 403, 404, 405}) {
                  String path = "/" + way + "/" + status;
                  later.put(path, post(port, path, NONE));
                  own.put(path + " login", post(port, path, LOGIN));
                  own.put(path + " session", post(port, path, SESSION));
                }
                own.put("/" + way + "/422", post(port, "/" + way + "/422", NONE));
              }
            },
            Guard.class)) {
      assertThat(later).hasSize(24);
      later.forEach(
          (path, answer) -> {
            assertThat(answer.statusCode()).as(path).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).as(path).hasValue("5");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).as(path).isEmpty();
            assertThat(answer.headers().firstValue("Content-Type"))
                .as(path)
                .hasValue("application/problem+json");
            assertThat(answer.body()).as(path).contains("\"status\":503").doesNotContain("mine");
          });
      own.forEach((path, answer) -> assertThat(path).contains("/" + answer.statusCode()));
      assertThat(own)
          .extractingByKey("/bytes/401 login")
          .extracting(HttpResponse::body)
          .isEqualTo("mine");
      assertThat(post(port(host), "/bytes/403", NONE).statusCode()).isEqualTo(403);
    }
  }

  private ConfigurableApplicationContext start(IntConsumer whenThePortOpens, Class<?>... more) {
    SpringApplication application = new SpringApplication(Host.class);
    application.addPrimarySources(List.of(more));
    application.setRegisterShutdownHook(false);
    application.addListeners(
        (ApplicationListener<WebServerInitializedEvent>)
            event -> whenThePortOpens.accept(event.getWebServer().getPort()));
    return application.run(
        "--server.port=0",
        "--spring.main.banner-mode=off",
        "--logging.level.root=WARN",
        "--camel.main.routes-include-pattern=file:" + folder + "/*.camel.yaml",
        "--billing.path=/webhooks/billing",
        "--billing.secret=" + SECRET,
        "--gamma.webhook.data-dir=" + folder,
        "--gamma.webhook.http.shutdown-drain=0s",
        "--gamma.webhook.sources.gamma.secrets=" + SECRET);
  }

  private static int port(ConfigurableApplicationContext host) {
    return host.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  private static HttpResponse<String> post(int port, String path, String[] headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    try {
      return HttpClient.newHttpClient()
          .send(
              (headers.length == 0 ? request : request.headers(headers)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
