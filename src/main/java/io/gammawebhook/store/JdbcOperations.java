package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.store.JdbcEventSearch.Reading;
import io.gammawebhook.store.JdbcIdempotentKeys.Transactions;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Orders on many events. Safe for use by many threads. */
final class JdbcOperations implements Operations {

  /** In the audit, where the criteria name no source. */
  private static final SourceName ALL_SOURCES = new SourceName("all-sources");

  private final OperationTable table;
  private final ReferenceGenerator references;
  private final Transactions transactions;
  private final Reading reading;
  private final Runnable wake;

  /**
   * @param wake told that there is one to begin
   */
  JdbcOperations(
      OperationTable table,
      RandomGenerator random,
      Transactions transactions,
      Reading reading,
      Runnable wake) {
    this.table = table;
    this.references = new ReferenceGenerator(random);
    this.transactions = transactions;
    this.reading = reading;
    this.wake = wake;
  }

  @Override
  public Optional<Reference> start(Request request, Operator operator) {
    Optional<Reference> started =
        transactions.run(
            batch -> {
              if (table.countOpen(batch.connection()) >= MOST_OPEN) {
                return Optional.empty();
              }
              Reference id = references.next(batch.now());
              table.insert(batch, id, request, operator);
              batch.audit(
                  entry(AuditKind.ORDERED, id, request, operator, text(request) + operator.why()));
              return Optional.of(id);
            });
    started.ifPresent(id -> wake.run());
    return started;
  }

  @Override
  public List<Operation> list(int limit) {
    int most = StatusQueries.bounded(limit);
    return reading.run((c, now) -> table.list(c, most));
  }

  @Override
  public Optional<Operation> find(Reference id) {
    return reading.run((c, now) -> table.find(c, id));
  }

  @Override
  public Optional<State> cancel(Reference id, Operator operator) {
    return transactions.run(
        batch -> {
          Operation before = table.find(batch.connection(), id).orElse(null);
          if (before == null) {
            return Optional.empty();
          }
          if (!table.cancel(batch, id, operator)) {
            return Optional.of(
                table.find(batch.connection(), id).map(Operation::state).orElse(before.state()));
          }
          batch.audit(entry(AuditKind.CANCELLED, id, before.request(), operator, operator.why()));
          return Optional.of(State.CANCELLED);
        });
  }

  private static AuditEntry entry(
      AuditKind kind, Reference id, Request request, Operator operator, String detail) {
    SourceName source = request.filter().source();
    return new AuditEntry(
        id,
        kind,
        source == null ? ALL_SOURCES : source,
        null,
        null,
        0,
        0,
        operator.who(),
        detail,
        null,
        operator.origin());
  }

  /** Such as {@code replay, dry run, of state=dead source=gamma: }. */
  private static String text(Request request) {
    StringBuilder text = new StringBuilder(request.kind().text());
    if (request.dryRun()) {
      text.append(", dry run,");
    }
    text.append(" of");
    request
        .filter()
        .criteria()
        .forEach((name, value) -> text.append(' ').append(name + "=" + value));
    if (request.target() != null) {
      text.append(" to ").append(request.target());
    }
    return text.append(": ").toString();
  }
}
