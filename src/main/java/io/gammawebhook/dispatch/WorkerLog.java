package io.gammawebhook.dispatch;

import io.gammawebhook.audit.BoundedLine;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * What a worker and its attempts have to say of deliveries, each kind of it within {@link
 * BoundedLine}: what goes wrong with one often goes wrong with all. Safe for use by many threads.
 */
final class WorkerLog {

  private final Map<Kind, BoundedLine> lines = new EnumMap<>(Kind.class);

  /** What is bounded together. */
  enum Kind {
    LEASE_LOST,
    LEASES_NOT_RENEWED,
    LONG_AT_WORK,
    GIVEN_UP,
    CAME_BACK,
    END_NOT_STORED,
    END_WITHOUT_EFFECT,
    REFUSED_BY_POOL
  }

  WorkerLog() {
    for (Kind kind : Kind.values()) {
      lines.put(kind, new BoundedLine());
    }
  }

  /**
   * Writes a line, or leaves it out.
   *
   * @param text is given what to say of those that were left out; it is kept for a while, so it
   *     holds on to no event
   */
  void write(Logger log, Level level, Kind kind, Function<String, String> text) {
    BoundedLine line = lines.get(kind);
    if (line != null) {
      line.write(leftOut -> log.atLevel(level).log(text.apply(BoundedLine.told(leftOut))));
    }
  }

  /** Writes the last of each kind that were left out: hardly anything is to follow. */
  void sumUp() {
    lines.values().forEach(BoundedLine::sumUp);
  }
}
