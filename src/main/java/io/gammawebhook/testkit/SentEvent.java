package io.gammawebhook.testkit;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventSearch.AuditPage.Entry;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.testkit.OutgoingEvent.Answer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An event that was sent, and what it was answered. */
public final class SentEvent {

  private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([0-9a-f-]{36})\"");

  private final Webhooks webhooks;
  private final @Nullable OutgoingEvent outgoing;
  private final SourceName source;
  private final String eventId;
  private final @Nullable String type;
  private final Answer answer;
  private @Nullable Reference reference;

  SentEvent(
      Webhooks webhooks,
      @Nullable OutgoingEvent outgoing,
      SourceName source,
      String eventId,
      @Nullable String type,
      Answer answer) {
    this.webhooks = webhooks;
    this.outgoing = outgoing;
    this.source = source;
    this.eventId = eventId;
    this.type = type;
    this.answer = answer;
  }

  /** One that somebody else sent, and that the inbox has. */
  static SentEvent ofAnother(Webhooks webhooks, FoundEvent found) {
    SentEvent event =
        new SentEvent(
            webhooks,
            null,
            found.source(),
            String.valueOf(found.eventId()),
            found.eventType(),
            new Answer(202, "", Instant.ofEpochMilli(found.receivedAt())));
    event.reference = found.reference();
    return event;
  }

  /** It was stored, and answered as an event that is new. */
  public SentEvent isAccepted() {
    must(answer.status() / 100 == 2 && !isKnown(), "is accepted");
    return this;
  }

  /** The inbox had it already: it was answered 2xx, and goes nowhere a second time. */
  public SentEvent isDuplicate() {
    must(answer.status() / 100 == 2 && isKnown(), "is a duplicate");
    return this;
  }

  /** Its signature was not valid (401), and nothing of it was stored. */
  public SentEvent isRejected() {
    must(answer.status() == 401, "is rejected");
    return this;
  }

  /**
   * The same, for that reason.
   *
   * @param reason as in the audit, such as {@code signature-mismatch} or {@code stale-timestamp}
   */
  public SentEvent isRejected(String reason) {
    isRejected();
    must(reason.equals(rejection()), "is rejected for " + reason);
    return this;
  }

  /** It was answered with that status, such as 429 where too many come. */
  public SentEvent isAnswered(int status) {
    must(answer.status() == status, "is answered " + status);
    return this;
  }

  /** The only delivery of the event. */
  public EventDelivery delivery() {
    List<FoundDelivery> all = found().deliveries().stream().filter(FoundDelivery::newest).toList();
    if (all.size() != 1) {
      throw new AssertionError(
          this
              + " has not one delivery: name the subscription, as in delivery(\"orders\"). "
              + Report.of(webhooks, List.of(found())));
    }
    return new EventDelivery(webhooks, this, all.get(0).subscription().value());
  }

  /**
   * Its delivery to that subscription; its newest, if it was replayed.
   *
   * @param subscription the route's id, unless the route says otherwise
   * @throws AssertionError if it has none there
   */
  public EventDelivery delivery(String subscription) {
    if (found().deliveries().stream()
        .noneMatch(each -> each.subscription().value().equals(subscription))) {
      throw new AssertionError(
          this
              + " has no delivery to '"
              + subscription
              + "': no route has that subscription, or it does not want this type. "
              + Spelling.nearest(
                      subscription,
                      found().deliveries().stream()
                          .map(each -> each.subscription().value())
                          .toList())
                  .map(meant -> "Did you mean " + meant + "? ")
                  .orElse("")
              + Report.of(webhooks, List.of(found())));
    }
    return new EventDelivery(webhooks, this, subscription);
  }

  /** No delivery goes to that subscription: it does not want this type. */
  public SentEvent hasNoDelivery(String subscription) {
    must(
        found().deliveries().stream()
            .noneMatch(each -> each.subscription().value().equals(subscription)),
        "has no delivery to '" + subscription + "'");
    return this;
  }

  /** The same bytes once more, signed at another time, as a sender does that missed the answer. */
  public SentEvent sendAgain() {
    if (outgoing == null) {
      throw new IllegalStateException(
          this + " was sent by something else, which may send it again");
    }
    return outgoing.sendAgain();
  }

  /** The status of the answer. */
  public int status() {
    return answer.status();
  }

  /** The body of the answer. */
  public String answer() {
    return answer.body();
  }

  /** The sender's id of the event. */
  public String eventId() {
    return eventId;
  }

  /**
   * Our reference of the event.
   *
   * @throws AssertionError if it was not accepted
   */
  public String reference() {
    return stored().toString();
  }

  FoundEvent found() {
    return webhooks.inbox().search().find(stored()).orElseThrow().summary();
  }

  Reference stored() {
    Reference known = reference;
    if (known == null) {
      if (answer.status() / 100 != 2) {
        throw new AssertionError(this + " is not in the inbox: it was " + answered());
      }
      Matcher named = REFERENCE.matcher(answer.body());
      known = named.find() ? Reference.parse(named.group(1)) : fromAudit();
      reference = known;
    }
    return known;
  }

  /** Where the scheme has an answer of its own, which does not say it. */
  private Reference fromAudit() {
    return audited(Set.of("received", "duplicate"))
        .map(Entry::reference)
        .orElseThrow(
            () -> new AssertionError(this + " is not in the inbox, though it was " + answered()));
  }

  private boolean isKnown() {
    return answer.body().contains("\"status\":\"duplicate\"")
        || (!REFERENCE.matcher(answer.body()).find()
            && audited(Set.of("received", "duplicate"))
                .filter(entry -> entry.row().kind().equals("duplicate"))
                .isPresent());
  }

  private @Nullable String rejection() {
    webhooks.patience().until(() -> audited(Set.of("rejected")).isPresent());
    return audited(Set.of("rejected")).map(entry -> entry.row().reason()).orElse(null);
  }

  /** What the audit has of the first request of this source since this one was sent. */
  private Optional<Entry> audited(Set<String> kinds) {
    return webhooks
        .inbox()
        .search()
        .audit(new AuditFilter(kinds, source, null, answer.before(), null, null), null, 1_000)
        .entries()
        .stream()
        .min(Comparator.comparingLong(entry -> entry.row().at()));
  }

  private void must(boolean so, String what) {
    if (so) {
      return;
    }
    StringBuilder message = new StringBuilder(this + " should have been one that " + what);
    message.append(", but was ").append(answered());
    if (answer.status() == 401) {
      rejection();
      audited(Set.of("rejected"))
          .ifPresent(
              entry ->
                  message
                      .append(". The audit says: ")
                      .append(entry.row().reason())
                      .append(" (")
                      .append(entry.row().detail())
                      .append(')'));
    } else if (answer.status() / 100 == 2) {
      message.append(". ").append(Report.of(webhooks, List.of(found())));
    }
    throw new AssertionError(message.toString());
  }

  private String answered() {
    return "answered " + answer.status() + (answer.body().isBlank() ? "" : " " + answer.body());
  }

  /** For messages: what it is, without its body. */
  @Override
  public String toString() {
    return "The event '"
        + eventId
        + "'"
        + (type == null ? "" : " (" + type + ")")
        + " of "
        + source;
  }
}
