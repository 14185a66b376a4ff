package io.gammawebhook.store;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.OneLine;
import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.BodyMatch;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.Operations.Kind;
import io.gammawebhook.inbox.Operations.Operation;
import io.gammawebhook.inbox.Operations.Progress;
import io.gammawebhook.inbox.Operations.Request;
import io.gammawebhook.inbox.Operations.State;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.TooMuchWorkException;
import io.gammawebhook.store.JdbcEventSearch.Reading;
import io.gammawebhook.store.JdbcIdempotentKeys.Transactions;
import io.gammawebhook.store.OperationStep.Tally;
import io.gammawebhook.store.OperationTable.Taken;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries operations out, piece by piece in turn, so that a slow one holds up no other. Pieces keep
 * to the operation's rate, and leave the writer to the others in between.
 */
final class OperationRunner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

  private static final long ASK_MILLIS = 5_000;
  private static final long AFTER_FAULT_MILLIS = 5_000;
  private static final int MOST_AT_ONCE = 10;
  private static final int PIECE = 100;
  private static final int PIECES_A_SECOND = 5;
  private static final long CLOSE_SECONDS = 10;

  private final OperationTable table;
  private final EventScan events;
  private final OperationStep step;
  private final Quarantine quarantine;
  private final QuarantineTable quarantineTable;
  private final Reading reading;
  private final Transactions transactions;
  private final IntConsumer wake;
  private final ScheduledThreadPoolExecutor thread;

  /** Those that this node is at; used by its thread alone, and by {@link #close} after that. */
  private final List<At> working = new ArrayList<>();

  private volatile boolean woken = true;
  private long askedNanos;
  private boolean storeDown;

  /**
   * @param wake told of a subscription with something new to do
   */
  OperationRunner(
      OperationTable table,
      EventScan events,
      OperationStep step,
      Quarantine quarantine,
      QuarantineTable quarantineTable,
      Reading reading,
      Transactions transactions,
      IntConsumer wake) {
    this.table = table;
    this.events = events;
    this.step = step;
    this.quarantine = quarantine;
    this.quarantineTable = quarantineTable;
    this.reading = reading;
    this.transactions = transactions;
    this.wake = wake;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "gamma-webhook-operations");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
    schedule(ASK_MILLIS);
  }

  /** Where this node is with its operation. */
  private static final class At {
    final Taken taken;
    final EventFilter filter;
    @Nullable Reference position;
    Progress progress;
    Map<String, Long> skipped;
    private long restsSinceNanos = System.nanoTime();
    private long restNanos;

    At(Taken taken) {
      this.taken = taken;
      // What is received after the order is not meant by it.
      this.filter =
          taken
              .operation()
              .request()
              .filter()
              .before(Instant.ofEpochMilli(taken.operation().createdAt() + 1));
      this.position = taken.position();
      this.progress = taken.operation().progress();
      this.skipped = taken.skipped();
    }

    void rest(long millis) {
      restsSinceNanos = System.nanoTime();
      restNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** In how many milliseconds its next piece may be done; 0 for now. */
    long dueIn() {
      long left = leftNanos();
      return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
    }

    /** How long it rests still; negative for how long it has been due. */
    long leftNanos() {
      return restNanos - (System.nanoTime() - restsSinceNanos);
    }

    Request request() {
      return taken.operation().request();
    }
  }

  /** There may be an operation to begin. */
  void wakeUp() {
    woken = true;
    schedule(0);
  }

  private void schedule(long millis) {
    try {
      // One plan at a time: the nearer one takes the place of the other.
      thread.getQueue().clear();
      var unused = thread.schedule(this::run, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed in the meantime.
      LOG.trace("No further operations", e);
    }
  }

  private void run() {
    long rest = AFTER_FAULT_MILLIS;
    try {
      begin();
      At next = soonest();
      if (next != null && next.dueIn() == 0) {
        pieceOf(next);
      }
      At after = soonest();
      rest = after == null ? ASK_MILLIS : Math.min(ASK_MILLIS, after.dueIn());
      storeDown = false;
    } catch (StoreException e) {
      // Once an outage; the inbox itself says when the store is back.
      LOG.atLevel(storeDown ? Level.DEBUG : Level.WARN)
          .log("Operations wait for the store: {}", e.getMessage());
      storeDown = true;
      // How far they are is read again: what was written last may be stored or not.
      working.clear();
    } catch (RuntimeException e) {
      LOG.warn("Operations could not go on; they are tried again: {}", OneLine.of(e));
      LOG.debug("Operations could not go on", e);
      working.clear();
    } finally {
      schedule(woken ? 0 : rest);
    }
  }

  /** The one that has been due for longest, so that each has its turn. */
  private @Nullable At soonest() {
    return working.stream().min(Comparator.comparingLong(At::leftNanos)).orElse(null);
  }

  private void pieceOf(At now) {
    boolean goesOn = false;
    try {
      goesOn = piece(now);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("Operation {} failed: {}", now.taken.operation().id(), OneLine.of(e));
      LOG.debug("An operation failed", e);
      fail(now, e);
    }
    if (!goesOn) {
      working.remove(now);
    }
  }

  private void fail(At failed, RuntimeException fault) {
    String why =
        fault instanceof TooMuchWorkException
            ? String.valueOf(fault.getMessage())
            : OneLine.of(fault);
    transactions.run(
        batch -> table.advance(batch, failed.taken, State.FAILED, null, failed.progress, why));
  }

  /**
   * Does the next piece.
   *
   * @return whether there is another one
   */
  private boolean piece(At now) {
    int size = Math.max(1, Math.min(PIECE, now.request().rate() / PIECES_A_SECOND));
    EventScan.Step found =
        reading.run((c, time) -> events.step(c, now.filter, false, now.position, size));
    if (found.last() == null && now.request().kind() == Kind.ERASE && !eraseQuarantined(now)) {
      return false;
    }
    Tally tally = new Tally(now.skipped);
    boolean last = found.last() == null;
    Progress[] progress = {now.progress};
    boolean ours =
        transactions.run(
            batch -> {
              tally.begin();
              return carryOut(batch, now, found, tally, progress);
            });
    if (!ours) {
      LOG.info("Operation {} was ended, or is another node's", now.taken.operation().id());
      return false;
    }
    now.position = found.last();
    now.progress = progress[0];
    now.skipped = tally.skipped();
    tally.woken().forEach(wake::accept);
    if (last) {
      LOG.info(
          "Operation {} ({}{}) is done: {} of {} events fit, {} changed, {} skipped",
          now.taken.operation().id(),
          now.request().kind().text(),
          now.request().dryRun() ? ", dry run" : "",
          now.progress.matched(),
          now.progress.lookedAt(),
          now.progress.done(),
          now.progress.skipped());
      return false;
    }
    now.rest(now.request().dryRun() ? 0 : tally.done() * 1000 / now.request().rate());
    return true;
  }

  /** Takes one more, if there is one, when it was told so or has not asked for a while. */
  private void begin() {
    boolean asks = woken || System.nanoTime() - askedNanos >= ASK_MILLIS * 1_000_000;
    if (!asks || working.size() >= MOST_AT_ONCE) {
      return;
    }
    woken = false;
    Taken taken = transactions.run(batch -> new Held(table.take(batch))).taken;
    if (taken == null) {
      askedNanos = System.nanoTime();
      return;
    }
    // There may be another one.
    woken = true;
    At begun = new At(taken);
    working.add(begun);
    if (begun.progress.total() == 0) {
      try {
        long total = reading.run((c, time) -> events.total(c, begun.filter));
        begun.progress = new Progress(total, 0, 0, 0, 0);
      } catch (StoreException e) {
        throw e;
      } catch (RuntimeException e) {
        working.remove(begun);
        fail(begun, e);
      }
    }
  }

  /** What was taken, if anything. */
  private record Held(@Nullable Taken taken) {}

  private boolean carryOut(
      Batch batch, At now, EventScan.Step found, Tally tally, Progress[] progress)
      throws SQLException {
    boolean last = found.last() == null;
    if (!table.advance(batch, now.taken, State.RUNNING, found.last(), now.progress, null)) {
      return false;
    }
    Operation operation = now.taken.operation();
    for (FoundEvent event : found.events()) {
      step.run(batch, operation.request(), event, operation.operator(), tally);
    }
    long skips = tally.skipped().values().stream().mapToLong(Long::longValue).sum();
    Progress before = now.progress;
    progress[0] =
        new Progress(
            before.total(),
            before.lookedAt() + found.lookedAt(),
            before.matched() + found.events().size(),
            before.done() + tally.done(),
            skips);
    return table.advance(
        batch,
        now.taken,
        last ? State.DONE : State.RUNNING,
        found.last(),
        progress[0],
        HeadersJson.write(texts(tally.skipped())));
  }

  private static Map<String, String> texts(Map<String, Long> counts) {
    Map<String, String> texts = new TreeMap<>();
    counts.forEach((why, count) -> texts.put(why, Long.toString(count)));
    return texts;
  }

  /**
   * Requests in quarantine have a body too; they have no type, no id and no delivery. They are
   * looked at outside of any transaction, and erased piece by piece.
   *
   * @return whether the operation is still this node's
   */
  private boolean eraseQuarantined(At now) {
    EventFilter f = now.filter;
    if (f.event() != null
        || f.type() != null
        || f.id() != null
        || f.state() != null
        || f.asksForDelivery()) {
      return true;
    }
    Reference after = null;
    while (true) {
      List<Quarantine.Entry> entries = quarantine.list(f.source(), after, PIECE);
      List<Quarantine.Entry> meant = entries.stream().filter(e -> isMeant(f, e)).toList();
      if (!meant.isEmpty() && !erase(now, meant)) {
        return false;
      }
      if (entries.size() < PIECE) {
        return true;
      }
      after = entries.get(entries.size() - 1).reference();
    }
  }

  private boolean erase(At now, List<Quarantine.Entry> meant) {
    Progress before = now.progress;
    Progress after =
        new Progress(
            before.total(),
            before.lookedAt(),
            before.matched() + meant.size(),
            before.done() + meant.size(),
            before.skipped());
    boolean ours =
        transactions.run(
            batch -> {
              String detail = HeadersJson.write(texts(now.skipped));
              if (!table.advance(batch, now.taken, State.RUNNING, null, after, detail)) {
                return false;
              }
              if (!now.request().dryRun()) {
                for (Quarantine.Entry entry : meant) {
                  quarantineTable.remove(
                      batch,
                      AuditKind.ERASED,
                      entry.reference(),
                      entry.source(),
                      null,
                      now.taken.operation().operator());
                }
              }
              return true;
            });
    now.progress = ours ? after : before;
    return ours;
  }

  private boolean isMeant(EventFilter f, Quarantine.Entry entry) {
    Instant at = Instant.ofEpochMilli(entry.receivedAt());
    if ((f.from() != null && at.isBefore(f.from())) || (f.to() != null && !at.isBefore(f.to()))) {
      return false;
    }
    BodyMatch match = f.match();
    return match == null
        || quarantine
            .find(entry.reference())
            .filter(found -> match.matches(found.request().body().bytes()))
            .isPresent();
  }

  /** Gives back what it is at. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The inbox was closed while an operation was still at work");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      for (At left : working) {
        transactions.run(
            batch -> {
              table.release(batch, left.taken);
              return true;
            });
      }
    } catch (RuntimeException e) {
      LOG.debug("Operations are taken over when their leases end", e);
    }
  }
}
