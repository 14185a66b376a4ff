package io.gammawebhook.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993): whether calls
 * that overlapped can be put into an order in which a sequential model gives the same answers, and
 * in which no call comes before one that had returned when it was made. States that were tried with
 * the same calls done are not tried again (Lowe, "Testing for Linearizability", 2017).
 */
final class Linearizability {

  private Linearizability() {}

  /**
   * A call that has returned.
   *
   * @param invoked when it was made, and {@code returned}, when it returned: any numbers that rise
   */
  record Call<O, R>(O operation, R answer, long invoked, long returned) {}

  /**
   * Finds such an order.
   *
   * @param step the state after an operation with this answer; empty if the model gives another
   *     answer. States are values.
   * @return the calls in that order; empty if there is none
   */
  static <S, O, R> Optional<List<Call<O, R>>> order(
      S initial, List<Call<O, R>> history, BiFunction<S, Call<O, R>, Optional<S>> step) {
    List<Call<O, R>> order = new ArrayList<>();
    return search(initial, history, step, order, new HashSet<>())
        ? Optional.of(order)
        : Optional.empty();
  }

  private static <S, O, R> boolean search(
      S state,
      List<Call<O, R>> open,
      BiFunction<S, Call<O, R>, Optional<S>> step,
      List<Call<O, R>> order,
      Set<Tried<S, O, R>> tried) {
    if (open.isEmpty()) {
      return true;
    }
    if (!tried.add(new Tried<>(state, open))) {
      return false;
    }
    long firstReturn = open.stream().mapToLong(Call::returned).min().orElseThrow();
    for (Call<O, R> next : open) {
      if (next.invoked() > firstReturn) {
        continue;
      }
      Optional<S> after = step.apply(state, next);
      if (after.isPresent()) {
        List<Call<O, R>> rest = new ArrayList<>(open);
        rest.remove(next);
        order.add(next);
        if (search(after.get(), rest, step, order, tried)) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }

  /** From here there is no order. */
  private record Tried<S, O, R>(S state, List<Call<O, R>> open) {}
}
