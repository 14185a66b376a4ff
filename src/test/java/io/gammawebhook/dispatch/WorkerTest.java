package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.NEVER_POLLS;
import static io.gammawebhook.dispatch.WorkerFixture.POLLS_OFTEN;
import static io.gammawebhook.dispatch.WorkerFixture.await;
import static io.gammawebhook.dispatch.WorkerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.dispatch.DeliveryHandler.Done;
import io.gammawebhook.event.DeliveryId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How deliveries reach the workers, and never more at once than there are permits. */
class WorkerTest {

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
  void anAcceptedEventIsDeliveredAtOnceWithoutAPoll() {
    Worker worker =
        fixture.start(settings(2, NEVER_POLLS), (delivery, done) -> done.succeeded(false));
    await().until(() -> reserves(worker));

    fixture.accept("evt-1");

    fixture.awaitCount("delivered", 1);
    assertThat(fixture.rows("select attempt, epoch from webhook_delivery")).containsExactly("1 1");
  }

  private static boolean reserves(Worker worker) {
    boolean reserved = worker.tryReserve();
    if (reserved) {
      worker.cancel();
    }
    return reserved;
  }

  @Test
  void noMoreThanItsConcurrencyIsAtWorkAtOnce() {
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    fixture.start(
        settings(3, NEVER_POLLS),
        (delivery, done) -> {
          most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
          fixture.pool.execute(
              () -> {
                Thread.yield();
                atWork.decrementAndGet();
                done.succeeded(false);
              });
        });

    fixture.accept(300);

    fixture.awaitCount("delivered", 300);
    assertThat(most).hasValueBetween(1, 3);
  }

  @Test
  void aBacklogLargerThanTheConcurrencyDrainsWithoutPolls() {
    fixture.accept(200);

    fixture.start(settings(4, NEVER_POLLS), (delivery, done) -> done.succeeded(false));

    fixture.awaitCount("delivered", 200);
  }

  @Test
  void aHandlerThatNeverEndsBlocksOnlyItsPermit() {
    fixture.accept(60);

    // 9 of 10 hang; all the others go through the one permit that is left.
    AtomicInteger started = new AtomicInteger();
    fixture.start(
        settings(10, NEVER_POLLS),
        (delivery, done) -> {
          if (started.incrementAndGet() > 9) {
            done.succeeded(false);
          }
        });

    fixture.awaitCount("delivered", 51);
    assertThat(fixture.count("leased")).isEqualTo(9);
  }

  @Test
  void newEventsQueueBehindAnOlderBacklog() {
    List<String> order = new CopyOnWriteArrayList<>();
    CountDownLatch release = new CountDownLatch(1);
    fixture.start(
        settings(1, NEVER_POLLS),
        (delivery, done) -> {
          order.add(String.valueOf(delivery.event().eventId()));
          awaitQuietly(release);
          done.succeeded(false);
        });
    fixture.accept(30);
    release.countDown();
    for (int i = 30; i < 60; i++) {
      fixture.accept("evt-" + i);
    }

    fixture.awaitCount("delivered", 60);
    List<String> sent = IntStream.range(0, 60).mapToObj(i -> "evt-" + i).toList();
    assertThat(order).isEqualTo(sent);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPermitThatIsGivenBackGoesToWhatWaitsMeanwhile() {
    Worker worker =
        fixture.start(settings(1, NEVER_POLLS), (delivery, done) -> done.succeeded(false));
    await().until(worker::tryReserve);
    fixture.accept("evt-1");
    assertThat(fixture.count("waiting")).isEqualTo(1);

    worker.cancel();

    fixture.awaitCount("delivered", 1);
  }

  @Test
  void aReplayStartsAtOnce() {
    fixture.start(settings(1, NEVER_POLLS), (delivery, done) -> done.succeeded(false));
    fixture.accept("evt-1");
    fixture.awaitCount("delivered", 1);
    String reference = fixture.rows("select reference from webhook_event").get(0);

    fixture.inbox.replay(
        DeliveryId.parse(reference + "." + fixture.subscription.number() + ".0"),
        new Operator("ann", "test"));

    fixture.awaitCount("delivered", 2);
  }

  @Test
  void stoppingReleasesWhatHasNotStartedAndLetsTheOthersEnd() {
    List<Runnable> held = new CopyOnWriteArrayList<>();
    List<Done> started = new CopyOnWriteArrayList<>();
    Worker worker =
        fixture.start(settings(3, NEVER_POLLS), (delivery, done) -> started.add(done), held::add);
    fixture.accept(5);
    await().until(() -> held.size() == 3);
    held.get(0).run();

    worker.stop();
    held.get(1).run();
    held.get(2).run();

    fixture.awaitCount("waiting", 4);
    assertThat(started).hasSize(1);
    assertThat(worker.atWork()).isEqualTo(1);
    assertThat(worker.tryReserve()).isFalse();
    started.get(0).succeeded(false);
    fixture.awaitCount("delivered", 1);
    await().until(() -> worker.atWork() == 0);
    assertThat(fixture.rows("select distinct attempt from webhook_delivery where state='waiting'"))
        .containsExactly("0");
  }

  @Test
  void whatThePoolRefusesIsReleasedAndComesAgain() {
    AtomicBoolean refusing = new AtomicBoolean(true);
    Executor refusingOnce =
        task -> {
          if (refusing.getAndSet(false)) {
            throw new RejectedExecutionException("full");
          }
          fixture.pool.execute(task);
        };
    fixture.start(
        settings(1, NEVER_POLLS), (delivery, done) -> done.succeeded(false), refusingOnce);

    fixture.accept("evt-1");

    fixture.awaitCount("delivered", 1);
    assertThat(fixture.rows("select attempt from webhook_delivery")).containsExactly("1");
  }

  @Test
  void anEndIsToldOnlyOnce() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ZERO),
        (delivery, done) -> {
          done.succeeded(false);
          done.failed(Failure.temporary("late", "late"));
          done.succeeded(true);
          throw new IllegalStateException("after the end");
        });

    fixture.accept(20);

    fixture.awaitCount("delivered", 20);
    assertThat(fixture.rows("select distinct kind, reason from webhook_audit order by kind"))
        .containsExactly("delivered null", "received null");
  }
}
