package io.gammawebhook.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes events at a rate, one stream after the other, and decides which of them are sent twice, out
 * of order or late.
 */
final class Feeder implements AutoCloseable {

  static final int MOST_STREAMS = 100;

  /** A held event lets so many others pass, at most. */
  private static final int MOST_PASSING = 5;

  private static final Duration LONG = Duration.ofDays(1);

  /**
   * Events to make.
   *
   * @param count 0 for no end
   * @param awaited whether it begins with the first enabled registration
   */
  record Stream(double rate, long count, boolean awaited) {}

  /** An event that lets others pass. */
  private static final class Held {
    final SimulatedEvent event;
    final List<Hook> hooks;
    final boolean duplicate;
    int passing;

    Held(SimulatedEvent event, List<Hook> hooks, boolean duplicate, int passing) {
      this.event = event;
      this.hooks = hooks;
      this.duplicate = duplicate;
      this.passing = passing;
    }
  }

  private final Lock lock;
  private final GammaSimulator.Builder settings;
  private final Story story;
  private final Deliveries deliveries;
  private final Function<String, List<Hook>> wanting;
  private final Random random;
  private final Deque<Stream> streams = new ArrayDeque<>();
  private final List<Held> held = new ArrayList<>();
  private final Thread thread = Deliveries.daemon(this::run, "gamma-simulator-events");

  private @Nullable Stream current;
  private long burst;
  private boolean enabled;
  private boolean closed;
  private long events;
  private long unwanted;

  /**
   * @param wanting the enabled registrations that want a type
   */
  Feeder(
      Lock lock,
      GammaSimulator.Builder settings,
      long seed,
      Story story,
      Deliveries deliveries,
      Function<String, List<Hook>> wanting) {
    this.lock = lock;
    this.settings = settings;
    this.story = story;
    this.deliveries = deliveries;
    this.wanting = wanting;
    // Another one than the story's: shares change no body.
    this.random = new Random(~seed);
  }

  void start() {
    thread.start();
  }

  /** There is an enabled registration. */
  void enabled() {
    enabled = true;
  }

  boolean isIdle() {
    return current == null && streams.isEmpty() && burst == 0 && held.isEmpty();
  }

  void add(Stream stream) {
    if (streams.size() >= MOST_STREAMS) {
      throw new IllegalStateException(
          MOST_STREAMS + " streams wait already: wait for them with awaitIdle");
    }
    streams.add(stream);
  }

  /** So many more without a rate, also while a stream goes on. */
  void burst(long count) {
    burst += count;
  }

  /** Sends one event now. */
  SimulatedEvent emit(SimulatedEvent event, boolean duplicate) {
    if (!deliveries.hasRoom()) {
      throw new IllegalStateException(
          Deliveries.MOST_UNFINISHED + " deliveries wait already: wait for them with awaitIdle");
    }
    deliveries.send(event, counted(event, !duplicate), duplicate);
    return event;
  }

  private List<Hook> counted(SimulatedEvent event, boolean isNew) {
    List<Hook> hooks = wanting.apply(event.type());
    if (isNew) {
      events++;
      if (hooks.isEmpty()) {
        unwanted++;
      }
    }
    return hooks;
  }

  long events() {
    return events;
  }

  long unwanted() {
    return unwanted;
  }

  private void run() {
    try {
      while (!lock.get(() -> closed)) {
        lock.await(() -> closed || burst > 0 || !streams.isEmpty(), LONG);
        drain();
        Optional<Stream> next =
            lock.get(
                () -> {
                  current = streams.poll();
                  return Optional.ofNullable(current);
                });
        if (next.isPresent()) {
          feed(next.get());
        }
        lock.run(
            () -> {
              current = null;
              if (burst == 0) {
                release(true);
              }
            });
      }
    } catch (InterruptedException e) {
      // Closed.
      Thread.currentThread().interrupt();
    }
  }

  /** Makes what a burst asks for. */
  private void drain() throws InterruptedException {
    while (lock.get(() -> burst > 0 && !closed)) {
      awaitRoom();
      lock.run(
          () -> {
            next();
            burst--;
          });
    }
  }

  private void awaitRoom() throws InterruptedException {
    while (!lock.await(() -> deliveries.hasRoom() || closed, LONG)) {
      // As long as it takes.
    }
  }

  private void feed(Stream stream) throws InterruptedException {
    while (stream.awaited() && !lock.await(() -> enabled || closed, LONG)) {
      // As long as it takes.
    }
    double nanosEach = 1e9 / stream.rate();
    long start = System.nanoTime();
    long sinceStart = 0;
    for (long i = 0; stream.count() == 0 || i < stream.count(); i++) {
      waitUntil(start + (long) (sinceStart * nanosEach));
      sinceStart++;
      if (!lock.get(deliveries::hasRoom)) {
        awaitRoom();
        // What was missed is not made up for.
        start = System.nanoTime();
        sinceStart = 1;
      }
      if (lock.get(() -> closed)) {
        return;
      }
      lock.run(this::next);
    }
  }

  private void waitUntil(long due) throws InterruptedException {
    long left = due - System.nanoTime();
    while (left > 0 && !lock.get(() -> closed)) {
      lock.await(() -> closed || burst > 0, Duration.ofNanos(left));
      drain();
      left = due - System.nanoTime();
    }
  }

  private void next() {
    SimulatedEvent event = story.next();
    List<Hook> hooks = counted(event, true);
    // As many numbers for each, whatever comes of them.
    boolean twice = random.nextDouble() < settings.duplicates;
    boolean outOfOrder = random.nextDouble() < settings.outOfOrder;
    boolean late = random.nextDouble() < settings.late;
    int passing = 1 + random.nextInt(MOST_PASSING);
    int passingTwice = 1 + random.nextInt(MOST_PASSING);
    if (late) {
      deliveries.sendLater(event, hooks, settings.lateBy);
    } else if (!outOfOrder) {
      deliveries.send(event, hooks, false);
    }
    release(false);
    if (outOfOrder && !late) {
      held.add(new Held(event, hooks, false, passing));
    }
    if (twice) {
      held.add(new Held(event, hooks, true, passingTwice));
    }
  }

  /** Sends those that have let enough others pass. */
  private void release(boolean all) {
    held.removeIf(
        each -> {
          if (--each.passing > 0 && !all) {
            return false;
          }
          deliveries.send(each.event, each.hooks, each.duplicate);
          return true;
        });
  }

  @Override
  public void close() {
    lock.run(() -> closed = true);
    thread.interrupt();
  }
}
