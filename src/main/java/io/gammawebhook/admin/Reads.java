package io.gammawebhook.admin;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What operators ask. */
final class Reads {

  private static final int TIMELINE = 1_000;

  private final Supplier<Inbox> inbox;
  private final Node node;

  Reads(Supplier<Inbox> inbox, Node node) {
    this.inbox = inbox;
    this.node = node;
  }

  Answer status() {
    InboxStatus status = inbox.get().status();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("store", status.storeDown() ? "down" : "up");
    body.put("unsubscribed-events", status.unsubscribedEvents());
    body.put("quarantined-requests", Shown.of(inbox.get().quarantine().counts()));
    body.put("subscriptions", status.subscriptions().stream().map(s -> Shown.of(s, null)).toList());
    return Answer.ok(body);
  }

  /** The answer; null if there is no such list. */
  @Nullable Answer of(String list, Map<String, String> given) {
    int limit = Given.limit(given.get("limit"));
    return switch (list) {
      case "events" -> events(given, limit);
      case "event" -> event(given);
      case "history" ->
          rows(inbox.get().history(Given.event(given.get("event")), limit).stream().map(Shown::of));
      case "dead-letters" -> rows(inbox.get().deadLetters(limit).stream().map(Shown::of));
      case "causes" -> causes(given);
      case "audit" -> audit(given, limit);
      case "subscriptions" ->
          rows(inbox.get().status().subscriptions().stream().map(this::subscription));
      case "sources" -> rows(sources());
      case "operations" -> operations(given, limit);
      case "unsubscribed" -> rows(inbox.get().unsubscribedEvents(limit).stream().map(Shown::of));
      case "quarantine" ->
          rows(
              inbox
                  .get()
                  .quarantine()
                  .list(
                      given.get("source") == null ? null : Given.source(given.get("source")),
                      Given.after(given.get("after")),
                      limit)
                  .stream()
                  .map(Shown::of));
      default -> null;
    };
  }

  private static Answer rows(Stream<Map<String, Object>> rows) {
    return Answer.ok(rows.toList());
  }

  private Answer events(Map<String, String> given, int limit) {
    EventSearch.Page page =
        inbox
            .get()
            .search()
            .events(
                Given.filter(given, node.clock().instant()),
                Given.after(given.get("after")),
                limit);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("events", page.events().stream().map(Shown::of).toList());
    body.put("looked-at", page.lookedAt());
    if (page.next() != null) {
      body.put("next", page.next().toString());
    }
    return Answer.ok(body);
  }

  private Answer event(Map<String, String> given) {
    Reference reference = Given.event(given.get("event"));
    boolean withBody = Given.yes("body", given.get("body"));
    if (withBody && !node.showBodies()) {
      return Answer.problem(
          403,
          "Bodies are not shown here: set gamma.webhook.admin.show-bodies: true, and look at"
              + " gamma.webhook.redact for what is hidden of them");
    }
    Optional<EventSearch.Whole> found = inbox.get().search().find(reference);
    if (found.isEmpty()) {
      return Answer.problem(
          404,
          "There is no event of that reference: it may be a request that was refused (ask history),"
              + " or its time is over by gamma.webhook.inbox.dedup-retention");
    }
    EventSearch.Whole whole = found.get();
    boolean hasBody = whole.summary().bytes() >= 0;
    String body =
        withBody && hasBody
            ? node.redaction().body(whole.event().body().bytes(), whole.event().contentType())
            : null;
    return Answer.ok(
        Shown.of(whole, node.redaction(), body, inbox.get().history(reference, TIMELINE)));
  }

  private Answer causes(Map<String, String> given) {
    EventSearch.Causes causes =
        inbox
            .get()
            .search()
            .causes(
                given.get("source") == null ? null : Given.source(given.get("source")),
                given.get("subscription") == null
                    ? null
                    : Given.subscription(given.get("subscription")));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("causes", causes.causes().stream().map(Shown::of).toList());
    body.put("looked-at", causes.lookedAt());
    body.put("complete", causes.complete());
    return Answer.ok(body);
  }

  private Answer audit(Map<String, String> given, int limit) {
    Instant now = node.clock().instant();
    AuditFilter filter =
        new AuditFilter(
            kinds(given.get("kind")),
            given.get("source") == null ? null : Given.source(given.get("source")),
            given.get("who"),
            Given.time("from", given.get("from"), now),
            Given.time("to", given.get("to"), now),
            given.get("event") == null ? null : Given.event(given.get("event")));
    EventSearch.AuditPage page;
    try {
      page = inbox.get().search().audit(filter, given.get("after"), limit);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("entries", page.entries().stream().map(Shown::of).toList());
    if (page.next() != null) {
      body.put("next", page.next());
    }
    return Answer.ok(body);
  }

  /** Kinds as they are shown, with commas between them; {@code operator} for all of operators. */
  private static Set<String> kinds(@Nullable String text) {
    if (text == null) {
      return Set.of();
    }
    if (text.strip().equals("operator")) {
      return AuditFilter.OPERATORS;
    }
    Set<String> kinds =
        Arrays.stream(text.split(",", -1))
            .map(kind -> kind.strip().replace('-', '_'))
            .filter(kind -> !kind.isEmpty())
            .collect(Collectors.toSet());
    if (kinds.isEmpty() || kinds.size() > 50) {
      throw new InvalidRequestException(
          "'kind' must be kinds of audit entries with commas between them, such as"
              + " rejected,quarantined, or operator for all that operators did");
    }
    return kinds;
  }

  private Map<String, Object> subscription(SubscriptionStatus status) {
    return Shown.of(
        status, node.takes(status.subscription().source(), status.subscription().name()));
  }

  private Stream<Map<String, Object>> sources() {
    List<Receiver> open = node.receivers().map(Receivers::all).orElse(List.of());
    Map<SourceName, Long> quarantined = inbox.get().quarantine().counts();
    List<SubscriptionStatus> subscriptions = inbox.get().status().subscriptions();
    Instant now = node.clock().instant();
    return open.stream()
        .sorted(Comparator.comparing(receiver -> receiver.definition().path()))
        .map(
            receiver -> {
              SourceDefinition definition = receiver.definition();
              return Shown.of(
                  definition,
                  receiver.keyring().secrets(),
                  quarantined.getOrDefault(definition.name(), 0L),
                  subscriptions.stream()
                      .filter(s -> s.subscription().source().equals(definition.name()))
                      .count(),
                  now);
            });
  }

  private Answer operations(Map<String, String> given, int limit) {
    if (given.get("operation") == null) {
      return rows(inbox.get().operations().list(limit).stream().map(Shown::of));
    }
    return inbox
        .get()
        .operations()
        .find(Given.operation(given.get("operation")))
        .map(operation -> Answer.ok(List.of(Shown.of(operation))))
        .orElseGet(ManyEvents::unknown);
  }
}
