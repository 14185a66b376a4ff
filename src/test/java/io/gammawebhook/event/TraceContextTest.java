package io.gammawebhook.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, sections 3.2 and 3.3: what of a stranger's headers goes on. */
class TraceContextTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

  private static @Nullable TraceContext read(String parent, String... states) {
    return TraceContext.of(List.of(parent), List.of(states));
  }

  private static TraceContext of(String parent, String... states) {
    return Objects.requireNonNull(read(parent, states));
  }

  private static @Nullable String state(String... states) {
    return of(PARENT, states).state();
  }

  @Test
  void aTraceIsWrittenAsItWasRead() {
    TraceContext trace = of(PARENT, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");

    assertThat(trace.traceId()).isEqualTo(TRACE);
    assertThat(trace.parentId()).isEqualTo(SPAN);
    assertThat(trace.parent()).isEqualTo(PARENT);
    assertThat(trace.state()).isEqualTo("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
    assertThat(TraceContext.of(trace.parent(), trace.state())).isEqualTo(trace);
  }

  @ParameterizedTest
  @CsvSource({"00,0", "01,1", "02,2", "03,3", "ff,3", "fc,0"})
  void flagsThatNobodyKnowsAreZero(String sent, int kept) {
    assertThat(of("00-" + TRACE + "-" + SPAN + "-" + sent).flags()).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "-what-the-future-will-be", "-01"})
  void aLaterVersionGoesOnAsTheFirst(String rest) {
    assertThat(of("cc-" + TRACE + "-" + SPAN + "-03" + rest).parent()).isEqualTo(PARENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033311-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.x",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\n",
        "00-٠af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      })
  void whatIsNoTraceIsNone(String parent) {
    assertThat(read(parent)).isNull();
  }

  @Test
  void twoAreNoneAndSoIsALongOne() {
    assertThat(TraceContext.of(List.of(PARENT, PARENT), List.of())).isNull();
    assertThat(TraceContext.of(List.of(), List.of("congo=1"))).isNull();
    assertThat(read("cc-" + TRACE + "-" + SPAN + "-01-" + "x".repeat(100_000))).isNull();
  }

  @Test
  void aStateIsOneListWithoutBlanksAroundItsMembers() {
    assertThat(state("a=1 , b=2", "\tt/1@sys=3,, ")).isEqualTo("a=1,b=2,t/1@sys=3");
    assertThat(state("a= 1")).isEqualTo("a= 1");
    assertThat(state("a=" + "v".repeat(256))).isNotNull();
    assertThat(state("k".repeat(256) + "=v")).isNotNull();
    assertThat(state("1tenant@sys=v")).isNotNull();
    assertThat(state(members(32))).isEqualTo(members(32));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "=1",
        "a=",
        "A=1",
        "1=1",
        "a=1=2",
        "a =1",
        "a=1,a=2",
        "a=ü",
        "a=\u0001",
        "a=1\n",
        "a@=1",
        "a@Sys=1",
        "a@1sys=1",
        "a@sys@tem=1",
        "a@fifteen-letters=1"
      })
  void aStateThatIsNoneIsLeftOutAndTheTraceGoesOn(String sent) {
    assertThat(state(sent)).isNull();
    assertThat(of(PARENT, sent).parent()).isEqualTo(PARENT);
  }

  @Test
  void aStateThatIsTooMuchIsLeftOut() {
    assertThat(state(members(33))).isNull();
    assertThat(state("a=" + "v".repeat(257))).isNull();
    assertThat(state("a=" + "v".repeat(255), "b=" + "v".repeat(254))).isNull();
    assertThat(state("k".repeat(257) + "=v")).isNull();
    assertThat(state(",".repeat(100_000))).isNull();
  }

  @Test
  void oneIsMadeOfIdsOnly() {
    assertThatThrownBy(() -> new TraceContext("0".repeat(32), SPAN, 1, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TraceContext(TRACE, SPAN, 4, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String members(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
  }
}
