package io.gammawebhook.springboot.app.demo;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Threads that keep no process alive. */
final class Daemons {

  private Daemons() {}

  static Thread of(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  static void start(String name, Runnable work) {
    of(name, work).start();
  }

  /**
   * Does the work, and returns; the threads that it makes inherit that they keep nothing alive.
   *
   * @throws IllegalStateException if the work fails
   */
  static void within(String name, Runnable work) {
    FutureTask<@Nullable Void> task = new FutureTask<>(work, null);
    start(name, task);
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " was interrupted", e);
    }
  }
}
