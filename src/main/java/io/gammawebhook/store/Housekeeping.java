package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.store.JdbcIdempotentKeys.Transactions;
import io.gammawebhook.store.Sweep.What;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what {@link Retention} has ended, in turns that one node of all has at a time. A turn is
 * many steps, each a small transaction of its own, so that nobody waits for it long. Used by one
 * thread.
 *
 * <p>Young rows are looked at once, when their time comes: the turn goes on where the last one
 * ended. What was not finished then is found by the sweeps of what is oldest, which begin at the
 * very first row, and find little else there.
 */
final class Housekeeping {

  static final String EXPIRED_KEYS =
      "select repository, name from webhook_idempotent where until <= ? order by until limit ?";

  static final String DELETE_KEY =
      "delete from webhook_idempotent where repository = ? and name = ? and until <= ?";

  private final Dialect dialect;
  private final Retention retention;
  private final Transactions transactions;
  private final int rows;
  private @Nullable Turn turn;

  /**
   * @param rows how many a step looks at
   */
  Housekeeping(Dialect dialect, Retention retention, Transactions transactions, int rows) {
    this.dialect = dialect;
    this.retention = retention;
    this.transactions = transactions;
    this.rows = rows;
  }

  /** A turn at work. */
  private static final class Turn {
    final HousekeepingTurn row;
    final long bodiesDone;
    final long keysDone;
    final Deque<Sweep> sweeps;
    @Nullable Reference after;
    Removed removed = Removed.NOTHING;

    Turn(HousekeepingTurn row, long now, Retention retention) {
      this.row = row;
      this.bodiesDone = now - retention.bodies().toMillis();
      this.keysDone = now - retention.dedupKeys().toMillis();
      this.sweeps =
          new ArrayDeque<>(
              List.of(
                  new Sweep(
                      What.WANTED_BODIES, row.bodiesDone() - StoreClock.MARGIN_MILLIS, bodiesDone),
                  new Sweep(What.ALL_BODIES, 0, now - retention.unsubscribed().toMillis()),
                  new Sweep(What.TIMED_EVENTS, row.keysDone() - StoreClock.MARGIN_MILLIS, keysDone),
                  new Sweep(What.ALL_EVENTS, 0, now - retention.untimedDedupKeys().toMillis()),
                  new Sweep(What.AUDIT, 0, now - retention.audit().toMillis()),
                  new Sweep(What.QUARANTINED, 0, now - retention.quarantine().toMillis())));
    }
  }

  /** What became of a step. */
  sealed interface Step {
    /** There is nothing to do for now: the turn is not due, or it is another node's. */
    record Idle() implements Step {}

    /** There is more to do. */
    record More() implements Step {}

    /** The turn is over. */
    record Done(Removed removed) implements Step {}
  }

  /**
   * Takes the turn if it is due, or does the next piece of it.
   *
   * @throws StoreException if the store cannot be written; the turn is given up then
   */
  Step step() {
    Turn before = turn;
    turn = null;
    return transactions.run(
        batch -> {
          Turn now = before == null ? begin(batch) : before;
          if (now == null || (before != null && !now.row.renew(batch))) {
            return new Step.Idle();
          }
          Step step = work(batch, now);
          batch.afterCommit(() -> turn = step instanceof Step.More ? now : null);
          return step;
        });
  }

  private @Nullable Turn begin(Batch batch) throws SQLException {
    HousekeepingTurn taken = HousekeepingTurn.take(batch);
    return taken == null ? null : new Turn(taken, batch.now(), retention);
  }

  /** What it did is noted after the commit: a batch that fails may be run again. */
  private Step work(Batch batch, Turn now) throws SQLException {
    dialect.beginSweep(batch.connection());
    Sweep sweep = now.sweeps.peek();
    if (sweep != null) {
      Reference after = now.after == null ? sweep.start() : now.after;
      Sweep.Progress progress = sweep.step(dialect, batch.connection(), after, rows);
      batch.afterCommit(
          () -> {
            now.removed = now.removed.plus(progress.removed());
            now.after = progress.next();
            if (progress.next() == null) {
              now.sweeps.remove();
            }
          });
      return new Step.More();
    }
    int expired = expiredKeys(batch);
    Removed removed = now.removed.plus(new Removed(0, 0, 0, 0, expired, 0));
    if (expired == rows) {
      batch.afterCommit(() -> now.removed = removed);
      return new Step.More();
    }
    OperationTable.deleteEnded(batch.connection(), batch.now() - retention.audit().toMillis());
    now.row.end(batch, now.bodiesDone, now.keysDone);
    return new Step.Done(removed);
  }

  private int expiredKeys(Batch batch) throws SQLException {
    Connection c = batch.connection();
    int found = 0;
    try (PreparedStatement expired = c.prepareStatement(EXPIRED_KEYS);
        PreparedStatement delete = c.prepareStatement(DELETE_KEY)) {
      expired.setLong(1, batch.now());
      expired.setInt(2, rows);
      try (ResultSet r = expired.executeQuery()) {
        while (r.next()) {
          found++;
          delete.setString(1, r.getString("repository"));
          delete.setString(2, r.getString("name"));
          // Once more, of the row as it is: its owner may have taken it again a moment ago.
          delete.setLong(3, batch.now());
          delete.addBatch();
        }
      }
      if (found > 0) {
        delete.executeBatch();
      }
    }
    return found;
  }
}
