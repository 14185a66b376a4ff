package io.gammawebhook.springboot.http;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.testing.MemoryQuarantine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Accepts on one thread of its own, as the real ones do, and keeps what it accepted. */
public final class MemoryInbox implements Intake, AutoCloseable {

  /** What the inbox does with an event. */
  public interface Behaviour extends Function<WebhookEvent, CompletionStage<Acceptance>> {}

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

  public void behave(Behaviour next) {
    behaviour = next;
  }

  public void behaveWell() {
    behaviour = this::commit;
  }

  public List<WebhookEvent> events() {
    return List.copyOf(events);
  }

  public void clear() {
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
  public Quarantine quarantine() {
    return new MemoryQuarantine();
  }
}
