package io.gammawebhook.camel;

import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.VerifiedRequest;
import io.gammawebhook.receive.WebhookRequest;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Where an ingress exchange keeps what it works on. They are exchange properties and not headers or
 * the body, so that nothing a sender wrote can steer an endpoint of the route.
 */
public final class IngressProperties {

  /** The {@link WebhookRequest}, set by the HTTP engine. */
  public static final String REQUEST = "CamelGammaWebhookRequest";

  /** The {@link VerifiedRequest}, set by verify. */
  public static final String VERIFIED = "CamelGammaWebhookVerified";

  /** The {@link Answer} for the sender, set by the step that decides it. */
  public static final String ANSWER = "CamelGammaWebhookAnswer";

  private IngressProperties() {}

  static @Nullable WebhookRequest request(Exchange exchange) {
    return exchange.getProperty(REQUEST) instanceof WebhookRequest request ? request : null;
  }

  static @Nullable VerifiedRequest verified(Exchange exchange) {
    return exchange.getProperty(VERIFIED) instanceof VerifiedRequest verified ? verified : null;
  }

  /** What the route decided, or null if no step did. */
  public static @Nullable Answer answer(Exchange exchange) {
    return exchange.getProperty(ANSWER) instanceof Answer answer ? answer : null;
  }
}
