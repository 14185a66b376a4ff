package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;

/** The kit on Spring Boot, over HTTP, with a store in a file. */
@CamelSpringBootTest
@SpringBootTest(
    classes = KitApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "gamma.webhook.sources.gamma.secrets=${SECRET_THAT_NOBODY_SET}",
      "gamma.webhook.sources.hub.scheme=gamma-hub",
      "gamma.webhook.sources.hub.secrets=file:/nowhere/hub",
      "gamma.webhook.inbox.data-source=poolOfProduction",
      "gamma.webhook.data-dir=/nowhere/inbox"
    })
@WebhookTest
@Timeout(60)
class WebhooksTest {

  private static final String ORDER = "{\"number\":7}";

  @Autowired private Webhooks webhooks;
  @Autowired private Environment environment;
  @Autowired private CamelContext camel;

  private MockEndpoint mail;
  private MockEndpoint pushes;

  @BeforeEach
  void nothingFails() {
    KitApplication.FAILURES.clear();
    mail = camel.getEndpoint("mock:mail", MockEndpoint.class);
    mail.reset();
    pushes = camel.getEndpoint("mock:pushes", MockEndpoint.class);
    pushes.reset();
  }

  private EventDelivery failingOrder(Exception... failures) {
    KitApplication.FAILURES.addAll(List.of(failures));
    return webhooks.source("gamma").send("order.paid", ORDER).delivery("orders");
  }

  @Test
  void timeMovesToEachRetryAsThePolicySaysIt(Webhooks sameAsTheBean) {
    EventDelivery order = failingOrder(new IOException("away"), new ConnectException("still away"));
    assertThat(sameAsTheBean).isSameAs(webhooks);

    order.failedOnce("IOException").isWaiting().isDueIn(Duration.ofSeconds(5));
    Duration first = order.dueIn();
    Instant failed = webhooks.now();
    assertThat(webhooks.nextRetry()).isEqualTo(first);
    assertThat(webhooks.now()).isEqualTo(failed.plus(first));
    order.failed(2, "java.net.ConnectException").isDueIn(Duration.ofMinutes(5));
    assertThat(webhooks.nextRetry()).isBetween(Duration.ofSeconds(270), Duration.ofSeconds(330));
    order.isDelivered();
    assertThat(order.attempts()).isEqualTo(3);
  }

  @Test
  void timeStandsStillUntilItIsMoved() {
    EventDelivery order = failingOrder(new IOException("away"));
    Instant before = webhooks.now();

    order.isWaiting();

    assertThat(webhooks.now()).isEqualTo(before);
    assertThat(order.attempts()).isEqualTo(1);
  }

  @Test
  void aFailedAssertionSaysAtOnceWhatWasThereInstead() {
    EventDelivery order = failingOrder(new IOException("nobody listens"));
    order.isWaiting();
    long began = System.nanoTime();

    assertThatThrownBy(order::isDelivered)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(order.paid) of gamma should have a delivery to 'orders'")
        .hasMessageContaining("that is delivered. There is:")
        .hasMessageContaining("to orders: waiting, attempts 1, java.io.IOException: nobody listens")
        .hasMessageContaining("; due in PT")
        .hasMessageContaining("time stands still until webhooks.nextRetry()")
        .hasMessageContaining("received")
        .hasMessageContaining("attempt_failed orders attempt 1 java.io.IOException");
    assertThatThrownBy(() -> order.failedOnce("ConnectException"))
        .hasMessageContaining("failed after attempt 1 for ConnectException")
        .hasMessageContaining("java.io.IOException: nobody listens");
    assertThatThrownBy(() -> order.failed(2, "IOException")).hasMessageContaining("attempts 1");
    assertThatThrownBy(order::isDead).hasMessageContaining("a dead letter");
    assertThatThrownBy(() -> order.isDueIn(Duration.ofSeconds(6)))
        .hasMessageContaining("due in PT6S");
    // Not one of them waited for a retry that cannot come.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aDeadLetterIsReplayed() {
    EventDelivery order =
        failingOrder(new IOException("1"), new IOException("2"), new IOException("3"));
    webhooks.nextRetry();
    webhooks.nextRetry();
    String id = order.failed(3, "IOException").isDead().id();
    assertThatThrownBy(webhooks::nextRetry)
        .hasMessageContaining("Nothing waits for a retry. There is:")
        .hasMessageContaining("to orders: dead, attempts 3");
    assertThatThrownBy(order::dueIn).hasMessageContaining("waiting for a retry");

    assertThat(order.replay().isDelivered().id()).isNotEqualTo(id);
  }

  @Test
  void aPermanentFailureIsDeadAtOnce() {
    mail.whenAnyExchangeReceived(
        exchange -> {
          throw new IllegalStateException("no address");
        });

    webhooks
        .source("gamma")
        .send("invoice.paid", "{}")
        .delivery()
        .failedOnce("IllegalStateException")
        .isDead();
  }

  @Test
  void whatIsForgedOrStaleIsRejectedAndWhy() {
    SentEvent forged = webhooks.source("gamma").sendForged("order.paid", ORDER);

    forged.isRejected("signature-mismatch");
    webhooks
        .source("gamma")
        .event("order.paid", ORDER)
        .signedAt(webhooks.now().minus(Duration.ofHours(1)))
        .send()
        .isRejected("stale-timestamp");
    assertThatThrownBy(forged::isAccepted)
        .hasMessageContaining("should have been one that is accepted, but was answered 401")
        .hasMessageContaining("The audit says: ")
        .hasMessageContaining("signature-mismatch");
    assertThatThrownBy(() -> forged.isRejected("stale-timestamp"))
        .hasMessageContaining("signature-mismatch");
    assertThatThrownBy(forged::delivery).hasMessageContaining("is not in the inbox");
  }

