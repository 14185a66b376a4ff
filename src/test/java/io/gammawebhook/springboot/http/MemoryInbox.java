package io.gammawebhook.springboot.http;

import io.gammawebhook.audit.AuditEntry;
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
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Accepts on one thread of its own, as the real ones do, and keeps what it accepted. */
final class MemoryInbox implements Inbox, AutoCloseable {

  /** What the inbox does with an event. */
  interface Behaviour extends Function<WebhookEvent, CompletionStage<Acceptance>> {}

  private final ConcurrentLinkedQueue<WebhookEvent> events = new ConcurrentLinkedQueue<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "memory-inbox"));
  private volatile Behaviour behaviour = this::commit;

  CompletionStage<Acceptance> commit(WebhookEvent event) {
    return CompletableFuture.supplyAsync(
        () -> {
          events.add(event);
          return new Acceptance.Accepted(event.reference());
        },
        writer);
  }

  void behave(Behaviour next) {
    behaviour = next;
  }

  void behaveWell() {
    behaviour = this::commit;
  }

  List<WebhookEvent> events() {
    return List.copyOf(events);
  }

  void clear() {
    events.clear();
  }

  @Override
  public CompletionStage<Acceptance> accept(WebhookEvent event) {
    return behaviour.apply(event);
  }

  @Override
  public CompletionStage<Void> record(AuditEntry entry) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    writer.shutdownNow();
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
