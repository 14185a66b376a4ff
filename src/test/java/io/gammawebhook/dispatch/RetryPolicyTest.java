package io.gammawebhook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.inbox.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryPolicyTest {

  private static final long DAY = 86_400_000;

  @Property
  void aWaitIsWithinItsJitterAndNeverBeforeRetryAfter(
      @ForAll @LongRange(min = 0, max = 365 * DAY) long wait,
      @ForAll @DoubleRange(min = 0, max = 1) double jitter,
      @ForAll @LongRange(min = 0, max = 2 * DAY) long asked,
      @ForAll long seed) {
    RetryPolicy policy =
        new RetryPolicy(List.of(Duration.ofMillis(wait)), jitter, Duration.ofDays(1));
    Failure failure = new Failure("r", "d", false, Duration.ofMillis(asked));

    Outcome.Retry retry = (Outcome.Retry) policy.afterFailure(1, failure, 7, new Random(seed));

    long honoured = Math.min(asked, DAY);
    assertThat(retry.delayMillis()).isGreaterThanOrEqualTo(honoured);
    if (retry.delayMillis() > honoured) {
      assertThat((double) retry.delayMillis())
          .isBetween(wait * (1 - jitter) - 1, wait * (1 + jitter) + 1);
    }
    assertThat(retry.durationMillis()).isEqualTo(7);
  }

  @Property
  void thereIsOneAttemptMoreThanThereAreWaits(
      @ForAll @IntRange(min = 0, max = 20) int waits, @ForAll @IntRange(min = 1, max = 40) int at) {
    RetryPolicy policy =
        RetryPolicy.DEFAULT.withSchedule(Collections.nCopies(waits, Duration.ZERO));

    Outcome outcome = policy.afterFailure(at, Failure.temporary("r", "d"), 0, new Random(1));

    assertThat(outcome instanceof Outcome.Dead).isEqualTo(at > waits);
    assertThat(policy.maxAttempts()).isEqualTo(waits + 1);
  }

  @Example
  void aScheduleIsReadWithItsUnits() {
    assertThat(RetryPolicy.parseSchedule(" 250ms, 5s,5m , 2h,1d"))
        .containsExactly(
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofHours(2),
            Duration.ofDays(1));
    assertThat(RetryPolicy.parseSchedule("  ")).isEmpty();
  }

  @Example
  void aWrongWaitIsNamedWithTheCure() {
    for (String wrong : List.of("5", "s", "5 s", "-5s", "5S", "1.5h", "5s5m", "9999999999s", "")) {
      assertThatThrownBy(() -> RetryPolicy.parseSchedule("1s," + wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "'"
                  + wrong
                  + "' is no wait: write a whole number with ms, s, m, h or d, such as 5s,5m,2h");
    }
  }

  @Example
  void aWaitOfMoreThanAYearOrAJitterOfMoreThanAllIsRefused() {
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.withSchedule(List.of(Duration.ofDays(366))))
        .hasMessageContaining("between 0s and 365d");
    assertThatThrownBy(() -> new RetryPolicy(List.of(), 1.1, Duration.ZERO))
        .hasMessageContaining("between 0 and 1, was 1.1");
    assertThatThrownBy(() -> new RetryPolicy(List.of(), Double.NaN, Duration.ZERO))
        .hasMessageContaining("between 0 and 1");
  }
}
