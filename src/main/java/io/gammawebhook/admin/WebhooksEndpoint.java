package io.gammawebhook.admin;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;

/**
 * The Actuator endpoint {@code webhooks}: how full the inbox is, the dead letters and events
 * without a subscription, and the replay of one delivery. It is reachable only where the host
 * exposes it, under the host's own security; it shows no body.
 */
@Endpoint(id = "webhooks")
public class WebhooksEndpoint {

  private static final int DEFAULT_LIMIT = 100;

  private final Supplier<Inbox> inbox;

  public WebhooksEndpoint(Supplier<Inbox> inbox) {
    this.inbox = inbox;
  }

  /** Open, leased and dead deliveries of each subscription. */
  @ReadOperation
  public Map<String, Object> status() {
    InboxStatus status = inbox.get().status();
    return Map.of(
        "store", status.storeDown() ? "down" : "up",
        "unsubscribed-events", status.unsubscribedEvents(),
        "subscriptions", status.subscriptions().stream().map(Shown::of).toList());
  }

  /**
   * A list: {@code dead-letters} or {@code unsubscribed}.
   *
   * @param limit 1 to 1,000, by default 100
   */
  @ReadOperation
  public List<Map<String, String>> list(@Selector String list, @Nullable Integer limit) {
    // Of Spring's own @Nullable: Actuator demands a parameter that has any other.
    int most = limit == null ? DEFAULT_LIMIT : limit;
    try {
      return switch (list) {
        case "dead-letters" -> inbox.get().deadLetters(most).stream().map(Shown::of).toList();
        case "unsubscribed" ->
            inbox.get().unsubscribedEvents(most).stream().map(Shown::of).toList();
        default ->
            throw new InvalidEndpointRequestException(
                "There is no list of that name; the lists are dead-letters and unsubscribed",
                "unknown list");
      };
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /**
   * Replays an ended delivery.
   *
   * @param delivery its id, as the log, the audit and the list of dead letters show it
   * @param who the operator, for the audit
   * @param why for the audit
   */
  @WriteOperation
  public Map<String, String> replay(@Selector String delivery, String who, String why) {
    try {
      return Map.of(
          "delivery", inbox.get().replay(DeliveryId.parse(delivery), who, why).toString());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw invalid(e);
    }
  }

  private static InvalidEndpointRequestException invalid(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return new InvalidEndpointRequestException(message, message);
  }
}
