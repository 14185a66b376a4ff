package io.gammawebhook.admin;

import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.UnsubscribedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as operators see them: names and plain texts, times in ISO 8601, no body. */
final class Shown {

  private final Map<String, String> fields = new LinkedHashMap<>();

  private Shown() {}

  static Map<String, String> of(DeadLetter letter) {
    return new Shown()
        .with("delivery", letter.delivery())
        .with("source", letter.source())
        .with("subscription", letter.subscription())
        .with("event-id", letter.eventId())
        .with("event-type", letter.eventType())
        .with("attempts", letter.attempts())
        .with("ended-at", Instant.ofEpochMilli(letter.endedAt()))
        .with("reason", letter.reason())
        .with("detail", letter.detail())
        .fields;
  }

  static Map<String, String> of(UnsubscribedEvent event) {
    return new Shown()
        .with("reference", event.reference())
        .with("source", event.source())
        .with("event-id", event.eventId())
        .with("event-type", event.eventType())
        .with("received-at", Instant.ofEpochMilli(event.receivedAt()))
        .fields;
  }

  static Map<String, String> of(SubscriptionStatus status) {
    return new Shown()
        .with("source", status.subscription().source())
        .with("subscription", status.subscription().name())
        .with("waiting", status.waiting())
        .with("leased", status.leased())
        .with("dead", status.dead())
        .with("oldest-waiting-ms", status.oldestWaitingMillis())
        .fields;
  }

  private Shown with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value.toString());
    }
    return this;
  }
}
