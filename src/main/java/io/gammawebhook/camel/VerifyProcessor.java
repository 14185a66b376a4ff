package io.gammawebhook.camel;

import io.gammawebhook.receive.VerifyResult;
import io.gammawebhook.receive.WebhookRequest;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * The step of {@code webhook-verify-action}: checks the request against its source's scheme. What
 * passes goes on as a verified request; anything else ends its routing here, with the answer for
 * the sender on the exchange.
 */
public final class VerifyProcessor extends IngressStep {

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      verify(exchange);
    } catch (RuntimeException e) {
      exchange.setException(e);
    }
    callback.done(true);
    return true;
  }

  private void verify(Exchange exchange) {
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
    } else {
      exchange.setProperty(
          IngressProperties.ANSWER,
          result instanceof VerifyResult.Shaken shaken
              ? shaken.answer()
              : ((VerifyResult.Refused) result).answer());
      exchange.setRouteStop(true);
    }
  }
}
