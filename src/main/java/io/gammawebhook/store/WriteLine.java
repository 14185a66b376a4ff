package io.gammawebhook.store;

import io.gammawebhook.audit.BoundedLine;
import io.gammawebhook.audit.OneLine;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.UnverifiedRequest;
import io.gammawebhook.measure.Measure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line before the store, and its writer. The writer takes all that waits (bounded in requests
 * and bytes), writes it in one transaction, commits, and only then tells those who wait: many
 * requests share one fsync. While a commit is under way the next batch gathers, so the batches grow
 * with the load and nobody waits for a timer.
 *
 * <p>If a batch fails for a fault of one of its rows, each piece is written alone, so that a
 * poisonous one does not fail its neighbours. If the store itself fails, accepted events are
 * answered "not stored" and the ends of attempts wait for it to come back.
 */
final class WriteLine implements Measure.Line, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriteLine.class);
  private static final long IDLE_MILLIS = 100;
  private static final long CLOSE_SECONDS = 10;
  private static final long WAITING_BATCHES = 16;

  private final LinkedBlockingQueue<Write> line = new LinkedBlockingQueue<>();
  private final AtomicInteger waitingEvents = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Thread writer;
  private final ExecutorService committed;
  private final BatchWriter batches;
  private final BoundedLine refusedRows = new BoundedLine();
  private final int maxBatch;
  private final int maxBatchBytes;
  private final int maxWaiting;
  private volatile boolean down;
  private volatile boolean closed;

  /** When the batch at work was begun, by {@code System.nanoTime}; null if there is none. */
  private volatile @Nullable Long writingSince;

  /** When an event was last refused for the line's sake, by {@code System.nanoTime}. */
  private volatile @Nullable Long refusedAt;

  WriteLine(BatchWriter batches, InboxSettings settings) {
    this.batches = batches;
    this.maxBatch = settings.maxBatch();
    this.maxBatchBytes = settings.maxBatchBytes();
    this.maxWaiting = settings.maxWaiting();
    this.committed =
        Executors.newSingleThreadExecutor(task -> daemon(task, "gamma-webhook-committed"));
    this.writer = daemon(this::run, "gamma-webhook-writer");
    writer.start();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Adds an event, or says at once why it cannot be stored. */
  CompletableFuture<Acceptance> accept(WebhookEvent event) {
    NotStored.@Nullable Cause refused = refusal(event.body().length());
    if (refused != null) {
      return CompletableFuture.completedFuture(new NotStored(refused));
    }
    // Hashed by the caller: there is one writer.
    Write.Accept write =
        new Write.Accept(event, event.body().sha256(), false, new CompletableFuture<>());
    enter(write);
    // Who is told may come again at once: its place is free by then.
    return write.done().whenComplete((acceptance, failure) -> left(write));
  }

  /** Adds a request that is to be kept apart, or says at once why it cannot be. */
  CompletableFuture<Kept> keep(UnverifiedRequest request) {
    Write.Keep write = new Write.Keep(request, new CompletableFuture<>());
    NotStored.@Nullable Cause refused = refusal(write.bytes());
    if (refused != null) {
      write.notStored(refused);
      return write.done();
    }
    enter(write);
    return write.done().whenComplete((kept, failure) -> left(write));
  }

  private void enter(Write.Incoming write) {
    waitingEvents.incrementAndGet();
    waitingBytes.addAndGet(write.bytes());
    add(write);
  }

  private NotStored.@Nullable Cause refusal(int length) {
    if (closed) {
      return NotStored.Cause.CLOSED;
    }
    if (down) {
      return NotStored.Cause.STORE_DOWN;
    }
    long bytes = waitingBytes.get();
    // An event larger than all that may wait is let in alone.
    boolean full = waitingEvents.get() >= maxWaiting || (bytes > 0 && bytes + length > maxBytes());
    if (full) {
      refusedAt = System.nanoTime();
      return NotStored.Cause.LINE_FULL;
    }
    return null;
  }

  /** Adds other work; it is as much as the permits of the workers allow, so it is never refused. */
  void add(Write write) {
    line.add(write);
    if (closed && !writer.isAlive()) {
      failLeftOvers();
    }
  }

  private void run() {
    List<Write> batch = new ArrayList<>();
    List<Write> later = new ArrayList<>();
    boolean ended = false;
    while (!ended) {
      try {
        ended = turn(batch, later);
      } catch (Throwable e) {
        // The writer outlives every fault, or all who wait would wait for ever.
        batch.forEach(write -> quietly(() -> fail(write, e)));
        quietly(() -> LOG.error("The inbox's writer failed", e));
      }
      batch.clear();
    }
  }

  /** Writes one batch; true if there will be no other. */
  private boolean turn(List<Write> batch, List<Write> later) {
    gather(batch);
    // What failed with the store is tried again as soon as it is back, or in an idle moment.
    if (!down || batch.isEmpty()) {
      batch.addAll(later);
      later.clear();
    }
    if (closed && batch.isEmpty()) {
      return true;
    }
    // An empty batch asks whether the store is back.
    if (!batch.isEmpty() || down) {
      writingSince = System.nanoTime();
      try {
        write(batch, later);
      } finally {
        writingSince = null;
      }
    }
    return false;
  }

  /** There may not even be memory to tell of a fault. */
  private static void quietly(Runnable telling) {
    try {
      telling.run();
    } catch (Throwable e) {
      // Whoever waits for it is answered after the time for answers.
      return;
    }
  }

  /** Waits a while for the first piece, and takes what else is there. */
  private void gather(List<Write> batch) {
    int bytes = 0;
    for (Write next = first(); next != null; ) {
      batch.add(next);
      bytes += next.bytes();
      next = batch.size() < maxBatch && bytes < maxBatchBytes ? line.poll() : null;
    }
  }

  private @Nullable Write first() {
    try {
      return closed ? line.poll() : line.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody of ours interrupts the writer, and what is in the line has to be written.
      return line.poll();
    }
  }

  private void left(Write.Incoming write) {
    waitingEvents.decrementAndGet();
    waitingBytes.addAndGet(-write.bytes());
  }

  private void write(List<Write> batch, List<Write> later) {
    try {
      Runnable afterCommit = batches.write(batch);
      tell(afterCommit);
      if (down) {
        LOG.info("The inbox's store is back");
        down = false;
      }
    } catch (RowFault e) {
      if (batch.size() == 1) {
        rowFailed(batch.get(0), e);
      } else {
        writeOneByOne(batch, later);
      }
    } catch (SQLException e) {
      storeFailed(batch, later, e);
    }
  }

  private void writeOneByOne(List<Write> batch, List<Write> later) {
    for (int i = 0; i < batch.size(); i++) {
      Write write = batch.get(i);
      try {
        tell(batches.write(List.of(write)));
      } catch (RowFault e) {
        rowFailed(write, e);
      } catch (SQLException e) {
        // Each further try would wait for a connection as long as this one did.
        storeFailed(batch.subList(i, batch.size()), later, e);
        return;
      }
    }
  }

  private void rowFailed(Write write, RowFault e) {
    if (e.getCause() instanceof SQLException sql) {
      // No stack trace at any level, since a message's further lines may show the row.
      String told = OneLine.of(sql) + " (" + sql.getSQLState() + ")";
      refusedRows.write(
          leftOut ->
              LOG.error("The inbox's store refused a row: {}{}", told, BoundedLine.told(leftOut)));
    }
    fail(write, e.getCause());
  }

  private void storeFailed(List<Write> batch, List<Write> later, SQLException e) {
    if (!down) {
      LOG.error("The inbox's store failed; senders get 503 until it is back: {}", OneLine.of(e));
      LOG.debug("The inbox's store failed", e);
      down = true;
    }
    for (Write write : batch) {
      if (write instanceof Write.Finish && !closed) {
        later.add(write);
      } else {
        fail(write, e);
      }
    }
    // Who waits in the line is told now, not after as many timeouts as there are batches.
    line.removeIf(
        write -> {
          if (write instanceof Write.Incoming) {
            fail(write, e);
            return true;
          }
          return false;
        });
  }

  private void fail(Write write, @Nullable Throwable cause) {
    tell(
        () -> {
          if (write instanceof Write.Incoming incoming) {
            incoming.notStored(cause == null ? NotStored.Cause.CLOSED : NotStored.Cause.STORE_DOWN);
          } else {
            write
                .done()
                .completeExceptionally(
                    cause == null ? new IllegalStateException("The inbox is closed") : cause);
          }
        });
  }

  private void tell(Runnable task) {
    try {
      committed.execute(task);
    } catch (RejectedExecutionException e) {
      // The writer outlasted the wait in close.
      task.run();
    }
  }

  /** Requests of senders that wait for a commit. */
  @Override
  public long requests() {
    return waitingEvents.get();
  }

  @Override
  public long maxRequests() {
    return maxWaiting;
  }

  @Override
  public long bytes() {
    return waitingBytes.get();
  }

  @Override
  public long maxBytes() {
    return WAITING_BATCHES * maxBatchBytes;
  }

  /** Whether the last transaction failed for the store's sake. */
  boolean isDown() {
    return down;
  }

  /** Whether the writer lives. */
  boolean isAlive() {
    return writer.isAlive();
  }

  /** How long the writer has been at its batch; zero if it waits for one. */
  Duration writing() {
    Long since = writingSince;
    return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  /** Whether within the time before now an event was refused because too many waited. */
  boolean refusedWithin(Duration time) {
    Long at = refusedAt;
    return at != null && System.nanoTime() - at < time.toNanos();
  }

  /** Writes what is in the line, tells those who wait, and ends the writer. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    interrupted |= awaitEnd(() -> joined(deadline - System.nanoTime()));
    failLeftOvers();
    refusedRows.sumUp();
    committed.shutdown();
    interrupted |= awaitEnd(() -> committed.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean joined(long nanos) throws InterruptedException {
    writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    return !writer.isAlive();
  }

  /** Returns whether this thread was interrupted; the wait goes on all the same. */
  private static boolean awaitEnd(Wait wait) {
    boolean interrupted = false;
    while (true) {
      try {
        if (!wait.ended()) {
          LOG.warn("The inbox was closed while its store was still at work");
        }
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /** Something that ends soon, or not. */
  private interface Wait {
    boolean ended() throws InterruptedException;
  }

  /** What came in while the line was closing. */
  private void failLeftOvers() {
    for (Write write = line.poll(); write != null; write = line.poll()) {
      fail(write, null);
    }
  }

  /** Writes a batch in one transaction. */
  interface BatchWriter {
    /**
     * @return what tells those who wait, to be run after the commit
     * @throws RowFault if a piece is at fault, and the store is not
     * @throws SQLException if the store is at fault, or it is unknown whether it committed
     */
    Runnable write(List<Write> batch) throws SQLException, RowFault;
  }

  /** A piece of the batch cannot be written; nothing of the batch was. */
  static final class RowFault extends Exception {
    private static final long serialVersionUID = 1L;

    RowFault(Exception cause) {
      super(cause);
    }
  }
}
