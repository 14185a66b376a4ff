package io.gammawebhook.admin;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.UnsubscribedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as operators see them, in the order written here: times in ISO 8601, no body. */
final class Shown {

  private final Map<String, Object> fields = new LinkedHashMap<>();

  private Shown() {}

  static Map<String, Object> of(DeadLetter letter) {
    DeadLetter.Replay replay = letter.replay();
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
        .with("replayed-as", replay == null ? null : replay.delivery())
        .with("replayed-at", replay == null ? null : Instant.ofEpochMilli(replay.replayedAt()))
        .with("replay-state", replay == null ? null : replay.state())
        .fields;
  }

  static Map<String, Object> of(UnsubscribedEvent event) {
    return new Shown()
        .with("reference", event.reference())
        .with("source", event.source())
        .with("event-id", event.eventId())
        .with("event-type", event.eventType())
        .with("received-at", Instant.ofEpochMilli(event.receivedAt()))
        .fields;
  }

  static Map<String, Object> of(Quarantine.Entry entry) {
    return new Shown()
        .with("request", entry.reference())
        .with("source", entry.source())
        .with("received-at", Instant.ofEpochMilli(entry.receivedAt()))
        .with("remote-address", entry.remoteAddress())
        .with("bytes", entry.bytes())
        .with("reason", entry.reason())
        .with("detail", entry.detail())
        .fields;
  }

  static Map<String, Object> of(AuditRow row) {
    boolean attempted = row.attempt() > 0;
    return new Shown()
        .with("at", Instant.ofEpochMilli(row.at()))
        .with("kind", row.kind().replace('_', '-'))
        .with("source", row.source())
        .with("event-id", row.eventId())
        .with("delivery", row.delivery())
        .with("subscription", row.subscription())
        .with("attempt", attempted ? row.attempt() : null)
        .with("duration-ms", attempted ? row.durationMillis() : null)
        .with("reason", row.reason())
        .with("detail", row.detail())
        .with("node", row.node())
        .fields;
  }

  /** Numbers by source. */
  static Map<String, Object> of(Map<SourceName, Long> counts) {
    Shown shown = new Shown();
    counts.forEach((source, count) -> shown.with(source.value(), count));
    return shown.fields;
  }

  static Map<String, Object> of(SubscriptionStatus status) {
    return new Shown()
        .with("source", status.subscription().source())
        .with("subscription", status.subscription().name())
        .with("state", status.state().text())
        .with("waiting", status.waiting())
        .with("leased", status.leased())
        .with("dead", status.dead())
        .with("oldest-waiting-ms", status.oldestWaitingMillis())
        .fields;
  }

  private Shown with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value instanceof Number ? value : value.toString());
    }
    return this;
  }
}
