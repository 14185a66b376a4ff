package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A request that comes while a failed start is being undone. */
class FailedStartTest {

  private static final List<String> ANSWERS = new ArrayList<>();

  @Configuration(proxyBeanMethods = false)
  static class Broken {

    @Bean
    RouteBuilder broken() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("no-such-component:x").routeId("broken").to("log:x");
        }
      };
    }

    /** The application is closed and the port is still open: only now the first request comes. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> late() {
      return tomcat ->
          tomcat.addConnectorCustomizers(
              connector ->
                  connector.addLifecycleListener(
                      event -> {
                        if (event.getType().equals(Lifecycle.BEFORE_STOP_EVENT)) {
                          ANSWERS.add(post(connector));
                        }
                      }));
    }
  }

  private static String post(Connector connector) {
    try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("POST /webhooks/gamma HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
                      + "Connection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  @Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aRequestDuringAFailedStartGets503AndDoesNotKeepTheProcessFromEnding(@TempDir Path folder)
      throws Exception {
    Files.createFile(Files.createDirectories(folder.resolve("routes")).resolve("a.camel.yaml"));
    SpringApplication application = GammaWebhookApp.server(folder);
    application.addPrimarySources(List.of(Broken.class));
    application.setRegisterShutdownHook(false);

    assertThatThrownBy(
            () ->
                application.run(
                    "--server.port=0",
                    "--gamma.webhook.mode=dev",
                    "--gamma.webhook.data-dir=" + folder,
                    "--logging.level.root=OFF"))
        .isInstanceOf(RuntimeException.class)
        .hasStackTraceContaining("no-such-component");

    assertThat(ANSWERS).containsExactly("HTTP/1.1 503");
  }
}
