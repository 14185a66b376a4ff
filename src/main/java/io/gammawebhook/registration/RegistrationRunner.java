package io.gammawebhook.registration;

import io.gammawebhook.audit.OneLine;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the registrations what is wanted, in the background: at the start, and whenever one is due.
 * An API that is down or slow keeps nobody from starting, receiving or ending, and no other
 * registration waiting, unless there are more than eight and as many are as slow.
 */
public final class RegistrationRunner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RegistrationRunner.class);

  private static final Duration AFTER_FAULT = Duration.ofSeconds(10);
  private static final long CLOSE_MILLIS = 2_000;
  private static final long INTERRUPTED_MILLIS = 1_000;

  private final RegistrationService service;
  private static final int MOST_THREADS = 8;

  private final ScheduledThreadPoolExecutor passes;
  private final ScheduledThreadPoolExecutor secrets = daemon("gamma-webhook-managed-secrets", 1);
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** Each has one thread at most: where it is due while it is at work, it comes again after. */
  private final Set<String> atWork = new HashSet<>();

  private final Set<String> again = new HashSet<>();
  private final Map<String, Future<?>> due = new HashMap<>();

  public RegistrationRunner(RegistrationService service) {
    this.service = service;
    int registrations = Math.max(1, service.names().size());
    this.passes = daemon("gamma-webhook-registrations", Math.min(MOST_THREADS, registrations));
  }

  private static ScheduledThreadPoolExecutor daemon(String name, int threads) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            threads,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  /** Begins, at once and without waiting for anything. Called once. */
  public void start() {
    if (service.names().isEmpty()) {
      return;
    }
    long interval = RegistrationService.SECRETS_INTERVAL.toMillis();
    var unused =
        secrets.scheduleWithFixedDelay(this::readSecrets, 0, interval, TimeUnit.MILLISECONDS);
    service.onOrder((name, pause) -> next(name, false, pause.toMillis()));
    service.names().forEach(name -> next(name, true, 0));
  }

  private void readSecrets() {
    try {
      service.readSecrets();
    } catch (RuntimeException e) {
      LOG.warn("Managed secrets could not be read: {}", OneLine.of(e));
    }
  }

  /** In place of the time that was set before. */
  private synchronized void next(String name, boolean starting, long millis) {
    try {
      Future<?> before =
          due.put(name, passes.schedule(() -> run(name, starting), millis, TimeUnit.MILLISECONDS));
      if (before != null) {
        before.cancel(false);
      }
    } catch (RejectedExecutionException e) {
      // Closed in the meantime.
      LOG.trace("No further pass", e);
    }
  }

  private void run(String name, boolean starting) {
    if (!begins(name)) {
      return;
    }
    RegistrationService.Next next =
        new RegistrationService.Next(
            AFTER_FAULT.plusMillis(service.random().nextInt((int) AFTER_FAULT.toMillis())),
            starting);
    try {
      next = service.pass(name, starting);
      failing.remove(name);
    } catch (RuntimeException e) {
      if (failing.add(name)) {
        LOG.warn(
            "Registration {} could not be looked at, and is again soon: {}", name, OneLine.of(e));
      }
    }
    Duration pause = ends(name) ? Duration.ZERO : next.pause();
    if (pause != null) {
      next(name, next.starting(), pause.toMillis());
    }
  }

  private synchronized boolean begins(String name) {
    boolean begins = atWork.add(name);
    if (!begins) {
      again.add(name);
    }
    return begins;
  }

  /** Returns whether it came due meanwhile. */
  private synchronized boolean ends(String name) {
    atWork.remove(name);
    return again.remove(name);
  }

  /**
   * Ends, within some seconds: a call to an API that is under way then is given up, and looked for
   * at the next start. Nothing is deleted at any API.
   */
  @Override
  public void close() {
    passes.shutdown();
    secrets.shutdown();
    try {
      if (!passes.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        passes.shutdownNow();
        if (!passes.awaitTermination(INTERRUPTED_MILLIS, TimeUnit.MILLISECONDS)) {
          LOG.warn("A registration was still at work when the application ended");
        }
      }
      secrets.shutdownNow();
      if (!secrets.awaitTermination(INTERRUPTED_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("Managed secrets were still being read at the end");
      }
    } catch (InterruptedException e) {
      passes.shutdownNow();
      secrets.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
