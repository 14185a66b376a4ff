package io.gammawebhook.kamelet;

import io.gammawebhook.camel.WebhookConstants;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.time.InstantSource;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Makes a POST of an event, with the delivery's id as {@code Idempotency-Key}, and signed by
 * Standard Webhooks 1.0.0 where there is a secret: its {@code webhook-id} is the event's reference,
 * so that a receiver knows a repetition. Nothing else of the message becomes a header. Safe for use
 * by many threads once it is set up.
 */
public final class HttpMessage implements Processor {

  private final InstantSource clock;
  private @Nullable Signer signer;

  public HttpMessage() {
    this(InstantSource.system());
  }

  HttpMessage(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The secret to sign with, {@code whsec_…}; empty for no signature.
   *
   * @throws IllegalArgumentException if it is none; the message never shows it
   */
  public void setSecret(String secret) {
    SignatureScheme standard = new SchemeCatalogue().byName("standard-webhooks");
    signer = secret.isEmpty() ? null : new Signer(standard, standard.parseSecret(secret), null);
  }

  @Override
  public void process(Exchange exchange) {
    Message message = exchange.getMessage();
    String delivery = OnceKey.delivery(exchange);
    @Nullable String reference = message.getHeader(WebhookConstants.REFERENCE, String.class);
    @Nullable String type = message.getHeader(WebhookConstants.CONTENT_TYPE, String.class);
    byte @Nullable [] given = message.getBody(byte[].class);
    byte[] body = given == null ? new byte[0] : given;
    message.removeHeaders("*");
    message.setBody(body);
    message.setHeader(Exchange.HTTP_METHOD, "POST");
    message.setHeader("Idempotency-Key", delivery);
    message.setHeader(Exchange.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
    if (signer != null) {
      signer
          .sign(reference == null ? delivery : reference, clock.instant(), RawBody.of(body))
          .forEach(message::setHeader);
    }
  }
}
