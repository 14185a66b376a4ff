package io.gammawebhook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is lined up begins in its turn, and never more at once than there are places. */
class PlacesTest {

  private final List<String> begun = new ArrayList<>();

  /** Runs what it gets at once; the attempts end only when the test says so. */
  private final Places<Named> places =
      new Places<>(
          2,
          Runnable::run,
          (attempt, cause) -> {
            throw cause;
          });

  private Named named(String name) {
    return new Named(name, begun);
  }

  @Test
  void asManyBeginAsThereArePlacesAndTheOthersInTheirTurn() {
    List.of("a", "b", "c", "d").forEach(name -> places.enter(named(name)));
    assertThat(begun).containsExactly("a", "b");

    places.leave();
    assertThat(begun).containsExactly("a", "b", "c");
    places.leave();
    assertThat(begun).containsExactly("a", "b", "c", "d");
    places.leave();
    places.leave();

    places.enter(named("e"));
    places.enter(named("f"));
    places.enter(named("g"));
    assertThat(begun).containsExactly("a", "b", "c", "d", "e", "f");
  }

  @Test
  void whatIsTakenOutOfTheLineDoesNotBegin() {
    List.of("a", "b", "c", "d", "e").forEach(name -> places.enter(named(name)));

    List<Named> out = places.takeOut(attempt -> !attempt.name.equals("d"));

    assertThat(out).extracting(Named::name).containsExactly("c", "e");
    places.leave();
    places.leave();
    assertThat(begun).containsExactly("a", "b", "d");
  }

  @Test
  void oneThatTheExecutorRefusesLeavesItsPlaceToTheNext() {
    Queue<RuntimeException> refusals =
        new ArrayDeque<>(List.of(new RejectedExecutionException("full")));
    List<String> refused = new ArrayList<>();
    List<Places<Named>> self = new ArrayList<>();
    self.add(
        new Places<>(
            1,
            task -> {
              RuntimeException refusal = refusals.poll();
              if (refusal != null) {
                throw refusal;
              }
              task.run();
            },
            (attempt, cause) -> {
              refused.add(attempt.name + " " + cause.getMessage());
              self.get(0).leave();
            }));

    List.of("a", "b", "c").forEach(name -> self.get(0).enter(named(name)));

    assertThat(refused).containsExactly("a full");
    assertThat(begun).containsExactly("b");
  }

  @Test
  void withManyThreadsEachBeginsOnceAndNoneIsForgotten() throws Exception {
    int attempts = 20_000;
    int most = 3;
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger mostAtWork = new AtomicInteger();
    Set<Integer> once = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(attempts);
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Places<Runnable>> self = new ArrayList<>();
      self.add(
          new Places<>(
              most,
              pool,
              (attempt, cause) -> {
                throw cause;
              }));
      for (int sender = 0; sender < 4; sender++) {
        int first = sender;
        pool.execute(
            () -> {
              for (int i = first; i < attempts; i += 4) {
                int number = i;
                self.get(0)
                    .enter(
                        () -> {
                          mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                          if (once.add(number)) {
                            all.countDown();
                          }
                          atWork.decrementAndGet();
                          self.get(0).leave();
                        });
              }
            });
      }
      assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(mostAtWork).hasValueBetween(1, most);
    } finally {
      pool.shutdownNow();
    }
  }

  /** An attempt that only says that it has begun. */
  private record Named(String name, List<String> begun) implements Runnable {
    @Override
    public void run() {
      begun.add(name);
    }
  }
}
