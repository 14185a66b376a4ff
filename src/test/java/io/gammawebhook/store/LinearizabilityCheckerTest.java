package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.store.Linearizability.Call;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The checker itself, on a register that is written and read. */
class LinearizabilityCheckerTest {

  /** A write's answer is what it wrote, a read's what it saw. */
  private static Call<String, Integer> write(int value, long invoked, long returned) {
    return new Call<>("write", value, invoked, returned);
  }

  private static Call<String, Integer> read(int saw, long invoked, long returned) {
    return new Call<>("read", saw, invoked, returned);
  }

  private static Optional<Integer> step(Integer state, Call<String, Integer> call) {
    if (call.operation().equals("write")) {
      return Optional.of(call.answer());
    }
    return state.equals(call.answer()) ? Optional.of(state) : Optional.empty();
  }

  private static Optional<List<Call<String, Integer>>> order(List<Call<String, Integer>> history) {
    return Linearizability.order(0, history, LinearizabilityCheckerTest::step);
  }

  @Test
  void readsDuringAWriteMaySeeTheOldThenTheNew() {
    Call<String, Integer> write = write(1, 1, 10);
    Call<String, Integer> old = read(0, 2, 3);
    Call<String, Integer> fresh = read(1, 4, 5);

    assertThat(order(List.of(write, old, fresh))).contains(List.of(old, write, fresh));
  }

  @Test
  void aReadOfTheOldAfterAReadOfTheNewHasNoOrder() {
    assertThat(order(List.of(write(1, 1, 10), read(1, 2, 3), read(0, 4, 5)))).isEmpty();
  }

  @Test
  void aReadAfterTheWriteHasReturnedMustSeeIt() {
    assertThat(order(List.of(write(1, 1, 2), read(0, 3, 4)))).isEmpty();
    assertThat(order(List.of(write(1, 1, 3), read(0, 2, 4)))).isPresent();
  }
}
