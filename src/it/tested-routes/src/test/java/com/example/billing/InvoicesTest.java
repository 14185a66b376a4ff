package com.example.billing;

import io.gammawebhook.testkit.SentEvent;
import io.gammawebhook.testkit.WebhookTest;
import io.gammawebhook.testkit.Webhooks;
import java.net.ConnectException;
import org.apache.camel.EndpointInject;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** What becomes of invoices. A mock of Camel's stands in for the mail server. */
@CamelSpringBootTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@MockEndpointsAndSkip("smtp:*")
@WebhookTest
class InvoicesTest {

  @EndpointInject("mock:smtp:mail.internal")
  private MockEndpoint mail;

  @BeforeEach
  void noMailYet() {
    mail.reset();
  }

  @Test
  void aLargeInvoiceIsMailed(Webhooks webhooks) throws Exception {
    mail.expectedMessageCount(1);
    mail.expectedHeaderReceived("Subject", "An invoice to approve");

    webhooks
        .source("gamma")
        .send("invoice.created", "{\"total\": 5000}")
        .isAccepted()
        .delivery("invoices")
        .isDelivered();

    mail.assertIsSatisfied();
  }

  @Test
  void aSmallOneIsNot(Webhooks webhooks) throws Exception {
    mail.expectedMessageCount(0);

    webhooks.source("gamma").send("invoice.created", "{\"total\": 5}").delivery().isDelivered();

    mail.assertIsSatisfied();
  }

  @Test
  void itWaitsWhileTheMailServerIsAway(Webhooks webhooks) throws Exception {
    mail.expectedMessageCount(2);
    mail.whenExchangeReceived(
        1,
        exchange -> {
          throw new ConnectException("nobody listens");
        });

    SentEvent event = webhooks.source("gamma").send("invoice.created", "{\"total\": 5000}");

    event.delivery("invoices").failedOnce("ConnectException");
    webhooks.nextRetry();
    event.delivery("invoices").isDelivered();
    mail.assertIsSatisfied();
  }

  @Test
  void oneWithoutATotalIsADeadLetterAtOnce(Webhooks webhooks) {
    webhooks
        .source("gamma")
        .send("invoice.created", "{}")
        .delivery("invoices")
        .failedOnce("IllegalArgumentException")
        .isDead();
  }

  @Test
  void theSameOneAgainIsMailedOnce(Webhooks webhooks) throws Exception {
    mail.expectedMessageCount(1);
    SentEvent event = webhooks.source("gamma").send("invoice.created", "{\"total\": 5000}");
    event.delivery("invoices").isDelivered();

    event.sendAgain().isDuplicate();

    mail.assertIsSatisfied();
  }
}
