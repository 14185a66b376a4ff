package io.gammawebhook.testkit;

import io.gammawebhook.audit.LogText;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was there instead: for the message of a failed assertion. It holds no body. */
final class Report {

  private static final int MOST_EVENTS = 10;
  private static final int MOST_ROWS = 30;

  private Report() {}

  /** Each event with its deliveries and its audit, the newest of them if there are many. */
  static String of(Webhooks webhooks, List<FoundEvent> events) {
    if (events.isEmpty()) {
      return "The inbox has no event of this test.";
    }
    long now = webhooks.now().toEpochMilli();
    StringBuilder text = new StringBuilder("There is:");
    for (FoundEvent event : events.subList(0, Math.min(MOST_EVENTS, events.size()))) {
      text.append("\n  event ")
          .append(event.reference())
          .append(shown(" id ", event.eventId()))
          .append(shown(" type ", event.eventType()))
          .append(" of ")
          .append(event.source());
      if (event.deliveries().isEmpty()) {
        text.append("\n    no delivery: no subscription wants it");
      }
      event.deliveries().forEach(each -> text.append("\n    ").append(line(webhooks, each, now)));
      List<AuditRow> rows = webhooks.inbox().history(event.reference(), MOST_ROWS);
      rows.forEach(row -> text.append("\n      ").append(line(row)));
    }
    if (events.size() > MOST_EVENTS) {
      text.append("\n  and ").append(events.size() - MOST_EVENTS).append(" more events");
    }
    return text.toString();
  }

  private static String line(Webhooks webhooks, FoundDelivery delivery, long now) {
    StringBuilder text =
        new StringBuilder("to ")
            .append(delivery.subscription())
            .append(delivery.newest() ? "" : " (an earlier run)")
            .append(": ")
            .append(delivery.state().text())
            .append(", attempts ")
            .append(delivery.attempts())
            .append(shown(", ", delivery.reason()))
            .append(shown(": ", delivery.detail()))
            .append(shown(", at ", delivery.destination()));
    if (delivery.state() == EventState.WAITING) {
      Duration wait = Duration.ofMillis(delivery.dueAt() - now);
      text.append(
          wait.isNegative() || wait.isZero()
              ? "; it is due now: has its route started, and has it a free place?"
              : "; due in "
                  + wait
                  + (webhooks.timeIsOurs()
                      ? ", and time stands still until webhooks.nextRetry()"
                      : ""));
    } else if (delivery.state() == EventState.LEASED) {
      text.append("; its attempt has not ended");
    }
    return text.toString();
  }

  private static String line(AuditRow row) {
    return Instant.ofEpochMilli(row.at())
        + " "
        + row.kind()
        + shown(" ", row.subscription() == null ? null : row.subscription().value())
        + (row.attempt() == 0 ? "" : " attempt " + row.attempt())
        + shown(" ", row.reason())
        + shown(": ", row.detail());
  }

  private static String shown(String before, @Nullable String text) {
    return text == null ? "" : before + LogText.printable(text);
  }
}
