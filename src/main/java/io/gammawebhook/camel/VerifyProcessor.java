package io.gammawebhook.camel;

import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.VerifyResult;
import io.gammawebhook.receive.WebhookRequest;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The step of {@code webhook-verify-action}: checks the request against its source's scheme. What
 * passes goes on as a verified request; anything else ends its routing here, with the answer for
 * the sender on the exchange.
 */
public final class VerifyProcessor extends IngressStep {

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    CompletionStage<Answer> awaited = null;
    try {
      awaited = verify(exchange);
    } catch (RuntimeException | Error e) {
      // An error too: whoever waits for an answer gets one, and what the request holds is freed.
      exchange.setException(e);
    }
    if (awaited == null) {
      callback.done(true);
      return true;
    }
    return answerLater(exchange, awaited, callback);
  }

  /** The answer to be awaited, of a request that is being kept apart; else null. */
  private @Nullable CompletionStage<Answer> verify(Exchange exchange) {
    // Whatever an earlier step left is void: only what is verified here and now counts.
    exchange.removeProperty(IngressProperties.VERIFIED);
    WebhookRequest request = IngressProperties.request(exchange);
    if (request == null) {
      throw new IllegalStateException(
          "webhook-verify-action found no webhook request: use it in a route that starts at"
              + " platform-http with platformHttpEngine=#bean:webhookHttpEngine");
    }
    VerifyResult result = receiver().verify(request);
    if (result instanceof VerifyResult.Passed passed) {
      exchange.setProperty(IngressProperties.VERIFIED, passed.verified());
      return null;
    }
    exchange.setRouteStop(true);
    if (result instanceof VerifyResult.Quarantined quarantined) {
      return quarantined.answer();
    }
    exchange.setProperty(
        IngressProperties.ANSWER,
        result instanceof VerifyResult.Shaken shaken
            ? shaken.answer()
            : ((VerifyResult.Refused) result).answer());
    return null;
  }
}
