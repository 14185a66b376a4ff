package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.Measure.AttemptOutcome;
import io.gammawebhook.store.Dialect.FinishRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends the attempts of a batch, each only if its lease still stands. */
final class FinishStep {

  private final Dialect dialect;
  private final Subscriptions subscriptions;
  private final Measure measure;

  FinishStep(Dialect dialect, Subscriptions subscriptions, Measure measure) {
    this.dialect = dialect;
    this.subscriptions = subscriptions;
    this.measure = measure;
  }

  void run(Batch batch, List<Write.Finish> finishes) throws SQLException {
    if (finishes.isEmpty()) {
      return;
    }
    List<FinishRow> rows = new ArrayList<>();
    Set<Lease> asked = new HashSet<>();
    for (Write.Finish finish : finishes) {
      if (asked.add(finish.delivery().lease())) {
        rows.add(row(batch.now(), finish));
      }
    }
    Set<Lease> changed = dialect.finish(batch.connection(), rows);
    for (Write.Finish finish : finishes) {
      // The first that asks for a lease ends it; a second one is late.
      boolean ended =
          changed.contains(finish.delivery().lease()) && asked.remove(finish.delivery().lease());
      if (ended) {
        audit(batch, finish);
        measure(batch, finish);
      }
      batch.afterCommit(() -> finish.done().complete(ended));
    }
  }

  /**
   * Makes dead letters of deliveries whose event is gone from the store, which only a hand can do:
   * they must not keep the others from being claimed.
   */
  void bury(Batch batch, Subscription subscription, List<Lease> lost) throws SQLException {
    if (lost.isEmpty()) {
      return;
    }
    String detail = "The event or its body is gone from the store";
    List<FinishRow> rows = new ArrayList<>();
    for (Lease lease : lost) {
      rows.add(
          new FinishRow(
              lease, "dead", batch.now(), batch.now(), "event-lost", detail, null, false));
      batch.audit(
          new AuditEntry(
              lease.delivery().reference(),
              AuditKind.DEAD,
              subscription.source(),
              null,
              lease.delivery(),
              lease.attempt(),
              0,
              "event-lost",
              detail));
      batch.afterCommit(() -> measure.died(subscription.source(), subscription.name()));
    }
    dialect.finish(batch.connection(), rows);
  }

  private void measure(Batch batch, Write.Finish finish) {
    Subscription to = subscriptions.known(finish.delivery().lease().delivery().subscription());
    if (to != null) {
      batch.afterCommit(() -> measure(to, finish, batch.now()));
    }
  }

  private void measure(Subscription to, Write.Finish finish, long now) {
    Outcome outcome = finish.outcome();
    if (outcome instanceof Outcome.Delivered d) {
      attempted(
          to,
          d.handled() ? AttemptOutcome.HANDLED : AttemptOutcome.DELIVERED,
          null,
          d.durationMillis());
      // A replay comes when an operator wants it.
      if (finish.delivery().lease().delivery().run() == 0) {
        measure.delivered(
            to.source(), to.name(), Math.max(0, now - finish.delivery().receivedAt()));
      }
    } else if (outcome instanceof Outcome.Retry r) {
      attempted(to, AttemptOutcome.RETRY, r.reason(), r.durationMillis());
    } else if (outcome instanceof Outcome.Dead d) {
      attempted(to, AttemptOutcome.DEAD, d.reason(), d.durationMillis());
      measure.died(to.source(), to.name());
    }
  }

  private void attempted(
      Subscription to, AttemptOutcome outcome, @Nullable String reason, long millis) {
    measure.attempted(to.source(), to.name(), outcome, reason, millis);
  }

  private static FinishRow row(long now, Write.Finish finish) {
    Lease lease = finish.delivery().lease();
    Outcome outcome = finish.outcome();
    if (outcome instanceof Outcome.Delivered) {
      return new FinishRow(lease, "delivered", now, now, null, null, null, false);
    }
    if (outcome instanceof Outcome.Retry r) {
      return new FinishRow(
          lease,
          "waiting",
          now + r.delayMillis(),
          null,
          StorableText.ofNullable(r.reason()),
          StorableText.ofNullable(r.detail()),
          StorableText.ofNullable(r.destination()),
          false);
    }
    if (outcome instanceof Outcome.Dead d) {
      return new FinishRow(
          lease,
          "dead",
          now,
          now,
          StorableText.ofNullable(d.reason()),
          StorableText.ofNullable(d.detail()),
          StorableText.ofNullable(d.destination()),
          false);
    }
    return new FinishRow(lease, "waiting", now, null, null, null, null, true);
  }

  private static void audit(Batch batch, Write.Finish finish) {
    Outcome outcome = finish.outcome();
    if (outcome instanceof Outcome.Delivered d) {
      add(
          batch,
          finish,
          AuditKind.DELIVERED,
          d.durationMillis(),
          d.handled() ? "handled" : null,
          null);
    } else if (outcome instanceof Outcome.Retry r) {
      String detail = r.detail() + " (next attempt in " + r.delayMillis() + " ms)";
      add(batch, finish, AuditKind.ATTEMPT_FAILED, r.durationMillis(), r.reason(), detail);
    } else if (outcome instanceof Outcome.Dead d) {
      add(batch, finish, AuditKind.ATTEMPT_FAILED, d.durationMillis(), d.reason(), d.detail());
      add(batch, finish, AuditKind.DEAD, 0, d.reason(), d.detail());
    }
  }

  private static void add(
      Batch batch,
      Write.Finish finish,
      AuditKind kind,
      long durationMillis,
      @Nullable String reason,
      @Nullable String detail) {
    WebhookEvent event = finish.delivery().event();
    Lease lease = finish.delivery().lease();
    EventId eventId = event.eventId();
    batch.audit(
        new AuditEntry(
            event.reference(),
            kind,
            event.source(),
            eventId == null ? null : eventId.value(),
            lease.delivery(),
            lease.attempt(),
            durationMillis,
            reason,
            detail),
        event.trace());
  }
}
