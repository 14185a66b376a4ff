package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressProperties;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.WebhookRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes one whole request at a time, without holding a thread. The exchange is fresh: nothing of
 * the request is on its message, neither header nor body; the steps find it as {@link
 * IngressProperties#REQUEST}.
 *
 * <p>It extends Camel's consumer because Camel's handler mapping casts to that.
 */
final class WebhookHttpConsumer extends SpringBootPlatformHttpConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookHttpConsumer.class);

  private final WebhookHttpEngine engine;
  private final String path;

  WebhookHttpConsumer(
      PlatformHttpEndpoint endpoint, Processor processor, WebhookHttpEngine engine) {
    super(endpoint, processor);
    this.engine = engine;
    this.path = endpoint.getPath();
  }

  /**
   * Routes the request; {@code reply} gets the answer when the exchange is done, on whichever
   * thread that is.
   */
  void receive(WebhookRequest request, Consumer<Answer> reply) {
    if (!isStarted()) {
      reply.accept(Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS));
      return;
    }
    Exchange exchange = createExchange(false);
    exchange.setPattern(ExchangePattern.InOut);
    exchange.setProperty(IngressProperties.REQUEST, request);
    try {
      getAsyncProcessor().process(exchange, doneSync -> finish(exchange, reply));
    } catch (RuntimeException | Error e) {
      // A step of a template of the host's own; the sender gets an answer all the same.
      exchange.setException(e);
      finish(exchange, reply);
    }
  }

  private void finish(Exchange exchange, Consumer<Answer> reply) {
    Answer answer = outcome(exchange);
    releaseExchange(exchange, false);
    reply.accept(answer);
  }

  private Answer outcome(Exchange exchange) {
    @Nullable Exception failure = exchange.getException();
    @Nullable Answer answer = IngressProperties.answer(exchange);
    if (failure == null && answer != null) {
      return answer;
    }
    LOG.error(
        "A webhook on {} got 503, because its ingress route {}",
        path,
        failure == null ? "ended without an answer; it lacks webhook-accept-action" : "failed",
        failure);
    return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS);
  }

  /**
   * Reached through Spring MVC only, when a request has passed the filter by: there is nothing
   * here.
   */
  @Override
  public CompletableFuture<Void> service(HttpServletRequest request, HttpServletResponse response) {
    Answer answer = Answers.notFound();
    response.setStatus(answer.status());
    response.setContentType(answer.contentType());
    try {
      response.getOutputStream().write(answer.body());
    } catch (IOException e) {
      LOG.debug("The sender has gone", e);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    engine.register(path, this);
  }

  @Override
  protected void doStop() throws Exception {
    engine.unregister(path, this);
    super.doStop();
  }
}
