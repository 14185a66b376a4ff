package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

/** A test that lacks something is told what. */
class MisusedKitTest {

  @Test
  void aTestWithoutAServerIsToldToHaveOne() {
    MockEnvironment environment = new MockEnvironment();
    assertThatThrownBy(() -> WebhookContextCustomizerFactory.address(environment))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("webEnvironment = WebEnvironment.RANDOM_PORT");
    environment.setProperty("local.server.port", "8081");
    assertThat(WebhookContextCustomizerFactory.address(environment))
        .hasToString("http://localhost:8081");
  }

  @Test
  void aTestWithoutAnApplicationIsToldToHaveOne() {
    WebhookExtension.mustHaveApplication(WebhooksTest.class);
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
