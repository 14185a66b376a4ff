package io.gammawebhook.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The places at which attempts are at work, and the line before them. An attempt has its place from
 * its begin until {@link #leave}, also where its route goes on after the thread has returned. Safe
 * for use by many threads.
 */
final class Places<T extends Runnable> {

  private final int places;
  private final Executor executor;
  private final Refused<T> refused;
  private final ConcurrentLinkedQueue<T> line = new ConcurrentLinkedQueue<>();
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * @param executor runs the attempts; it needs as many threads as there are places
   * @param refused is told of an attempt that the executor refused; it has its place and must leave
   */
  Places(int places, Executor executor, Refused<T> refused) {
    this.places = places;
    this.executor = executor;
    this.refused = refused;
  }

  /** Lines up; begins in its turn, at once if there is a place. */
  void enter(T attempt) {
    line.add(attempt);
    begin();
  }

  /** One that had begun has ended: its place is for the next in the line. */
  void leave() {
    taken.decrementAndGet();
    begin();
  }

  /** Takes out of the line, of what has not begun, each that the predicate is true for. */
  List<T> takeOut(Predicate<T> which) {
    List<T> out = new ArrayList<>();
    for (T attempt : line) {
      // Only who gets it out has it: it may begin just now.
      if (which.test(attempt) && line.remove(attempt)) {
        out.add(attempt);
      }
    }
    return out;
  }

  /** How many there are. */
  int size() {
    return places;
  }

  /** How many are taken. */
  int taken() {
    return taken.get();
  }

  private void begin() {
    while (true) {
      int n = taken.get();
      if (n >= places || line.isEmpty()) {
        return;
      }
      if (taken.compareAndSet(n, n + 1)) {
        T next = line.poll();
        if (next == null) {
          // Another thread was faster; who has lined up meanwhile found this place taken.
          taken.decrementAndGet();
        } else {
          run(next);
        }
      }
    }
  }

  private void run(T attempt) {
    try {
      executor.execute(attempt);
    } catch (RuntimeException e) {
      refused.refused(attempt, e);
    }
  }

  /** Hears of an attempt that could not begin. */
  @FunctionalInterface
  interface Refused<T> {
    void refused(T attempt, RuntimeException cause);
  }
}
