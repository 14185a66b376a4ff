package io.gammawebhook.testing;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The receiving half of a quarantine, in memory, that can be told to fail. */
public final class MemoryQuarantine implements Quarantine {

  public final List<UnverifiedRequest> kept = new CopyOnWriteArrayList<>();

  /** If set, nothing is kept and this is the outcome. */
  public volatile @Nullable CompletionStage<Kept> outcome;

  /** If set, {@code keep} throws it. */
  public volatile @Nullable RuntimeException broken;

  @Override
  public CompletionStage<Kept> keep(UnverifiedRequest request) {
    RuntimeException fault = broken;
    if (fault != null) {
      throw fault;
    }
    CompletionStage<Kept> told = outcome;
    if (told != null) {
      return told;
    }
    kept.add(request);
    return CompletableFuture.completedStage(Kept.KEPT);
  }

  @Override
  public List<Entry> list(@Nullable SourceName source, @Nullable Reference after, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Found> find(Reference reference) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<SourceName, Long> counts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Acceptance> release(WebhookEvent event, Operator operator) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean discard(Reference reference, SourceName source, Operator operator) {
    throw new UnsupportedOperationException();
  }
}
