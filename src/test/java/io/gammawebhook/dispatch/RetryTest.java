package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.NEVER_POLLS;
import static io.gammawebhook.dispatch.WorkerFixture.POLLS_OFTEN;
import static io.gammawebhook.dispatch.WorkerFixture.await;
import static io.gammawebhook.dispatch.WorkerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows a failed attempt, by the store's clock. */
class RetryTest {

  private static final Failure BUSY = Failure.temporary("http-503", "Busy");

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
  void aFailedAttemptWaitsForItsScheduleGiveOrTakeTheJitter() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ofSeconds(100), Duration.ofSeconds(1_000)),
        (delivery, done) -> {
          if (delivery.lease().attempt() < 3) {
            done.failed(BUSY);
          } else {
            done.succeeded(false);
          }
        });
    fixture.accept("evt-1");

    awaitRetryAfter(1);
    assertThat(fixture.dueIn()).isBetween(89_000L, 110_000L);
    fixture.time.advance(Duration.ofSeconds(111));
    awaitRetryAfter(2);
    assertThat(fixture.dueIn()).isBetween(899_000L, 1_100_000L);
    fixture.time.advance(Duration.ofSeconds(1_111));

    fixture.awaitCount("delivered", 1);
    assertThat(fixture.rows("select attempt from webhook_delivery")).containsExactly("3");
  }

  private void awaitRetryAfter(int attempt) {
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.rows("select state, attempt from webhook_delivery"))
                    .containsExactly("waiting " + attempt));
  }

  @Test
  void aRetryComesInTimeWithoutAPoll() {
    fixture.close();
    fixture = WorkerFixture.running(folder);
    fixture.start(
        settings(4, NEVER_POLLS, Duration.ofMillis(50), Duration.ofMillis(200)),
        (delivery, done) -> {
          if (delivery.lease().attempt() < 3) {
            done.failed(BUSY);
          } else {
            done.succeeded(false);
          }
        });

    fixture.accept(20);

    fixture.awaitCount("delivered", 20);
  }

  @Test
  void aDestinationsRetryAfterIsHonoured() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ofSeconds(1)),
        (delivery, done) ->
            done.failed(new Failure("http-429", "Slow down", false, Duration.ofMinutes(10))));
    fixture.accept("evt-1");

    awaitRetryAfter(1);

    // The fixture moves the clock on by a millisecond with each accept.
    assertThat(fixture.dueIn()).isBetween(599_990L, 600_000L);
  }

  @Test
  void anAbsurdRetryAfterIsCutToTheLongestThatIsHonoured() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ofSeconds(1)),
        (delivery, done) ->
            done.failed(
                new Failure("http-429", "Never", false, Duration.ofSeconds(Long.MAX_VALUE))));
    fixture.accept("evt-1");

    awaitRetryAfter(1);

    assertThat(fixture.dueIn())
        .isBetween(Duration.ofHours(24).toMillis() - 10, Duration.ofHours(24).toMillis());
  }

  @Test
  void aPermanentFailureIsDeadAtOnce() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ZERO, Duration.ZERO),
        (delivery, done) ->
            done.failed(new Failure("http-410", "Gone", true, Duration.ofHours(1))));
    fixture.accept("evt-1");

    fixture.awaitCount("dead", 1);
    assertThat(fixture.rows("select attempt, reason, detail from webhook_delivery"))
        .containsExactly("1 http-410 Gone");
  }

  @Test
  void aUsedUpScheduleIsDead() {
    AtomicInteger attempts = new AtomicInteger();
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ZERO, Duration.ZERO),
        (delivery, done) -> {
          attempts.incrementAndGet();
          done.failed(BUSY);
        });
    fixture.accept("evt-1");

    fixture.awaitCount("dead", 1);
    assertThat(attempts).hasValue(3);
    assertThat(fixture.rows("select attempt, reason, detail from webhook_delivery"))
        .containsExactly("3 http-503 Attempt 3 of 3: Busy");
    assertThat(fixture.rows("select kind from webhook_audit order by attempt, kind"))
        .containsExactly("received", "attempt_failed", "attempt_failed", "attempt_failed", "dead");
  }

  @Test
  void whatAHandlerThrowsIsAFailedAttempt() {
    fixture.start(
        settings(1, POLLS_OFTEN, Duration.ZERO),
        (delivery, done) -> {
          if (delivery.lease().attempt() == 1) {
            throw new IllegalStateException("first");
          }
          throw new NoClassDefFoundError("second");
        });
    fixture.accept(3);

    fixture.awaitCount("dead", 3);
    assertThat(
            fixture.rows(
                "select distinct attempt, reason from webhook_audit"
                    + " where kind = 'attempt_failed' order by attempt"))
        .containsExactly("1 java.lang.IllegalStateException", "2 java.lang.NoClassDefFoundError");
  }

  @Test
  void attemptsThatACrashCutOffCount() {
    fixture.accept("evt-1");
    AtomicInteger started = new AtomicInteger();
    for (int crash = 1; crash <= 2; crash++) {
      int expected = crash;
      fixture.start(
          settings(1, NEVER_POLLS, Duration.ZERO), (delivery, done) -> started.incrementAndGet());
      await().until(() -> started.get() == expected);
      fixture.crashAndReopen();
    }

    fixture.start(
        settings(1, NEVER_POLLS, Duration.ZERO), (delivery, done) -> started.incrementAndGet());

    fixture.awaitCount("dead", 1);
    assertThat(started).hasValue(2);
    assertThat(fixture.rows("select reason, detail from webhook_delivery"))
        .containsExactly("attempts-used-up Attempt 2 of 2 was cut off by a crash or a lost lease");
  }
}
