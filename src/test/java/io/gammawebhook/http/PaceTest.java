package io.gammawebhook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long HALF = 500_000_000L;

  @Test
  void nobodyIsSlowInTheFirstHalfSecond() {
    Pace pace = new Pace(5);
    assertThat(pace.bytesPerSecond(5)).isInfinite();
    pace.came(1, 5 + HALF / 2);
    assertThat(pace.bytesPerSecond(4 + HALF)).isInfinite();
    assertThat(pace.bytesPerSecond(5 + HALF)).isEqualTo(2);
  }

  @Test
  void whatCameAtFirstDoesNotCountLater() {
    Pace pace = new Pace(0);
    pace.came(132_000, 1);
    pace.came(133_300, HALF);
    assertThat(pace.bytesPerSecond(HALF)).isEqualTo(264_000);
    pace.came(134_600, 2 * HALF);
    assertThat(pace.bytesPerSecond(2 * HALF)).isEqualTo(2_600);
  }

  @Test
  void oneThatStopsBecomesSlower() {
    Pace pace = new Pace(0);
    pace.came(60_000, HALF / 10);
    assertThat(pace.bytesPerSecond(HALF)).isEqualTo(120_000);
    assertThat(pace.bytesPerSecond(120 * HALF)).isEqualTo(1_000);
  }

  @Test
  void betweenTwoLooksTheLastWholeHalfSecondCounts() {
    Pace pace = new Pace(0);
    for (int i = 1; i <= 30; i++) {
      pace.came(i * 10_000L, i * HALF / 10);
    }
    assertThat(pace.bytesPerSecond(3 * HALF)).isCloseTo(200_000, within(30_000.0));
  }
}
