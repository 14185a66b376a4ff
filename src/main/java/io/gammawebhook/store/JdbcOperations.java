package io.gammawebhook.store;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.store.JdbcEventSearch.Reading;
import io.gammawebhook.store.JdbcIdempotentKeys.Transactions;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Orders on many events. Safe for use by many threads. */
final class JdbcOperations implements Operations {

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
    return transactions.run(batch -> table.cancel(batch, id, operator));
  }
}
