package io.gammawebhook.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.receive.WebhookRequest;
import io.gammawebhook.springboot.http.MemoryInbox;
import io.gammawebhook.verify.SchemeCatalogue;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two actions of the ingress as Kamelets in a plain Camel context, without Spring. */
class IngressStepsTest {

  private final MemoryInbox inbox = new MemoryInbox();
  private final AnswerThreads answers = new AnswerThreads(1);
  private final Receivers receivers = new Receivers(answers::execute, Long.MAX_VALUE);
  private final DefaultCamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void start() throws Exception {
    receivers.add(receiver("open", "none", "/webhooks/open"));
    receivers.add(receiver("other", "none", "/webhooks/other"));
    receivers.add(receiver("signed", "gamma-hub", "/webhooks/signed"));
    camel.getRegistry().bind("receivers", receivers);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // A host's own handling of errors, which must not touch an answer.
            onException(Exception.class).handled(true).setBody(constant("the host's"));
            for (String source : List.of("open", "signed")) {
              from("direct:" + source)
                  .errorHandler(noErrorHandler())
                  .to("kamelet:webhook-verify-action?source=" + source)
                  .to("kamelet:webhook-accept-action?source=" + source)
                  .process(
                      exchange -> exchange.setProperty("after", Thread.currentThread().getName()));
            }
            from("direct:unverified")
                .errorHandler(noErrorHandler())
                .to("kamelet:webhook-accept-action?source=open");
            from("direct:verified-for-another")
                .errorHandler(noErrorHandler())
                .to("kamelet:webhook-verify-action?source=other")
                .to("kamelet:webhook-accept-action?source=open");
          }
        });
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    inbox.close();
    answers.close();
  }

  @Test
  void aVerifiedRequestIsAcceptedAndTheRouteGoesOn() {
    Exchange exchange = send("direct:open", request());
    assertThat(status(exchange)).isEqualTo(202);
    assertThat(exchange.getProperty("after")).isNotNull();
    assertThat(inbox.events()).hasSize(1);
  }

  @Test
  void aRefusedRequestEndsTheWholeRouteWithItsAnswer() {
    Exchange exchange = send("direct:signed", request());
    assertThat(status(exchange)).isEqualTo(401);
    assertThat(exchange.getProperty("after")).isNull();
    assertThat(exchange.getException()).isNull();
    assertThat(inbox.events()).isEmpty();
  }

  /** Such as one of memory: or the sender would wait, and what its request holds would stay. */
  @Test
  void anErrorOfAStepEndsTheRouteAsAnExceptionDoes() {
    inbox.behave(
        event -> {
          throw new StackOverflowError("deep");
        });
    Exchange exchange = send("direct:open", request());
    assertThat(exchange.getException()).hasRootCauseInstanceOf(StackOverflowError.class);
    assertThat(camel.getInflightRepository().size()).isZero();
  }

  @Test
  void withoutTheVerifyStepEverythingIsRefused() {
    assertThat(status(send("direct:unverified", request()))).isEqualTo(503);
    assertThat(inbox.events()).isEmpty();
  }

  @Test
  void whatIsVerifiedForAnotherSourceIsRefused() {
    assertThat(status(send("direct:verified-for-another", request()))).isEqualTo(503);
    assertThat(inbox.events()).isEmpty();
  }

  @Test
  void aStepInARouteThatReceivesNoWebhooksFailsAndSaysHowToUseIt() {
    Exchange exchange = send("direct:open", null);
    assertThat(exchange.getException()).hasMessageContaining("#bean:webhookHttpEngine");
  }

  @Test
  void noThreadWaitsForTheCommitAndTheRouteGoesOnOnAnAnswerThread() throws Exception {
    CompletableFuture<Acceptance> commit = new CompletableFuture<>();
    inbox.behave(event -> commit);
    Exchange exchange = exchange(request());
    CompletableFuture<Exchange> done = new CompletableFuture<>();
    AsyncProducer producer = camel.getEndpoint("direct:open").createAsyncProducer();
    producer.start();
    assertThat(producer.process(exchange, doneSync -> done.complete(exchange)))
        .as("done before it returned")
        .isFalse();
    assertThat(done).isNotDone();
    commit.complete(new Acceptance.Accepted(new ReferenceGenerator(new SecureRandom()).next(1)));
    assertThat(status(done.get(5, TimeUnit.SECONDS))).isEqualTo(202);
    assertThat(exchange.getProperty("after", String.class)).startsWith("gamma-webhook-answer-");
  }

  @Test
  void aSecondReceiverForASourceOrPathIsRefusedAndBothAreNamed() {
    assertThatThrownBy(() -> receivers.add(receiver("new", "none", "/webhooks/open")))
        .hasMessageContaining("'open'")
        .hasMessageContaining("'new'")
        .hasMessageContaining("/webhooks/open");
    assertThatThrownBy(() -> receivers.add(receiver("open", "none", "/elsewhere")))
        .hasMessageContaining("/webhooks/open")
        .hasMessageContaining("/elsewhere");
  }

  private Receiver receiver(String name, String scheme, String path) {
    SourceDefinition.Builder builder =
        SourceDefinition.builder(new SourceName(name), new SchemeCatalogue().byName(scheme))
            .path(path);
    if (scheme.equals("none")) {
      builder.allowUnsigned();
    } else {
      builder.secret("a secret of the test, long enough");
    }
    return new Receiver(
        builder.build(), inbox, new ReferenceGenerator(new SecureRandom()), InstantSource.system());
  }

  private static WebhookRequest request() {
    return new WebhookRequest(
        "POST",
        "/webhooks/open",
        null,
        Map.of("to", List.of("somebody@else.example")),
        "127.0.0.1",
        RawBody.of("{\"id\":\"1\"}".getBytes(UTF_8)));
  }

  private Exchange exchange(@org.jspecify.annotations.Nullable WebhookRequest request) {
    Exchange exchange = camel.getEndpoint("direct:open").createExchange();
    if (request != null) {
      exchange.setProperty(IngressProperties.REQUEST, request);
    }
    return exchange;
  }

  private Exchange send(String uri, @org.jspecify.annotations.Nullable WebhookRequest request) {
    return camel.createProducerTemplate().send(uri, exchange(request));
  }

  private static int status(Exchange exchange) {
    Answer answer = IngressProperties.answer(exchange);
    return answer == null ? 0 : answer.status();
  }
}
