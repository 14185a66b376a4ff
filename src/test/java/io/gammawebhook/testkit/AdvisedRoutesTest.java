package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** Routes that are advised before they start, with Camel's own test support. */
@CamelSpringBootTest
@UseAdviceWith
@SpringBootTest(
    classes = KitApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "gamma.webhook.mode=production",
      "gamma.webhook.sources.hub.scheme=gamma-hub",
      "gamma.webhook.sources.hub.secrets=a secret that is configured",
      "gamma.webhook.sources.gamma.secrets=whsec_b3VyIG93biBzZWNyZXQsIDMyIGJ5dGVzIGxvbmcgISE="
    })
@WebhookTest
@Timeout(60)
class AdvisedRoutesTest {

  @Autowired private CamelContext camel;

  @Test
  void whatIsAdvisedIsWhatRuns(Webhooks webhooks) throws Exception {
    AdviceWith.adviceWith(
        camel,
        "pushes",
        route -> route.weaveByToUri("mock:pushes").replace().to("mock:in-its-place"));
    camel.start();
    NotifyBuilder done = new NotifyBuilder(camel).fromRoute("pushes").whenCompleted(1).create();
    MockEndpoint inItsPlace = camel.getEndpoint("mock:in-its-place", MockEndpoint.class);
    inItsPlace.expectedMessageCount(1);

    webhooks.source("hub").send("push", "{}").isAccepted().delivery("pushes").isDelivered();

    inItsPlace.assertIsSatisfied();
    assertThat(done.matches(10, TimeUnit.SECONDS)).isTrue();
    // All secrets are there, so the mode stays as it is configured.
    assertThat(camel.resolvePropertyPlaceholders("{{gamma.webhook.mode}}")).isEqualTo("production");
  }
}