  @Test
  void theSameEventAgainIsADuplicateAlsoAfterItsSignatureGrewStale() throws Exception {
    mail.expectedMessageCount(1);
    SentEvent event = webhooks.source("gamma").send("invoice.paid", "{}").isAccepted();
    event.delivery("invoices").isDelivered();
    webhooks.advance(Duration.ofHours(2));

    SentEvent again = event.sendAgain();

    again.isDuplicate();
    assertThat(again.reference()).isEqualTo(event.reference());
    assertThatThrownBy(event::isDuplicate)
        .hasMessageContaining("should have been one that is a duplicate, but was answered 202")
        .hasMessageContaining("to invoices: delivered");
    mail.assertIsSatisfied();
  }

  @Test
  void idAndTypeAreWrittenWhereTheSourceReadsThem() throws Exception {
    pushes.expectedMessageCount(2);
    String complete = "{ \"id\": \"own-1\",  \"type\": \"push\" }";

    SentEvent made = webhooks.source("hub").event("push", "{\"a\":1}").id("made-1").send();
    SentEvent given = webhooks.source("hub").send("push", complete);

    made.isAccepted().delivery("pushes").isDelivered();
    given.isAccepted().delivery("pushes").isDelivered();
    assertThat(given.eventId()).isEqualTo("own-1");
    pushes.assertIsSatisfied();
    assertThat(pushes.getExchanges())
        .extracting(each -> each.getMessage().getHeader("CamelWebhookEventId"))
        .containsExactlyInAnyOrder("made-1", "own-1");
    assertThat(pushes.getExchanges())
        .extracting(
            each -> new String(each.getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
        .contains(complete);
    assertThatThrownBy(() -> webhooks.source("hub").send("pull", complete))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The body says the type 'push'");
  }

  @Test
  void whatGoesNowhereIsSaid() {
    SentEvent other = webhooks.source("gamma").send("customer.created", "{}").isAccepted();

    other.hasNoDelivery("orders");
    assertThatThrownBy(() -> other.delivery("orders"))
        .hasMessageContaining("has no delivery to 'orders'")
        .hasMessageContaining("no subscription wants it");
    assertThatThrownBy(other::delivery).hasMessageContaining("name the subscription");
    assertThatThrownBy(() -> webhooks.source("gama"))
        .hasMessageContaining("There is no source 'gama'")
        .hasMessageContaining("[gamma, hub]. Did you mean gamma?");
    SentEvent order = webhooks.source("gamma").send("order.paid", ORDER).isAccepted();
    assertThatThrownBy(() -> order.delivery("ordres")).hasMessageContaining("Did you mean orders?");
    assertThat(webhooks.event("gamma", other.eventId()).reference()).isEqualTo(other.reference());
    webhooks.waitAtMost(Duration.ofMillis(50));
    assertThatThrownBy(() -> webhooks.event("gamma", "none"))
        .hasMessageContaining("did not receive an event with the id 'none' within PT0.05S");
  }

  @Test
  void whatATestLeavesWaitingDoesNotGoOnInTheNextOne() {
    EventDelivery left = failingOrder(new IOException("away")).isWaiting();

    webhooks.end();
    webhooks.begin();

    assertThatThrownBy(webhooks::nextRetry)
        .hasMessageContaining("Nothing waits for a retry. The inbox has no event of this test.");
    EventDelivery own = failingOrder(new IOException("away")).isWaiting();
    webhooks.nextRetry();
    own.isDelivered();
    assertThatThrownBy(left::isWaiting).hasMessageContaining("to orders: discarded, attempts 1");
  }

  @Test
  void timeIsNotMovedUnderAnAttemptWhoseLeaseWouldEnd() {
    CountDownLatch hold = new CountDownLatch(1);
    mail.whenAnyExchangeReceived(exchange -> hold.await());
    EventDelivery slow = webhooks.source("gamma").send("invoice.paid", "{}").delivery();
    webhooks.waitAtMost(Duration.ofMillis(100));

    assertThatThrownBy(() -> webhooks.advance(Duration.ofHours(1)))
        .hasMessageContaining("Time is not moved while an attempt is at work or due")
        .hasMessageContaining("to invoices: leased, attempts 1; its attempt has not ended");
    assertThatThrownBy(webhooks::nextRetry).hasMessageContaining("within PT0.1S");
    assertThatThrownBy(slow::isDelivered).hasMessageContaining("its attempt has not ended");
    hold.countDown();
    webhooks.waitAtMost(Duration.ofSeconds(10));
    slow.isDelivered();
    assertThat(slow.attempts()).isEqualTo(1);
  }

  @Test
  void nothingOfTheTestIsWhereTheConfigurationSays() {
    assertThat(environment.getProperty("gamma.webhook.data-dir"))
        .contains("gamma-webhook-test-")
        .doesNotContain("nowhere");
    assertThat(environment.getProperty("gamma.webhook.mode")).isEqualTo("dev");
    assertThatThrownBy(() -> webhooks.advance(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> webhooks.waitAtMost(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
