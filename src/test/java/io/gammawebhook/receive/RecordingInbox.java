package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.testing.MemoryQuarantine;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The accepting half of an inbox, in memory, that can be told to fail. */
final class RecordingInbox implements Intake {

  final Map<DedupKey, WebhookEvent> events = new LinkedHashMap<>();
  final MemoryQuarantine quarantine = new MemoryQuarantine();
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
  public Quarantine quarantine() {
    return quarantine;
  }
}
