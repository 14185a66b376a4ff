package io.gammawebhook.registration;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What is done at APIs by order, in threads of its own: one at a time for a registration, and two
 * at a time on this node, so that slow APIs hold few of the threads on which people ask. Who comes
 * meanwhile is turned away at once. Safe for use by many threads.
 */
final class Looks {

  private static final int AT_ONCE = 2;
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final long IDLE_SECONDS = 10;

  private final Set<String> atWork = new HashSet<>();
  private final ThreadPoolExecutor threads;

  Looks() {
    threads =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            // No more wait there than are let in.
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "gamma-webhook-registration-orders");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Does it, and returns what comes of it.
   *
   * @param bound how long the caller waits
   * @param reads whether it changes nothing: then it is given up when the caller is answered; else
   *     it goes on to its end
   * @throws LookUnderWayException if it is not done, or not within that time
   */
  <T> T look(String registration, Duration bound, boolean reads, Supplier<T> work) {
    enter(registration);
    AtomicBoolean begun = new AtomicBoolean();
    Future<T> look;
    try {
      look =
          threads.submit(
              () -> {
                begun.set(true);
                try {
                  return work.get();
                } finally {
                  leave(registration);
                }
              });
    } catch (RejectedExecutionException e) {
      leave(registration);
      throw new IllegalStateException("The application is about to end, and asks no API", e);
    }
    try {
      return look.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw late(registration, bound, reads && begun.get(), look);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw late(registration, bound, reads && begun.get(), look);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("The look at the API failed", e);
    }
  }

  private synchronized void enter(String registration) {
    if (atWork.contains(registration)) {
      throw new LookUnderWayException(
          "A look at the API of registration " + registration + " is going on", AGAIN);
    }
    if (atWork.size() >= AT_ONCE) {
      throw new LookUnderWayException(
          "A look is going on at the APIs of "
              + String.join(" and ", atWork.stream().sorted().toList())
              + ", and this node looks at no more at a time",
          AGAIN);
    }
    atWork.add(registration);
  }

  private synchronized void leave(String registration) {
    atWork.remove(registration);
  }

  private static LookUnderWayException late(
      String registration, Duration bound, boolean givesUp, Future<?> look) {
    String sentence =
        "The API of registration "
            + registration
            + " is so slow that the look at it has not ended within "
            + bound.toMillis() / 1_000.0
            + " s; ";
    if (givesUp) {
      // It leaves when it has ended, which a call that heeds no interruption puts off.
      look.cancel(true);
      return new LookUnderWayException(sentence + "it is given up", AGAIN);
    }
    return new LookUnderWayException(
        sentence + "it goes on, and the list registrations shows what comes of it", AGAIN);
  }

  /** Gives up what is at work; nothing is begun any more. */
  void end() {
    threads.shutdownNow();
  }
}
