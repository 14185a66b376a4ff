package io.gammawebhook.admin.health;

import io.gammawebhook.inbox.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question to the store that any number of probes share: it is asked by one thread at a time, its
 * answer counts for a while, and nobody waits for it longer than he wants. Safe for use by many
 * threads.
 */
final class Reading<T> {

  private final Supplier<T> question;
  private final Duration counts;
  private @Nullable Asked<T> last;

  /**
   * @param question may throw, and may take any time
   * @param counts how long an answer, or a failure, counts
   */
  Reading(Supplier<T> question, Duration counts) {
    this.question = question;
    this.counts = counts;
  }

  /**
   * The answer.
   *
   * @throws StoreException if the question failed, or there is no answer in time
   */
  T get(Duration patience) {
    try {
      return current().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StoreException(
          "The inbox's store has not answered within " + patience.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException failure
          ? failure
          : new StoreException("The inbox's store cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("The thread that asked the inbox's store was interrupted", e);
    }
  }

  private synchronized CompletableFuture<T> current() {
    Asked<T> asked = last;
    if (asked == null || asked.isOver(counts)) {
      asked = new Asked<>();
      asked.begin(question);
      last = asked;
    }
    return asked.answer;
  }

  private static final class Asked<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile @Nullable Long endedAt;

    void begin(Supplier<T> question) {
      Thread thread = new Thread(() -> ask(question), "gamma-webhook-health");
      thread.setDaemon(true);
      thread.start();
    }

    private void ask(Supplier<T> question) {
      try {
        T told = question.get();
        endedAt = System.nanoTime();
        answer.complete(told);
      } catch (Throwable e) {
        endedAt = System.nanoTime();
        answer.completeExceptionally(e);
      }
    }

    boolean isOver(Duration counts) {
      Long at = endedAt;
      return at != null && System.nanoTime() - at >= counts.toNanos();
    }
  }
}
