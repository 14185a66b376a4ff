package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingLineTest {

  private final WaitingLine line = new WaitingLine(2, 1 << 20);

  @Test
  void largeOnesLeaveAQuarterToSmallOnes() {
    WaitingLine.Place large = line.open();
    assertThat(large.tryGrow((768 << 10) + 1)).isFalse();
    assertThat(large.tryGrow(768 << 10)).isTrue();
    assertThat(line.open().tryGrow(WaitingLine.SMALL + 1)).isFalse();
    for (int i = 0; i < 4; i++) {
      assertThat(line.open().tryGrow(WaitingLine.SMALL)).isTrue();
    }
    assertThat(line.open().tryGrow(1)).isFalse();
    assertThat(line.bytes()).isEqualTo(1 << 20);
    large.close();
    assertThat(line.bytes()).isEqualTo(256 << 10);
  }

  @Test
  void aSmallOneThatGrowsIsALargeOne() {
    WaitingLine.Place place = line.open();
    assertThat(place.tryGrow(WaitingLine.SMALL)).isTrue();
    assertThat(line.open().tryGrow(700 << 10)).isTrue();
    assertThat(place.tryGrow(5 << 10)).isFalse();
    assertThat(place.bytes()).isEqualTo(WaitingLine.SMALL);
  }

  @Test
  void theLargestIsWhatOneAloneCanHold() {
    for (long max : new long[] {1, 100, 64 << 10, 80 << 10, 1 << 20}) {
      WaitingLine alone = new WaitingLine(1, max);
      assertThat(alone.open().tryGrow(alone.largest() + 1)).isFalse();
      assertThat(alone.open().tryGrow(alone.largest())).isTrue();
    }
  }
}
