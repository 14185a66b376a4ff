package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.NEVER_POLLS;
import static io.gammawebhook.dispatch.WorkerFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.inbox.LeasedDelivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Routes that do not come back: what waits behind them goes on, as long as that is bounded. */
@Timeout(60)
class AttemptTimeoutTest {

  private static final int CONCURRENCY = 2;

  @TempDir Path folder;
  private final ThreadPoolExecutor threads =
      (ThreadPoolExecutor) Executors.newFixedThreadPool(CONCURRENCY);
  private final Hanging route = new Hanging();
  private WorkerFixture fixture;
  private Worker worker;

  @BeforeEach
  void open() {
    fixture = new WorkerFixture(folder);
    WorkerSettings settings =
        new WorkerSettings(
            CONCURRENCY,
            RetryPolicy.DEFAULT.withSchedule(List.of(Duration.ofHours(1))),
            NEVER_POLLS,
            Duration.ofSeconds(1));
    worker = fixture.start(settings, route, threads);
  }

  @AfterEach
  void close() {
    route.release.countDown();
    worker.stop();
    await().until(() -> threads.getActiveCount() == 0);
    threads.shutdownNow();
    fixture.close();
  }

  @Test
  void whatWaitsBehindThoseThatHangIsDelivered() {
    fixture.accept("hangs-1");
    fixture.accept("hangs-2");
    await().until(() -> route.hanging() == 2);
    fixture.accept("good-1");
    fixture.accept("good-2");
    fixture.awaitCount("delivered", 2);
    assertThat(fixture.rows("select distinct reason from webhook_delivery where state='waiting'"))
        .containsExactly("attempt-timeout");
    await().alias("a shutdown does not wait for them").until(() -> worker.atWork() == 0);
  }

  @Test
  void theLogSaysWhichAttemptWasGivenUpAndOfWhichSubscription() {
    Logger logger = (Logger) LoggerFactory.getLogger(Attempt.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      fixture.accept("hangs");
      await().until(() -> worker.overruns() == 1);
      fixture.awaitCount("waiting", 1);
    } finally {
      logger.detachAppender(lines);
    }

    String reference = fixture.rows("select reference from webhook_event").get(0);
    assertThat(lines.list)
        .singleElement()
        .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith(
            "Attempt 1 of delivery "
                + reference
                + ".1.0 to subscription all is given up after 1 s");
    route.release.countDown();
    await().until(() -> worker.overruns() == 0);
  }

  @Test
  void moreThanThatKeepTheirPlacesUntilTheyComeBack() {
    for (int i = 0; i < 3 * CONCURRENCY; i++) {
      fixture.accept("hangs-" + i);
    }
    await().until(() -> route.hanging() == 2 * CONCURRENCY);
    // The last ones that began are given up too, and their places are not free.
    await()
        .until(
            () ->
                fixture
                        .rows(
                            "select 1 from webhook_delivery where attempt = 1 and state = 'waiting'")
                        .size()
                    == 2 * CONCURRENCY);
    assertThat(route.hanging()).isEqualTo(2 * CONCURRENCY);
    assertThat(threads.getPoolSize()).isEqualTo(2 * CONCURRENCY);

    route.release.countDown();

    fixture.awaitCount("delivered", CONCURRENCY);
    await().until(() -> threads.getCorePoolSize() == CONCURRENCY);
    await().until(() -> threads.getPoolSize() <= CONCURRENCY);
  }

  @Test
  void aLateEndChangesNothingAndIsCountedOnce() {
    fixture.accept("hangs");
    await().until(() -> route.hanging() == 1);
    fixture.awaitCount("waiting", 1);
    route.release.countDown();
    await().until(() -> threads.getActiveCount() == 0);
    for (int i = 0; i < 10; i++) {
      fixture.accept("good-" + i);
    }
    fixture.awaitCount("delivered", 10);
    assertThat(fixture.rows("select attempt from webhook_delivery where state = 'waiting'"))
        .containsExactly("1");
    assertThat(route.mostAtOnce.get()).isLessThanOrEqualTo(CONCURRENCY);
    assertThat(threads.getCorePoolSize()).isEqualTo(CONCURRENCY);
  }

  /** Holds its thread for each event whose id begins so. */
  private static final class Hanging implements DeliveryHandler {
    private final CountDownLatch release = new CountDownLatch(1);
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    @Override
    public void handle(LeasedDelivery delivery, Done done) {
      mostAtOnce.accumulateAndGet(atWork.incrementAndGet(), Math::max);
      String id = String.valueOf(delivery.event().eventId());
      if (id.contains("hangs")) {
        hanging.add(id);
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      atWork.decrementAndGet();
      done.succeeded(false);
      // Also where a route calls twice.
      done.failed(Failure.temporary("late", "late"));
    }

    int hanging() {
      return hanging.size();
    }
  }
}
