package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The examples of the Kamelets that receive: a source of its own, and an ingress of one's own. */
@Timeout(120)
class IngressKameletsTest {

  @TempDir private Path folder;

  private static String example(String name) {
    return "file:docs/kamelets/" + name + ".camel.yaml";
  }

  @Test
  void aSourceOfItsOwnHandsItsInvoicesOn() throws Exception {
    WireMockServer http = new WireMockServer(wireMockConfig().dynamicPort());
    http.start();
    http.stubFor(post(anyUrl()).willReturn(ok()));
    try (App app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                example("gamma-webhook-source"),
                "billing.secret",
                Sender.SECRET,
                "accounts.url",
                http.baseUrl() + "/accounts"))) {
      Sender sender = new Sender(app.url("/webhooks/billing"));
      String body = Sender.body("i-1", "invoice.paid");
      assertThat(sender.post(sender.url(), body, sender.signed("i-1", body + " ")).status())
          .isEqualTo(401);
      sender.accepted("i-1", "invoice.paid");
      sender.accepted("o-1", "order.paid");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(app.inbox().deliveries("i-1"))
                      .containsExactly("billing 0 delivered 1"));
      assertThat(http.findAll(postRequestedFor(urlEqualTo("/accounts"))))
          .extracting(LoggedRequest::getBodyAsString)
          .containsExactly(body);
      assertThat(app.inbox().deliveries("o-1")).isEmpty();
    } finally {
      http.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "webhook-verify-action, A webhook of gamma is verified",
    "webhook-accept-action, A webhook goes into the inbox next",
  })
  void aStepOfOnesOwnSeesWhatIsVerifiedAndNothingElse(String name, String line) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("ingress");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    try (App app = App.host(folder, Map.of("camel.main.routes-include-pattern", example(name)))) {
      logger.addAppender(lines);
      logger.setLevel(Level.INFO);
      Sender sender = app.sender();
      String body = Sender.body("o-1", "order.paid");
      assertThat(sender.post(sender.url(), body, sender.signed("o-1", body + " ")).status())
          .isEqualTo(401);
      assertThat(lines.list).isEmpty();
      assertThat(app.inbox().audit("o-1")).isEmpty();

      sender.accepted("o-1", "order.paid");
      assertThat(sender.send("o-1", "order.paid").status()).isEqualTo(200);

      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(line, line);
      assertThat(app.inbox().audit("o-1"))
          .containsExactly("received 0 no-subscription", "duplicate 0 -");
    } finally {
      logger.detachAppender(lines);
    }
  }
}
