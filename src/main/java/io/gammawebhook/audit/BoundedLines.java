package io.gammawebhook.audit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lines of several sorts, each within a {@link BoundedLine} of its own, so that those of one fault
 * do not hide those of another. Safe for use by many threads.
 *
 * @param <S> a sort, such as a subscription with a reason; compared by {@code equals}
 */
public final class BoundedLines<S> {

  /** So many sorts are told apart at a time. */
  static final int MOST_SORTS = 500;

  private final Supplier<BoundedLine> bounds;
  private final Map<S, BoundedLine> sorts = new ConcurrentHashMap<>();

  public BoundedLines() {
    this(BoundedLine::new);
  }

  BoundedLines(Supplier<BoundedLine> bounds) {
    this.bounds = bounds;
  }

  /**
   * The bound of a sort.
   *
   * @param others the sort that it is counted to if there are too many sorts at a time
   */
  public BoundedLine of(S sort, S others) {
    BoundedLine known = sorts.get(sort);
    if (known != null) {
      return known;
    }
    if (sorts.size() >= MOST_SORTS) {
      sorts.values().removeIf(BoundedLine::isForgettable);
    }
    return sorts.computeIfAbsent(sorts.size() < MOST_SORTS ? sort : others, added -> bounds.get());
  }

  /** Writes the last of each sort that were left out: nothing is to follow. */
  public void sumUp() {
    sorts.values().forEach(BoundedLine::sumUp);
  }
}
