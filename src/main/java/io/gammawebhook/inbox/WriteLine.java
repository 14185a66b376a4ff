package io.gammawebhook.inbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line before the store, and its writers. A writer takes all that waits (bounded in requests
 * and bytes), writes it in one transaction, commits, and only then tells those who wait: many
 * requests share one fsync. While a commit is under way the next batch gathers, so the batches grow
 * with the load and nobody waits for a timer.
 *
 * <p>If a batch fails for a fault of one of its rows, each piece is written alone, so that a
 * poisonous one does not fail its neighbours. If the store itself fails, accepted events are
 * answered "not stored" and the ends of attempts wait for it to come back.
 */
final class WriteLine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriteLine.class);
  private static final long IDLE_MILLIS = 500;

  private final LinkedBlockingQueue<Write> line = new LinkedBlockingQueue<>();
  private final AtomicInteger waitingEvents = new AtomicInteger();
  private final List<Thread> writers = new ArrayList<>();
  private final ExecutorService committed;
  private final BatchWriter batches;
  private final int maxBatch;
  private final int maxBatchBytes;
  private final int maxWaiting;
  private volatile boolean down;
  private volatile boolean closed;

  WriteLine(BatchWriter batches, InboxSettings settings, int writerCount) {
    this.batches = batches;
    this.maxBatch = settings.maxBatch();
    this.maxBatchBytes = settings.maxBatchBytes();
    this.maxWaiting = settings.maxWaiting();
    this.committed =
        Executors.newSingleThreadExecutor(task -> daemon(task, "gamma-webhook-committed"));
    for (int i = 0; i < writerCount; i++) {
      writers.add(daemon(this::run, "gamma-webhook-writer-" + i));
    }
    writers.forEach(Thread::start);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Adds an event, or says at once why it cannot be stored. */
  void accept(Write.Accept write) {
    Acceptance.NotStored.@Nullable Cause refused = refusal();
    if (refused != null) {
      write.done().complete(new Acceptance.NotStored(refused));
      return;
    }
    waitingEvents.incrementAndGet();
    line.add(write);
    if (closed) {
      failLeftOvers();
    }
  }

  private Acceptance.NotStored.@Nullable Cause refusal() {
    if (closed) {
      return Acceptance.NotStored.Cause.CLOSED;
    }
    if (down) {
      return Acceptance.NotStored.Cause.STORE_DOWN;
    }
    return waitingEvents.get() >= maxWaiting ? Acceptance.NotStored.Cause.LINE_FULL : null;
  }

  /** Adds other work; it is as much as the permits of the workers allow, so it is never refused. */
  void add(Write write) {
    line.add(write);
    if (closed) {
      failLeftOvers();
    }
  }

  private void run() {
    List<Write> batch = new ArrayList<>();
    List<Write> later = new ArrayList<>();
    while (true) {
      gather(batch);
      if (closed && batch.isEmpty()) {
        later.forEach(write -> fail(write, null));
        return;
      }
      // An idle moment is when what failed with the store is tried again; an empty batch asks
      // whether the store is back.
      if (batch.isEmpty()) {
        batch.addAll(later);
        later.clear();
      }
      if (!batch.isEmpty() || down) {
        write(batch, later);
      }
      batch.clear();
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
      // Nobody of ours interrupts a writer, and what is in the line has to be written.
      return line.poll();
    }
  }

  private void write(List<Write> batch, List<Write> later) {
    int events = (int) batch.stream().filter(Write.Accept.class::isInstance).count();
    try {
      Runnable afterCommit = batches.write(batch);
      committed.execute(afterCommit);
      if (down) {
        LOG.info("The inbox's store is back");
        down = false;
      }
    } catch (RowFault e) {
      if (batch.size() == 1) {
        rowFailed(batch.get(0), e);
      } else {
        batch.forEach(write -> writeAlone(write, later));
      }
    } catch (SQLException e) {
      storeFailed(batch, later, e);
    } finally {
      waitingEvents.addAndGet(-events);
    }
  }

  private void writeAlone(Write write, List<Write> later) {
    try {
      committed.execute(batches.write(List.of(write)));
    } catch (RowFault e) {
      rowFailed(write, e);
    } catch (SQLException e) {
      storeFailed(List.of(write), later, e);
    }
  }

  private void rowFailed(Write write, RowFault e) {
    if (e.getCause() instanceof SQLException) {
      LOG.error("The inbox's store refused a row", e.getCause());
    }
    fail(write, e.getCause());
  }

  private void storeFailed(List<Write> batch, List<Write> later, SQLException e) {
    if (!down) {
      LOG.error(
          "The inbox's store failed; senders get 503 until it is back: {}", e.getMessage(), e);
      down = true;
    }
    for (Write write : batch) {
      if (write instanceof Write.Finish && !closed) {
        later.add(write);
      } else {
        fail(write, e);
      }
    }
  }

  private void fail(Write write, @Nullable Throwable cause) {
    committed.execute(
        () -> {
          if (write instanceof Write.Accept accept) {
            accept
                .done()
                .complete(
                    new Acceptance.NotStored(
                        cause == null
                            ? Acceptance.NotStored.Cause.CLOSED
                            : Acceptance.NotStored.Cause.STORE_DOWN));
          } else {
            write
                .done()
                .completeExceptionally(
                    cause == null ? new IllegalStateException("The inbox is closed") : cause);
          }
        });
  }

  /** Whether the last transaction failed for the store's sake. */
  boolean isDown() {
    return down;
  }

  /** Writes what is in the line, tells those who wait, and ends the writers. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread writer : writers) {
      try {
        writer.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    failLeftOvers();
    committed.shutdown();
    try {
      if (!committed.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("Answers of committed events were still being handed out at close");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What came in while the line was closing. */
  private void failLeftOvers() {
    if (writers.stream().anyMatch(Thread::isAlive)) {
      return;
    }
    for (Write write = line.poll(); write != null; write = line.poll()) {
      if (write instanceof Write.Accept accept) {
        accept.done().complete(new Acceptance.NotStored(Acceptance.NotStored.Cause.CLOSED));
      } else {
        write.done().completeExceptionally(new IllegalStateException("The inbox is closed"));
      }
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
