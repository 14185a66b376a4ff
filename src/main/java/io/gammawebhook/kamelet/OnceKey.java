package io.gammawebhook.kamelet;

import io.gammawebhook.camel.WebhookConstants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Names an effect of a delivery, as the key of an {@code idempotentConsumer}: the delivery's id,
 * which all of its attempts share, and the name of the effect. Safe for use by many threads.
 */
public final class OnceKey implements Processor {

  /** The exchange property that holds the key. */
  public static final String PROPERTY = "CamelWebhookOnceKey";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

  private String effect = "";

  /** What the effect is called; two effects of one route need two names. A text may be a name. */
  public void setEffect(String effect) {
    this.effect = NAME.matcher(effect).matches() ? effect : digest(effect);
  }

  private static String digest(String text) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  @Override
  public void process(Exchange exchange) {
    exchange.setProperty(PROPERTY, delivery(exchange) + "/" + effect);
  }

  /**
   * The id of the delivery that the exchange is.
   *
   * @throws IllegalStateException if it is none
   */
  static String delivery(Exchange exchange) {
    // A route may have removed all headers.
    @Nullable String delivery = exchange.getProperty(WebhookConstants.DELIVERY_ID, String.class);
    if (delivery == null) {
      throw new IllegalStateException(
          "This exchange is no delivery, so nothing tells its repetition: begin the route with"
              + " webhook-inbox or kamelet:gamma-webhook-source");
    }
    return delivery;
  }
}
