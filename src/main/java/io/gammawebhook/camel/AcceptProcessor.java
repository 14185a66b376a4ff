package io.gammawebhook.camel;

import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.VerifiedRequest;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step of {@code webhook-accept-action}: puts a verified request into the inbox and leaves the
 * answer on the exchange after the commit. No thread waits for the commit.
 *
 * <p>It takes only what {@link VerifyProcessor} verified for the same source. Without that it fails
 * closed, so that a route whose verify step was deleted refuses everything instead of accepting it.
 */
public final class AcceptProcessor extends IngressStep {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptProcessor.class);

  private final AtomicBoolean told = new AtomicBoolean();

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    CompletionStage<Answer> accepted;
    try {
      VerifiedRequest verified = IngressProperties.verified(exchange);
      if (verified == null || !verified.proof().source().equals(source())) {
        exchange.setProperty(IngressProperties.ANSWER, notVerified());
        callback.done(true);
        return true;
      }
      accepted = receiver().accept(verified, TraceHeaders.of(exchange.getMessage()));
    } catch (RuntimeException | Error e) {
      // An error too: whoever waits for an answer gets one, and what the request holds is freed.
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    return answerLater(exchange, accepted, callback);
  }

  private Answer notVerified() {
    if (told.compareAndSet(false, true)) {
      LOG.error(
          "Every request of the source '{}' is refused, because its ingress route has no"
              + " webhook-verify-action for this source before webhook-accept-action. Put it back:"
              + " a webhook is never accepted unverified",
          source());
    }
    return Answers.unavailable(60, "not-verified");
  }
}
