package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** A test that lacks something is told what: here, the HTTP server. */
@SpringBootTest(
    classes = KitApplication.class,
    properties = {
      "gamma.webhook.sources.hub.scheme=gamma-hub",
      "gamma.webhook.sources.gamma.path=/webhooks/gamma"
    })
@WebhookTest
class WithoutServerTest {

  @Autowired private Webhooks webhooks;

  @Test
  void aTestWithoutAServerIsToldToHaveOne() {
    assertThatThrownBy(() -> webhooks.source("hub").send("push", "{}"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("webEnvironment = WebEnvironment.RANDOM_PORT");
  }

  @Test
  void aTestWithoutAnApplicationIsToldToHaveOne() {
    WebhookExtension.mustHaveApplication(getClass());
    assertThatThrownBy(() -> WebhookExtension.mustHaveApplication(NoApplication.class))
        .hasMessageContaining("@WebhookTest needs an application")
        .hasMessageContaining("without Spring use Webhooks.prepare");
  }

  @Test
  void aTestThatWaitsForNothingIsRefused() {
    assertThatThrownBy(() -> new Patience(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @WebhookTest
  private static final class NoApplication {}
}
