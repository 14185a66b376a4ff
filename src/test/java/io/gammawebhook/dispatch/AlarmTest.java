package io.gammawebhook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmTest {

  private static final long HOUR = 3_600_000;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger rung = new AtomicInteger();
  private final Alarm alarm = new Alarm(timer, rung::incrementAndGet);

  @AfterEach
  void shutDown() {
    timer.shutdownNow();
  }

  @Test
  void aLaterTimeDoesNotReplaceAnEarlierOne() {
    alarm.within(50);
    alarm.within(HOUR);

    awaitRung(1);
  }

  @Test
  void anEarlierTimeReplacesALaterOne() {
    alarm.within(HOUR);
    alarm.within(1);

    awaitRung(1);
  }

  @Test
  void itRingsAgainWhenAskedAgain() {
    alarm.within(0);
    awaitRung(1);
    alarm.within(0);
    awaitRung(2);
  }

  @Test
  void aStoppedAlarmAndAShutDownTimerAreSilent() {
    alarm.within(HOUR);
    alarm.stop();
    alarm.within(0);
    Alarm other = new Alarm(timer, rung::incrementAndGet);
    timer.shutdownNow();

    other.within(0);

    assertThat(rung).hasValue(0);
  }

  private void awaitRung(int times) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(rung).hasValue(times));
  }
}
