package io.gammawebhook.camel;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads on which committed requests go on to their answers, so that the inbox's single
 * writer goes on to the next batch. Nothing on them may block. What waits here is bounded by the
 * {@link io.gammawebhook.receive.WaitingLine}.
 *
 * <p>It is no {@link java.util.concurrent.Executor}, though it could be: with a bean of that type
 * Boot no longer makes its own, and Camel's HTTP engine fails to start.
 */
public final class AnswerThreads implements AutoCloseable {

  private final ThreadPoolExecutor threads;

  /**
   * @param count at least 1; the number of processors is right, since they only compute
   */
  public AnswerThreads(int count) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "gamma-webhook-answer-" + number.incrementAndGet());
              thread.setDaemon(true);
              // Not the one of the web application that happens to need it first.
              thread.setContextClassLoader(AnswerThreads.class.getClassLoader());
              return thread;
            },
            // After close, an answer is still owed to whoever waits for it.
            (task, full) -> task.run());
    threads.allowCoreThreadTimeOut(true);
  }

  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** What is waiting is still done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
