package io.gammawebhook.admin;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.TraceContext;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.UnsubscribedEvent;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.registration.Plan;
import io.gammawebhook.registration.RegistrationStatus;
import io.gammawebhook.registration.Result;
import io.gammawebhook.verify.LiveSecret;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
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

  static Map<String, Object> of(FoundEvent event) {
    return summary(event)
        .with("deliveries", event.deliveries().stream().filter(FoundDelivery::newest))
        .fields;
  }

  private static Shown summary(FoundEvent event) {
    return new Shown()
        .with("reference", event.reference())
        .with("source", event.source())
        .with("event-id", event.eventId())
        .with("event-type", event.eventType())
        .with("received-at", Instant.ofEpochMilli(event.receivedAt()))
        .with("bytes", event.bytes() < 0 ? null : event.bytes())
        .with("body-gone", event.bytes() < 0 ? true : null)
        .with("state", event.state().text());
  }

  /**
   * A whole event.
   *
   * @param body as it may be shown; null if it is not to be
   */
  static Map<String, Object> of(
      EventSearch.Whole whole,
      Redaction redaction,
      @Nullable String body,
      List<AuditRow> timeline) {
    TraceContext trace = whole.event().trace();
    Shown shown =
        summary(whole.summary())
            .with("content-type", whole.event().contentType())
            .with("ordering-key", whole.event().orderingKey())
            .with("trace", trace == null ? null : trace.parent());
    shown.fields.put("headers", redaction.headers(whole.event().headers()));
    return shown
        .with("body", body)
        .with("deliveries", whole.summary().deliveries().stream())
        .rows("timeline", timeline.stream().map(Shown::of))
        .fields;
  }

  private Shown with(String name, Stream<FoundDelivery> deliveries) {
    return rows(name, deliveries.map(Shown::of));
  }

  private Shown rows(String name, Stream<Map<String, Object>> rows) {
    fields.put(name, rows.toList());
    return this;
  }

  private static Map<String, Object> of(FoundDelivery delivery) {
    Long ended = delivery.endedAt();
    boolean open = delivery.state() == EventState.WAITING || delivery.state() == EventState.LEASED;
    return new Shown()
        .with("delivery", delivery.delivery())
        .with("subscription", delivery.subscription())
        .with("state", delivery.state().text())
        .with("attempts", delivery.attempts())
        .with("due-at", open ? Instant.ofEpochMilli(delivery.dueAt()) : null)
        .with("ended-at", ended == null ? null : Instant.ofEpochMilli(ended))
        .with("reason", delivery.reason())
        .with("detail", delivery.detail())
        .with("destination", delivery.destination())
        .fields;
  }

  static Map<String, Object> of(EventSearch.Cause cause) {
    Shown shown =
        new Shown()
            .with("source", cause.source())
            .with("subscription", cause.subscription())
            .with("destination", cause.destination())
            .with("reason", cause.reason())
            .with("shape", cause.shape())
            .with("count", cause.count())
            .with("first-seen", Instant.ofEpochMilli(cause.firstSeen()))
            .with("last-seen", Instant.ofEpochMilli(cause.lastSeen()));
    shown.fields.put("event-types", cause.eventTypes());
    return shown.with("example", cause.example()).fields;
  }

  /** An entry of the audit among those of other events. */
  static Map<String, Object> of(EventSearch.AuditPage.Entry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("reference", entry.reference().toString());
    fields.putAll(of(entry.row()));
    return fields;
  }

  static Map<String, Object> of(Operations.Operation operation) {
    Operations.Request request = operation.request();
    Operations.Progress progress = operation.progress();
    Long ended = operation.endedAt();
    Shown shown =
        new Shown()
            .with("operation", operation.id())
            .with("kind", request.kind().text())
            .with("dry-run", request.dryRun());
    shown.fields.put("criteria", request.filter().criteria());
    return shown
        .with("target", request.target())
        .with("again", request.kind() == Operations.Kind.REPLAY ? request.again() : null)
        .with("rate", request.rate())
        .with("who", operation.operator().who())
        .with("why", operation.operator().why())
        .with("origin", operation.operator().origin())
        .with("state", operation.state().text())
        .with("created-at", Instant.ofEpochMilli(operation.createdAt()))
        .with("ended-at", ended == null ? null : Instant.ofEpochMilli(ended))
        .with("total", progress.total())
        .with("looked-at", progress.lookedAt())
        .with("matched", progress.matched())
        .with("done", progress.done())
        .with("skipped", progress.skipped())
        .with("detail", operation.detail())
        .with("node", operation.node())
        .fields;
  }

  /**
   * A source of this node.
   *
   * @param quarantined how many of its requests are in quarantine
   * @param subscriptions how many it has
   */
  static Map<String, Object> of(
      SourceDefinition source,
      Collection<LiveSecret> secrets,
      long quarantined,
      long subscriptions,
      Instant now) {
    Shown shown =
        new Shown()
            .with("source", source.name())
            .with("path", source.path())
            .with("scheme", source.scheme().name());
    return shown
        .rows("secrets", secrets.stream().map(secret -> of(secret, now)))
        .with("subscriptions", subscriptions)
        .with("quarantined", quarantined)
        .fields;
  }

  private static Map<String, Object> of(LiveSecret secret, Instant now) {
    return new Shown()
        .with("name", secret.name())
        .with("state", secret.isLive(now) ? "counts" : secret.hasEnded(now) ? "ended" : "not-yet")
        .with("not-after", secret.notAfter())
        .fields;
  }

  /** A registration; never a secret, only which there are. */
  static Map<String, Object> of(RegistrationStatus status) {
    return new Shown()
        .with("registration", status.name())
        .with("source", status.source())
        .with("api", status.api())
        .with("id", status.id())
        .with("url", status.url())
        .with("state", word(status.state()))
        .with("sentence", status.sentence())
        .with("cure", status.cure())
        .with("checked-at", status.checkedAt())
        .with("changed-at", status.changedAt())
        .with("next-check-at", status.nextCheckAt())
        .rows("secrets", status.secrets().stream().map(Shown::of))
        .fields;
  }

  private static Map<String, Object> of(RegistrationStatus.SecretFact secret) {
    return new Shown()
        .with("version", secret.version())
        .with("state", word(secret.state()))
        .with("made-at", secret.madeAt())
        .with("last-used-at", secret.lastUsedAt())
        .fields;
  }

  static Map<String, Object> of(Plan plan) {
    return new Shown()
        .with("registration", plan.registration())
        .with("action", word(plan.action()))
        .rows(
            "differences",
            plan.differences().stream()
                .map(
                    difference ->
                        new Shown()
                            .with("field", difference.field())
                            .with("ours", difference.ours())
                            .with("theirs", difference.theirs())
                            .fields))
        .with("sentence", plan.sentence())
        .with("cure", plan.cure())
        .fields;
  }

  static Map<String, Object> of(Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("outcome", word(result.outcome()));
    fields.put("plan", of(result.plan()));
    fields.put("sentence", result.sentence());
    if (result.cure() != null) {
      fields.put("cure", result.cure());
    }
    return fields;
  }

  /** A constant as people read it. */
  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
        .with("origin", row.origin())
        .with("node", row.node())
        .fields;
  }

  /** Numbers by source. */
  static Map<String, Object> of(Map<SourceName, Long> counts) {
    Shown shown = new Shown();
    counts.forEach((source, count) -> shown.with(source.value(), count));
    return shown.fields;
  }

  /**
   * @param route whether a route of this node takes it; null where that is not asked
   */
  static Map<String, Object> of(SubscriptionStatus status, @Nullable Boolean route) {
    return new Shown()
        .with("source", status.subscription().source())
        .with("subscription", status.subscription().name())
        .with("state", status.state().text())
        .with("route", route)
        .with("waiting", status.waiting())
        .with("leased", status.leased())
        .with("dead", status.dead())
        .with("oldest-waiting-ms", status.oldestWaitingMillis())
        .fields;
  }

  private Shown with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(
          name, value instanceof Number || value instanceof Boolean ? value : value.toString());
    }
    return this;
  }
}
