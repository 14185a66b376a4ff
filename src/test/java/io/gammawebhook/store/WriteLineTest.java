package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.Acceptance.NotStored.Cause;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.QuarantineBounds;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.SchemaMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The line before the store: its bounds, its faults and its end. */
class WriteLineTest {

  private static final NotStored LINE_FULL = new NotStored(Cause.LINE_FULL);
  private static final NotStored CLOSED = new NotStored(Cause.CLOSED);

  private final Semaphore go = new Semaphore(0);
  private final Semaphore inWriter = new Semaphore(0);
  private final List<Integer> batches = new CopyOnWriteArrayList<>();

  private static InboxSettings settings(int maxBatch, int maxBatchBytes, int maxWaiting) {
    return new InboxSettings(
        "jdbc:sqlite:unused",
        null,
        null,
        null,
        InboxSettings.DEFAULT_LEASE,
        maxBatch,
        maxBatchBytes,
        maxWaiting,
        "node-1",
        Retention.DEFAULT,
        QuarantineBounds.DEFAULT,
        SchemaMode.MIGRATE);
  }

  /** Stores nothing, and goes on only when the test says so. */
  private Runnable held(List<Write> batch) {
    inWriter.release();
    go.acquireUninterruptibly();
    batches.add(batch.size());
    return accepting(batch);
  }

  /** Of a copy: the writer uses its list again. */
  private static Runnable accepting(List<Write> batch) {
    List<Write> written = List.copyOf(batch);
    return () -> written.forEach(WriteLineTest::accepted);
  }

  private static void accepted(Write write) {
    if (write instanceof Write.Accept accept) {
      accept.done().complete(new Accepted(accept.event().reference()));
    } else if (write instanceof Write.Finish finish) {
      finish.done().complete(true);
    }
  }

