package io.gammawebhook.camel;

import io.gammawebhook.audit.BoundedLine;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WebhookRequest;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes one whole request through the ingress route of its source, without holding a thread. The
 * exchange is fresh: nothing of the request is on its message, neither body nor header, but for the
 * trace that its source continues; the steps find it as {@link IngressProperties#REQUEST}. Safe for
 * use by many threads.
 */
public final class IngressCall {

  private static final Logger LOG = LoggerFactory.getLogger(IngressCall.class);

  private final DefaultConsumer consumer;
  private final BoundedLine failures = new BoundedLine();
  private volatile @Nullable Receivers receivers;

  /**
   * @param consumer of the ingress route, whichever HTTP engine made it
   */
  public IngressCall(DefaultConsumer consumer) {
    this.consumer = consumer;
  }

  /**
   * @param reply gets the answer when the exchange is done, on whichever thread that is; once, also
   *     when a step fails or the route has stopped
   */
  public void route(WebhookRequest request, Consumer<Answer> reply) {
    if (!consumer.isStarted()) {
      reply.accept(Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS, "route-stopped"));
      return;
    }
    Exchange exchange = consumer.createExchange(false);
    exchange.setPattern(ExchangePattern.InOut);
    exchange.setProperty(IngressProperties.REQUEST, request);
    try {
      // A tracer makes the route's span before its first step, so the trace has to be there first.
      Receiver receiver = receivers().atPath(request.path());
      if (receiver != null) {
        TraceHeaders.set(exchange.getMessage(), receiver.definition().traceOf(request));
      }
      consumer
          .getAsyncProcessor()
          .process(exchange, doneSync -> finish(exchange, request.path(), reply));
    } catch (RuntimeException | Error e) {
      // A step of a template of the host's own; the sender gets an answer all the same.
      exchange.setException(e);
      finish(exchange, request.path(), reply);
    }
  }

  private Receivers receivers() {
    Receivers known = receivers;
    if (known == null) {
      known = Receivers.of(consumer.getEndpoint().getCamelContext());
      receivers = known;
    }
    return known;
  }

  private void finish(Exchange exchange, String path, Consumer<Answer> reply) {
    Answer answer = outcome(exchange, path);
    consumer.releaseExchange(exchange, false);
    reply.accept(answer);
  }

  private Answer outcome(Exchange exchange, String path) {
    @Nullable Exception failure = exchange.getException();
    @Nullable Answer answer = IngressProperties.answer(exchange);
    if (failure == null && answer != null) {
      return answer;
    }
    String why =
        failure == null ? "ended without an answer; it lacks webhook-accept-action" : "failed";
    failures.write(
        leftOut ->
            LOG.error(
                "A webhook on {} got 503, because its ingress route {}{}",
                path,
                why,
                BoundedLine.told(leftOut),
                failure));
    return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS, "route-failed");
  }
}
