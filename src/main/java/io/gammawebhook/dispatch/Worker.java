package io.gammawebhook.dispatch;

import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's work on one subscription. A permit stands for one delivery at work; new events come
 * with their permit already taken (the fast path), all else is claimed from the store: backlog, due
 * retries and leases whose owner is gone.
 */
public final class Worker implements HandOff {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Inbox inbox;
  private final Subscription subscription;
  private final RetryPolicy policy;
  private final DeliveryHandler handler;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final RandomGenerator random;
  private final int concurrency;
  private final long pollMillis;
  private final Semaphore permits;
  private final Map<Lease, Attempt> atWork = new ConcurrentHashMap<>();
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile boolean backlog = true;
  private volatile boolean running;
  private volatile @Nullable ScheduledFuture<?> wakeUp;
  private volatile @Nullable ScheduledFuture<?> heartbeat;

  Worker(
      Inbox inbox,
      Subscription subscription,
      DeliveryHandler handler,
      WorkerSettings settings,
      Executor executor,
      ScheduledExecutorService timer,
      RandomGenerator random) {
    this.inbox = inbox;
    this.subscription = subscription;
    this.handler = handler;
    this.policy = settings.retryPolicy();
    this.concurrency = settings.concurrency();
    this.pollMillis = settings.pollInterval().toMillis();
    this.executor = executor;
    this.timer = timer;
    this.random = random;
    this.permits = new Semaphore(concurrency);
  }

  /** Begins to take deliveries. */
  void start() {
    running = true;
    inbox.attach(subscription, this);
    long beat = Math.max(1, inbox.leaseMillis() / 3);
    heartbeat = timer.scheduleWithFixedDelay(this::renew, beat, beat, TimeUnit.MILLISECONDS);
    claim();
  }

  /** Takes nothing new; what has not started goes back, what has started goes on to its end. */
  public void stop() {
    running = false;
    inbox.detach(subscription);
    cancel(wakeUp);
  }

  /** How many deliveries are at work; 0 after {@link #stop} means that all have ended. */
  public int atWork() {
    return atWork.size();
  }

  private static void cancel(@Nullable ScheduledFuture<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  @Override
  public boolean tryReserve() {
    // While older deliveries wait in the store, a new one queues behind them.
    return running && !backlog && permits.tryAcquire();
  }

  @Override
  public void cancel() {
    permits.release();
  }

  @Override
  public void waiting() {
    backlog = true;
    if (permits.availablePermits() > 0) {
      wakeUpIn(0);
    }
  }

  @Override
  public void deliver(LeasedDelivery delivery) {
    Attempt attempt = new Attempt(delivery);
    atWork.put(delivery.lease(), attempt);
    try {
      executor.execute(attempt);
    } catch (RuntimeException e) {
      // The pool is shutting down: another start of this node, or another node, takes it.
      attempt.end(new Outcome.Released());
    }
  }

  /** Claims as much as there are permits for, one claim at a time. */
  private void claim() {
    if (!running || !claiming.compareAndSet(false, true)) {
      return;
    }
    int free = permits.drainPermits();
    if (free == 0) {
      // All are at work: the next one that is free looks again.
      backlog = true;
      claiming.set(false);
      wakeUpIn(pollMillis);
      return;
    }
    backlog = false;
    inbox
        .claim(subscription, free)
        .whenComplete(
            (claimed, failure) -> {
              claiming.set(false);
              if (claimed == null) {
                permits.release(free);
                LOG.debug("Claim for {} failed", subscription.name(), failure);
                wakeUpIn(pollMillis);
              } else {
                claimed(claimed, free);
              }
            });
  }

  private void claimed(Claimed claimed, int asked) {
    permits.release(asked - claimed.deliveries().size());
    claimed.deliveries().forEach(this::deliver);
    if (claimed.nextDueInMillis() == 0) {
      backlog = true;
    }
    wakeUpIn(backlog ? 0 : Math.min(pollMillis, Math.max(1, claimed.nextDueInMillis())));
  }

  private void wakeUpIn(long millis) {
    if (running && !timer.isShutdown()) {
      cancel(wakeUp);
      wakeUp = timer.schedule(this::claim, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void renew() {
    List<Lease> leases = new ArrayList<>(atWork.keySet());
    if (leases.isEmpty()) {
      if (!running) {
        cancel(heartbeat);
      }
      return;
    }
    inbox
        .renew(leases)
        .whenComplete(
            (renewed, failure) -> {
              if (renewed == null) {
                LOG.warn("Leases of {} could not be renewed", subscription.name(), failure);
                return;
              }
              for (Lease lease : leases) {
                if (!renewed.contains(lease) && atWork.containsKey(lease)) {
                  LOG.warn(
                      "The lease of delivery {} is lost: another node may work on it; this"
                          + " attempt's completion will be refused",
                      lease.delivery());
                }
              }
            });
  }

  private void freed() {
    permits.release();
    // A claim for many costs as much as a claim for one.
    if (backlog && permits.availablePermits() >= Math.max(1, concurrency / 2)) {
      claim();
    }
  }

  /** One attempt, from its start on a worker thread to the commit of its outcome. */
  private final class Attempt implements Runnable, DeliveryHandler.Done {
    private final LeasedDelivery delivery;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long startedNanos;

    Attempt(LeasedDelivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public void run() {
      startedNanos = System.nanoTime();
      if (!running) {
        end(new Outcome.Released());
      } else if (delivery.lease().attempt() > policy.maxAttempts()) {
        end(
            new Outcome.Dead(
                0,
                "attempts-used-up",
                "Attempt "
                    + (delivery.lease().attempt() - 1)
                    + " of "
                    + policy.maxAttempts()
                    + " was cut off by a crash or a lost lease"));
      } else {
        try {
          handler.handle(delivery, this);
        } catch (RuntimeException e) {
          failed(Failure.temporary(e.getClass().getName(), String.valueOf(e.getMessage())));
        }
      }
    }

    @Override
    public void succeeded(boolean handled) {
      end(new Outcome.Delivered(durationMillis(), handled));
    }

    @Override
    public void failed(Failure failure) {
      end(policy.afterFailure(delivery.lease().attempt(), failure, durationMillis(), random));
    }

    private long durationMillis() {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    void end(Outcome outcome) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      inbox
          .finish(delivery, outcome)
          .whenComplete(
              (stood, failure) -> {
                atWork.remove(delivery.lease());
                if (failure != null) {
                  LOG.error(
                      "The end of delivery {} could not be stored: it will be delivered again"
                          + " when its lease ends",
                      delivery.lease().delivery(),
                      failure);
                } else if (!stood) {
                  LOG.warn(
                      "The end of delivery {} was refused: its lease was lost",
                      delivery.lease().delivery());
                } else if (outcome instanceof Outcome.Retry retry) {
                  wakeUpIn(Math.min(pollMillis, retry.delayMillis()));
                }
              });
      freed();
    }
  }
}
