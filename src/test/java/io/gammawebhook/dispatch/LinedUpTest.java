package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.NEVER_POLLS;
import static io.gammawebhook.dispatch.WorkerFixture.await;
import static io.gammawebhook.dispatch.WorkerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.inbox.LeasedDelivery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker with short attempts holds before their turn, and what becomes of it. */
class LinedUpTest {

  private static final int CONCURRENCY = 2;
  private static final int SHORT_ONES = 60;
  private static final int MORE = 100;

  @TempDir Path folder;
  private WorkerFixture fixture;

  @BeforeEach
  void open() {
    fixture = new WorkerFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aWorkerWithShortAttemptsHoldsMoreThanItsConcurrencyAndBeginsNoMore() {
    Gate gate = new Gate(fixture.pool);
    fixture.start(settings(CONCURRENCY, NEVER_POLLS), gate);
    holdMoreThanIsBegun(gate);

    gate.open();

    fixture.awaitCount("delivered", SHORT_ONES + MORE);
    assertThat(gate.mostAtOnce()).isEqualTo(CONCURRENCY);
    assertThat(fixture.rows("select distinct attempt from webhook_delivery")).containsExactly("1");
  }

  @Test
  void stoppingGivesBackAtOnceWhatHasNotBegun() {
    Gate gate = new Gate(fixture.pool);
    Worker worker = fixture.start(settings(CONCURRENCY, NEVER_POLLS), gate);
    holdMoreThanIsBegun(gate);

    worker.stop();

    fixture.awaitCount("waiting", MORE - CONCURRENCY);
    assertThat(fixture.rows("select state, attempt from webhook_delivery group by state, attempt"))
        .containsExactlyInAnyOrder("delivered 1", "leased 1", "waiting 0");
    gate.open();
    fixture.awaitCount("delivered", SHORT_ONES + CONCURRENCY);
    await().until(() -> worker.atWork() == 0);
    assertThat(fixture.count("waiting")).isEqualTo(MORE - CONCURRENCY);
  }

  /** Shows the worker short attempts, and then such as do not end. */
  private void holdMoreThanIsBegun(Gate gate) {
    for (int i = 0; i < SHORT_ONES; i++) {
      fixture.accept("short-" + i);
    }
    fixture.awaitCount("delivered", SHORT_ONES);
    gate.shut();
    for (int i = 0; i < MORE; i++) {
      fixture.accept("evt-" + i);
    }
    await().until(() -> gate.atWork() == CONCURRENCY && fixture.count("leased") > 3 * CONCURRENCY);
  }

  /** A route whose attempts end at once on another thread, or not before it is opened. */
  static final class Gate implements DeliveryHandler {
    private final Executor elsewhere;
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final List<Done> held = new ArrayList<>();
    private boolean shut;

    Gate(Executor elsewhere) {
      this.elsewhere = elsewhere;
    }

    @Override
    public synchronized void handle(LeasedDelivery delivery, Done done) {
      mostAtOnce.accumulateAndGet(atWork.incrementAndGet(), Math::max);
      if (shut) {
        held.add(done);
      } else {
        end(done);
      }
    }

    private void end(Done done) {
      elsewhere.execute(
          () -> {
            Thread.yield();
            atWork.decrementAndGet();
            done.succeeded(false);
          });
    }

    synchronized void shut() {
      shut = true;
    }

    synchronized void open() {
      shut = false;
      held.forEach(this::end);
      held.clear();
    }

    int atWork() {
      return atWork.get();
    }

    int mostAtOnce() {
      return mostAtOnce.get();
    }
  }
}
