package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a host on Tomcat gets by having the plug-in on its class path, and nothing else. */
class HostOnTomcatTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
  static class Host {}

  @Test
  @Timeout(90)
  void whatTomcatRefusesIs4xxOnASourcesPathAndTomcatsOwnOnEveryOther(@TempDir Path folder)
      throws Exception {
    SpringApplication application = new SpringApplication(Host.class);
    application.setRegisterShutdownHook(false);
    try (ConfigurableApplicationContext context =
        application.run(
            "--server.port=0",
            "--spring.main.banner-mode=off",
            "--logging.level.root=WARN",
            "--gamma.webhook.mode=dev",
            "--gamma.webhook.data-dir=" + folder,
            "--gamma.webhook.http.shutdown-drain=0s",
            "--gamma.webhook.sources.gamma.path=/webhooks/gamma")) {
      int port = ((WebServerApplicationContext) context).getWebServer().getPort();
      assertThat(status(port, "/webhooks/gamma", "HTTP/1.1")).isEqualTo(400);
      assertThat(status(port, "/webhooks/gamma", "HTTP/9.9")).isEqualTo(400);
      assertThat(status(port, "/webhooks/other", "HTTP/1.1")).isEqualTo(501);
      assertThat(status(port, "/webhooks/other", "HTTP/9.9")).isEqualTo(505);
      for (String spelling : new String[] {"/webhooks/%67amma", "/webhooks/gamma;x=1"}) {
        assertThat(status(port, spelling, "", "HTTP/1.1")).as(spelling).isEqualTo(404);
      }
      for (String never :
          new String[] {
            "/webhooks%2fgamma", "/webhooks%5cgamma", "/webhooks/gamma%00", "/webhooks\\gamma"
          }) {
        assertThat(status(port, never, "", "HTTP/1.1")).as(never).isEqualTo(400);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Billing {
    @Bean
    RouteBuilder billing() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("kamelet:gamma-webhook-source?source=billing&path=/in/billing"
                  + "&secrets={{billing.secret}}")
              .routeId("billing")
              .to("log:billing");
        }
      };
    }
  }

  @Test
  @Timeout(90)
  @ExtendWith(OutputCaptureExtension.class)
  void theStartSaysWhereEachSourcesWebhooksGo(CapturedOutput log, @TempDir Path folder) {
    SpringApplication application = new SpringApplication(Host.class, Billing.class);
    application.setRegisterShutdownHook(false);
    try (ConfigurableApplicationContext context =
        application.run(
            "--server.port=0",
            "--server.servlet.context-path=/shop",
            "--billing.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "--logging.level.io.gammawebhook.camel=INFO",
            "--gamma.webhook.mode=dev",
            "--gamma.webhook.data-dir=" + folder,
            "--gamma.webhook.http.shutdown-drain=0s",
            "--gamma.webhook.sources.ended.secrets[0].value=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "--gamma.webhook.sources.ended.secrets[0].not-after=2026-01-01T00:00:00Z",
            "--gamma.webhook.sources.gamma.path=/webhooks/gamma")) {
      String base =
          "http://localhost:"
              + ((WebServerApplicationContext) context).getWebServer().getPort()
              + "/shop";
      assertThat(log)
          .contains("Webhooks of 'billing' are received at " + base + "/in/billing")
          .contains("Webhooks of 'gamma' are received at " + base + "/webhooks/gamma")
          .contains("No secret of 'ended' counts now: all its webhooks are answered 401")
          .doesNotContain("No secret of 'gamma'");
    }
  }

  private static int status(int port, String path, String protocol) throws IOException {
    String coding = protocol.equals("HTTP/1.1") ? "Transfer-Encoding: bogus\r\n" : "";
    return status(port, path, coding, protocol);
  }

  private static int status(int port, String path, String coding, String protocol)
      throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(
              ("POST " + path + " " + protocol + "\r\nHost: x\r\n" + coding + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(head, StandardCharsets.US_ASCII).substring(9));
    }
  }
}
