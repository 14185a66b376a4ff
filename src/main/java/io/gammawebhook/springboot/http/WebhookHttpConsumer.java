package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressCall;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.WebhookRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an ingress route begins. It extends Camel's consumer because Camel's handler mapping casts
 * to that.
 */
final class WebhookHttpConsumer extends SpringBootPlatformHttpConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookHttpConsumer.class);

  private final WebhookHttpEngine engine;
  private final String path;
  private final IngressCall call;

  WebhookHttpConsumer(
      PlatformHttpEndpoint endpoint, Processor processor, WebhookHttpEngine engine) {
    super(endpoint, processor);
    this.engine = engine;
    this.path = endpoint.getPath();
    call = new IngressCall(this);
  }

  /** Routes the request; {@code reply} gets the answer, on whichever thread that is. */
  void receive(WebhookRequest request, Consumer<Answer> reply) {
    call.route(request, reply);
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
