package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_614_265_330 * SECOND;

  @Test
  void aBurstPassesAndThenOnlyTheRate() {
    RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(10, 5));
    int passed = 0;
    for (int i = 0; i < 1000; i++) {
      passed += meter.refusal(START + i * SECOND / 100) == 0 ? 1 : 0;
    }
    // Ten seconds at ten a second, and the burst.
    assertThat(passed).isBetween(104, 105);
  }

  @Property
  void afterRetryAfterTheRequestPasses(
      @ForAll @IntRange(min = 1, max = 1000) int rate,
      @ForAll @IntRange(min = 1, max = 50) int burst,
      @ForAll @Size(max = 100) List<@IntRange(max = 1_000_000) Integer> pauses) {
    RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(rate, burst));
    long now = START;
    for (int pause : pauses) {
      now += pause;
      long wait = meter.refusal(now);
      if (wait > 0) {
        now += wait * SECOND;
        assertThat(meter.refusal(now)).isZero();
      }
    }
  }

  @Test
  void aClockSetBackDoesNotShutTheDoor() {
    RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(1, 1));
    assertThat(meter.refusal(START)).isZero();
    assertThat(meter.refusal(START - 3600 * SECOND)).isZero();
  }

  @Test
  void aThreadWithASlightlyEarlierClockDoesNotOpenTheDoor() {
    RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(1, 1));
    assertThat(meter.refusal(START)).isZero();
    assertThat(meter.refusal(START - SECOND / 1000)).isPositive();
  }

  @Test
  void threadsTogetherGetNoMoreThanTheBurst() throws Exception {
    RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(1, 100));
    AddressMeters meters = new AddressMeters(RateLimit.perSecond(1, 100), 1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<int[]>> counts = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        counts.add(
            threads.submit(
                () -> {
                  int[] passed = new int[2];
                  for (int i = 0; i < 1000; i++) {
                    passed[0] += meter.refusal(START) == 0 ? 1 : 0;
                    passed[1] += meters.refusal("192.0.2.1", START) == 0 ? 1 : 0;
                  }
                  return passed;
                }));
      }
      int[] sum = new int[2];
      for (Future<int[]> count : counts) {
        sum[0] += count.get()[0];
        sum[1] += count.get()[1];
      }
      assertThat(sum).containsExactly(100, 100);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:0DB8:1:2:0::9, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "fe80::1%eth0, fe80::1%eth1, true",
    "unix-socket, another, false",
    "1.2.3, 1.2.3.4, false",
    "'', x, false",
    "::x, ::y, false"
  })
  void anIpv6NetworkOf64BitsCountsAsOneAddress(String one, String other, boolean same) {
    assertThat(AddressMeters.key(one) == AddressMeters.key(other)).isEqualTo(same);
  }

  @Test
  void aFloodOfAddressesLimitsNoHonestOne() {
    AddressMeters meters = new AddressMeters(RateLimit.perSecond(1, 1), 42);
    for (int i = 0; i < 300_000; i++) {
      String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
      assertThat(meters.refusal(address, START + i)).isZero();
    }
    assertThat(meters.refusal("192.0.2.1", START + 300_000)).isZero();
    assertThat(meters.refusal("192.0.2.1", START + 300_001)).isPositive();
  }
}
