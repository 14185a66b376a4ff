package io.gammawebhook.store;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.UnverifiedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The quarantine in the inbox's database: it writes through the line of the inbox. */
final class JdbcQuarantine implements Quarantine {

  private final QuarantineTable table;
  private final WriteLine line;
  private final JdbcIdempotentKeys.Transactions transactions;
  private final Reads reads;

  /** Reads from the store, outside the writer. */
  interface Reads {
    <T> T run(JdbcInbox.Query<T> query);
  }

  JdbcQuarantine(
      QuarantineTable table,
      WriteLine line,
      JdbcIdempotentKeys.Transactions transactions,
      Reads reads) {
    this.table = table;
    this.line = line;
    this.transactions = transactions;
    this.reads = reads;
  }

  @Override
  public CompletionStage<Kept> keep(UnverifiedRequest request) {
    return line.keep(request);
  }

  @Override
  public List<Entry> list(@Nullable SourceName source, @Nullable Reference after, int limit) {
    return reads.run((c, now) -> table.list(c, source, after, limit));
  }

  @Override
  public Optional<Found> find(Reference reference) {
    return reads.run((c, now) -> table.find(c, reference, now));
  }

  @Override
  public Map<SourceName, Long> counts() {
    return reads.run((c, now) -> table.counts(c));
  }

  @Override
  public Optional<Acceptance> release(WebhookEvent event, Operator operator) {
    Write.Release write =
        new Write.Release(event, event.body().sha256(), operator, new CompletableFuture<>());
    line.add(write);
    try {
      return write.done().join();
    } catch (CompletionException e) {
      throw new StoreException("The inbox's store cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean discard(Reference reference, SourceName source, Operator operator) {
    return transactions.run(
        batch -> table.remove(batch, AuditKind.DISCARDED, reference, source, null, operator));
  }
}
