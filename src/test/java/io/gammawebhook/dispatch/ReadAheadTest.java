package io.gammawebhook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;

/** How many deliveries a node takes, from how long its last attempts took. */
class ReadAheadTest {

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  @Property
  void itIsAtLeastTheConcurrencyAndAtMostTheBoundMore(
      @ForAll @IntRange(min = 1, max = 10_000) int concurrency,
      @ForAll @Size(max = 50) List<@LongRange(min = 0, max = Long.MAX_VALUE / 2) Long> lengths) {
    ReadAhead readAhead = new ReadAhead(concurrency);
    lengths.forEach(readAhead::took);

    assertThat(readAhead.limit()).isBetween(concurrency, concurrency + ReadAhead.MOST);
  }

  @Property
  void untilAttemptsHaveShownTheirLengthNothingIsTakenAhead(
      @ForAll @IntRange(min = 1, max = 10_000) int concurrency) {
    assertThat(new ReadAhead(concurrency).limit()).isEqualTo(concurrency);
  }

  @Example
  void itIsWhatTheThreadsBeginWithinATenthOfASecond() {
    assertThat(afterMany(10, MILLI).limit()).isCloseTo(10 + 1_000, within(10));
    assertThat(afterMany(10, 10 * MILLI).limit()).isCloseTo(10 + 100, within(2));
    assertThat(afterMany(10, 990 * MILLI).limit()).isEqualTo(10 + 1);
    assertThat(afterMany(10, 1_010 * MILLI).limit()).isEqualTo(10);
    assertThat(afterMany(1, 20 * MILLI).limit()).isCloseTo(1 + 5, within(1));
    assertThat(afterMany(1, 0).limit()).isEqualTo(1 + ReadAhead.MOST);
  }

  @Example
  void aFewLongAttemptsAreEnoughToReadLessAhead() {
    ReadAhead readAhead = afterMany(10, MILLI);

    readAhead.took(1_000 * MILLI);

    assertThat(readAhead.limit()).isLessThan(10 + 10);
  }

  @Example
  void oneThatHangsCountsBeforeItHasEnded() {
    ReadAhead readAhead = afterMany(10, MILLI);

    readAhead.takes(2_000 * MILLI);
    assertThat(readAhead.limit()).isEqualTo(10);

    // A short time so far says nothing.
    readAhead.takes(MILLI);
    assertThat(readAhead.limit()).isEqualTo(10);
  }

  private static ReadAhead afterMany(int concurrency, long nanos) {
    ReadAhead readAhead = new ReadAhead(concurrency);
    for (int i = 0; i < 200; i++) {
      readAhead.took(nanos);
    }
    return readAhead;
  }

  private static Offset<Integer> within(int by) {
    return Offset.offset(by);
  }
}
