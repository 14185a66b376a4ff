package io.gammawebhook.camel;

import io.gammawebhook.inbox.IdempotentKeys;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Camel's idempotent repository on the inbox's store, for the standard {@code idempotentConsumer}
 * EIP to guard a side effect. Unlike a plain one it does not lose the effect in a crash: a key that
 * was added and never confirmed is still open to the delivery that added it.
 *
 * <ul>
 *   <li>{@code add} is true for a key that is absent, expired, or unconfirmed by the same delivery;
 *   <li>false for a confirmed one;
 *   <li>and it throws {@link KeyHeldException}, so that the attempt is tried again, while another
 *       owner holds the key.
 * </ul>
 *
 * The owner is the exchange's delivery id, or for an exchange without one its exchange id. Safe for
 * use by many threads.
 */
public final class WebhookIdempotentRepository extends ServiceSupport
    implements IdempotentRepository {

  /** The bean's name in the Camel registry. */
  public static final String BEAN = "webhookIdempotentRepository";

  /** How long an owner of a key that is never heard of again keeps others out. */
  private static final Duration HOLD = Duration.ofMinutes(5);

  /** How long a confirmed key is known. */
  private static final Duration KEEP = Duration.ofDays(30);

  private final WebhookRuntime runtime;
  private final String name;
  private final Duration hold;
  private final Duration keep;

  /**
   * @param name separates this repository's keys from others'
   * @param hold how long an owner that is never heard of again keeps others out
   * @param keep how long a confirmed key is known
   */
  public WebhookIdempotentRepository(
      WebhookRuntime runtime, String name, Duration hold, Duration keep) {
    this.runtime = runtime;
    this.name = name;
    this.hold = hold;
    this.keep = keep;
  }

  /** The one that hosts bind as {@value #BEAN}. */
  public static WebhookIdempotentRepository withDefaults(WebhookRuntime runtime) {
    return new WebhookIdempotentRepository(runtime, "webhook", HOLD, KEEP);
  }

  @Override
  public boolean add(Exchange exchange, String key) {
    return add(key, owner(exchange));
  }

  @Override
  public boolean confirm(Exchange exchange, String key) {
    return keys().confirm(name, key, owner(exchange), keep.toMillis());
  }

  /** Called by the EIP when the guarded steps failed: what another has taken over stays. */
  @Override
  public boolean remove(Exchange exchange, String key) {
    return keys().release(name, key, owner(exchange));
  }

  /** A route may have removed all headers, so the delivery's id is a property too. */
  private static String owner(Exchange exchange) {
    String delivery = exchange.getProperty(WebhookConstants.DELIVERY_ID, String.class);
    if (delivery == null) {
      delivery = exchange.getIn().getHeader(WebhookConstants.DELIVERY_ID, String.class);
    }
    return delivery == null ? exchange.getExchangeId() : delivery;
  }

  @Override
  public boolean add(String key) {
    return add(key, threadOwner());
  }

  /** Without an exchange the calling thread is the owner. */
  private static String threadOwner() {
    return "thread-" + Thread.currentThread().getId();
  }

  private boolean add(String key, String owner) {
    return switch (keys().take(name, key, owner, hold.toMillis())) {
      case TAKEN -> true;
      case CONFIRMED -> false;
      case HELD -> throw new KeyHeldException();
    };
  }

  @Override
  public boolean contains(String key) {
    return keys().contains(name, key);
  }

  @Override
  public boolean remove(String key) {
    return keys().remove(name, key);
  }

  @Override
  public boolean confirm(String key) {
    return keys().confirm(name, key, threadOwner(), keep.toMillis());
  }

  @Override
  public void clear() {
    keys().clear(name);
  }

  private IdempotentKeys keys() {
    return runtime.inbox().idempotentKeys();
  }

  /** Another owner may be at work on the same effect: whether it happens is not known yet. */
  public static final class KeyHeldException extends RuntimeCamelException {
    private static final long serialVersionUID = 1L;

    KeyHeldException() {
      super("Another delivery holds the idempotent key and has not confirmed it yet");
    }
  }
}