  @Test
  void aFullLineRefusesAtOnce() {
    try (WriteLine line = new WriteLine(this::held, settings(10, 1_000, 5))) {
      List<CompletableFuture<Acceptance>> let =
          IntStream.range(0, 5).mapToObj(i -> line.accept(event("evt-" + i))).toList();

      assertThat(line.accept(event("evt-6"))).isCompletedWithValue(LINE_FULL);

      go.release(100);
      assertThat(let).allSatisfy(f -> assertThat(InboxContract.join(f)).isNotEqualTo(LINE_FULL));
      // Who was told may come again.
      assertThat(InboxContract.join(line.accept(event("evt-7")))).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void theLineIsBoundedInBytesToo() {
    byte[] body = new byte[1_000];
    try (WriteLine line = new WriteLine(this::held, settings(10, 1_000, 4_096))) {
      for (int i = 0; i < 16; i++) {
        assertThat(line.accept(event(GAMMA, "evt-" + i, "a", body))).isNotDone();
      }

      assertThat(line.accept(event(GAMMA, "evt-16", "a", body))).isCompletedWithValue(LINE_FULL);

      go.release(100);
    }
  }

  @Test
  void anEventLargerThanTheBoundIsLetInAlone() {
    try (WriteLine line = new WriteLine(this::held, settings(10, 10, 4_096))) {
      go.release(100);
      CompletableFuture<Acceptance> huge =
          line.accept(event(GAMMA, "evt-1", "a", new byte[10_000]));

      assertThat(InboxContract.join(huge)).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void manyRequestsShareOneTransaction() {
    try (WriteLine line = new WriteLine(this::held, settings(100, 1 << 20, 4_096))) {
      var unused = line.accept(event("evt-first"));
      inWriter.acquireUninterruptibly();
      List<CompletableFuture<Acceptance>> others =
          IntStream.range(0, 250).mapToObj(i -> line.accept(event("evt-" + i))).toList();

      go.release(100);
      others.forEach(InboxContract::join);

      assertThat(batches).containsExactly(1, 100, 100, 50);
    }
  }

  @Test
  void anErrorInAWriterFailsItsBatchAndNothingElse() {
    AtomicInteger calls = new AtomicInteger();
    WriteLine.BatchWriter faulty =
        batch -> {
          if (calls.getAndIncrement() == 0) {
            throw new OutOfMemoryError("in a test");
          }
          return accepting(batch);
        };
    try (WriteLine line = new WriteLine(faulty, settings(10, 1_000, 5))) {
      assertThat(InboxContract.join(line.accept(event("evt-1"))))
          .isEqualTo(new NotStored(Cause.STORE_DOWN));
      assertThat(InboxContract.join(line.accept(event("evt-2")))).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void endsThatFailedWithTheStoreAreWrittenUnderLoadToo() {
    AtomicInteger calls = new AtomicInteger();
    WriteLine.BatchWriter failsOnce =
        batch -> {
          if (calls.getAndIncrement() == 0) {
            throw new SQLException("gone");
          }
          return accepting(batch);
        };
    try (WriteLine line = new WriteLine(failsOnce, settings(10, 1_000, 100))) {
      CompletableFuture<Boolean> end = new CompletableFuture<>();
      line.add(new Write.Finish(someDelivery(), new Outcome.Released(), end));
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      // The line is never empty.
      while (!end.isDone() && System.nanoTime() < deadline) {
        var unused = line.accept(event("evt"));
      }
      assertThat(end).isCompletedWithValue(true);
    }
  }

  /** As where there is no memory to tell of a fault: the line of the log fails too. */
  private static final class Unprintable extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new OutOfMemoryError("for the test");
    }
  }

  @Test
  void theWriterOutlivesAFaultThatCannotBeTold() {
    AtomicInteger calls = new AtomicInteger();
    WriteLine.BatchWriter failsOnce =
        batch -> {
          if (calls.getAndIncrement() == 0) {
            throw new Unprintable();
          }
          return accepting(batch);
        };
    try (WriteLine line = new WriteLine(failsOnce, settings(10, 1_000, 100))) {
      assertThat(line.accept(event("evt-1")))
          .succeedsWithin(Duration.ofSeconds(20))
          .isEqualTo(new NotStored(NotStored.Cause.STORE_DOWN));
      assertThat(line.accept(event("evt-2")))
          .succeedsWithin(Duration.ofSeconds(20))
          .isInstanceOf(Accepted.class);
    }
  }

  private static LeasedDelivery someDelivery() {
    var event = event("evt-1");
    return new LeasedDelivery(
        new Lease(new DeliveryId(event.reference(), 1, 0), 1, 1), event, 0, 0);
  }

  @Test
  void whatIsInTheLineAtCloseIsWrittenAndLaterOnesAreRefused() throws Exception {
    WriteLine line = new WriteLine(this::held, settings(10, 1 << 20, 4_096));
    List<CompletableFuture<Acceptance>> before =
        IntStream.range(0, 100).mapToObj(i -> line.accept(event("evt-" + i))).toList();
    inWriter.acquireUninterruptibly();
    Thread closing = new Thread(line::close);
    closing.start();
    go.release(1_000);
    closing.join();

    assertThat(before).allSatisfy(f -> assertThat(f.getNow(CLOSED)).isInstanceOf(Accepted.class));
    assertThat(line.accept(event("evt-late"))).isCompletedWithValue(CLOSED);
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    line.add(new Write.Finish(someDelivery(), new Outcome.Released(), end));
    assertThat(end).isCompletedExceptionally();
  }

  @Test
  void closingUnderLoadLosesNothingThatWasAccepted() throws Exception {
    SqliteTestStore store = new SqliteTestStore();
    JdbcInbox inbox = store.open("node-1");
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      tasks.add(
          () -> {
            for (int i = 0; ; i++) {
              String id = thread + "-" + i;
              Acceptance answer = InboxContract.join(inbox.accept(event(id)));
              if (answer instanceof Accepted) {
                accepted.add(id);
              } else {
                assertThat(answer).isEqualTo(CLOSED);
                return i;
              }
            }
          });
    }
    tasks.add(
        () -> {
          Awaitility.await().until(() -> accepted.size() > 500);
          inbox.close();
          return 0;
        });

    InboxContract.atOnce(tasks);

    assertThat(store.rows("select event_id from webhook_event"))
        .containsExactlyInAnyOrderElementsOf(accepted);
    store.close();
  }
}
