package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The accepting half of an inbox, in memory, that can be told to fail. */
final class RecordingInbox implements Inbox {

  final Map<DedupKey, WebhookEvent> events = new LinkedHashMap<>();
  final List<AuditEntry> entries = new CopyOnWriteArrayList<>();

  /** If set, nothing is stored and this is the outcome. */
  @Nullable CompletionStage<Acceptance> acceptance;

  /** If set, {@code accept} and {@code record} throw it. */
  @Nullable RuntimeException broken;

  /** If set, the entry is not written and this is the outcome. */
  @Nullable CompletionStage<Void> recording;

  @Override
  public synchronized CompletionStage<Acceptance> accept(WebhookEvent event) {
    if (broken != null) {
      throw broken;
    }
    if (acceptance != null) {
      return acceptance;
    }
    WebhookEvent first = events.putIfAbsent(event.dedupKey(), event);
    return CompletableFuture.completedStage(
        first == null
            ? new Acceptance.Accepted(event.reference())
            : new Acceptance.Duplicate(
                first.reference(), !Arrays.equals(first.body().bytes(), event.body().bytes())));
  }

  @Override
  public CompletionStage<Void> record(AuditEntry entry) {
    if (broken != null) {
      throw broken;
    }
    if (recording != null) {
      return recording;
    }
    entries.add(entry);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public Subscription register(SourceName source, SubscriptionName name, List<String> types) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void attach(Subscription subscription, HandOff handOff) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void detach(Subscription subscription) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Claimed> claim(Subscription subscription, int max) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Boolean> finish(Lease lease, Outcome outcome) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Set<Lease>> renew(Collection<Lease> leases) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeliveryId replay(DeliveryId delivery, String who, String why) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InboxStatus status() {
    throw new UnsupportedOperationException();
  }
}
