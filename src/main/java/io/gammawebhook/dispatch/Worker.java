package io.gammawebhook.dispatch;

import io.gammawebhook.audit.OneLine;
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
import java.util.concurrent.atomic.AtomicInteger;
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

  /** How soon a failed claim is tried again, where the poll interval is longer. */
  private static final long AFTER_FAILURE_MILLIS = 1_000;

  /** How soon to look again for what is due and which another node is claiming just now. */
  private static final long CONTENDED_MILLIS = 50;

  private final Inbox inbox;
  private final Subscription subscription;
  private final RetryPolicy policy;
  private final DeliveryHandler handler;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final RandomGenerator random;
  private final long pollMillis;
  private final Semaphore permits;
  private final Alarm alarm;
  private final Map<Lease, Attempt> atWork = new ConcurrentHashMap<>();

  /** Looks into the store that were asked for and are not yet answered. */
  private final AtomicInteger looks = new AtomicInteger();

  private volatile boolean backlog = true;
  private volatile boolean running;
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
    this.pollMillis = settings.pollInterval().toMillis();
    this.executor = executor;
    this.timer = timer;
    this.random = random;
    this.alarm = new Alarm(timer, this::look);
    this.permits = new Semaphore(settings.concurrency());
  }

  /** Begins to take deliveries. */
  void start() {
    running = true;
    backlog = true;
    alarm.start();
    inbox.attach(subscription, this);
    long beat = Math.max(1, inbox.leaseMillis() / 3);
    ScheduledFuture<?> before = heartbeat;
    if (before != null) {
      before.cancel(false);
    }
    heartbeat = timer.scheduleWithFixedDelay(this::renew, beat, beat, TimeUnit.MILLISECONDS);
    look();
  }

  /** Takes deliveries again after {@link #stop}. */
  public void resume() {
    start();
  }

  /** Takes nothing new; what has not started goes back, what has started goes on to its end. */
  public void stop() {
    running = false;
    inbox.detach(subscription);
    alarm.stop();
  }

  /** How many deliveries are at work; 0 after {@link #stop} means that all have ended. */
  public int atWork() {
    return atWork.size();
  }

  @Override
  public boolean tryReserve() {
    // While older deliveries wait in the store, a new one queues behind them.
    return running && !backlog && permits.tryAcquire();
  }

  @Override
  public void cancel() {
    freed();
  }

  @Override
  public void waiting() {
    backlog = true;
    if (permits.availablePermits() > 0) {
      look();
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
      LOG.warn("The pool of {} refused a delivery", subscription.name(), e);
      attempt.end(new Outcome.Released());
      backlog = true;
    }
  }

  /** Claims what there are permits for; a look asked for meanwhile follows when this is done. */
  private void look() {
    if (running && looks.getAndIncrement() == 0) {
      claim();
    }
  }

  private void claim() {
    int free = permits.drainPermits();
    if (free == 0) {
      // All are at work: the next one that ends looks again. One may have ended before it could
      // know of the backlog.
      backlog = true;
      looked(permits.availablePermits() > 0 ? 0 : pollMillis);
      return;
    }
    backlog = false;
    inbox
        .claim(subscription, free)
        .whenComplete(
            (claimed, failure) -> {
              if (claimed == null) {
                LOG.debug("Claim for {} failed", subscription.name(), failure);
                backlog = true;
                permits.release(free);
                looks.set(0);
                alarm.within(Math.min(pollMillis, AFTER_FAILURE_MILLIS));
              } else {
                claimed(claimed, free);
              }
            });
  }

  private void claimed(Claimed claimed, int asked) {
    List<LeasedDelivery> deliveries = claimed.deliveries();
    if (claimed.nextDueInMillis() == 0 && !deliveries.isEmpty()) {
      backlog = true;
    }
    permits.release(asked - deliveries.size());
    deliveries.forEach(this::deliver);
    if (backlog) {
      looked(0);
    } else {
      long soonest = claimed.nextDueInMillis() == 0 ? CONTENDED_MILLIS : 1;
      looked(Math.min(pollMillis, Math.max(soonest, claimed.nextDueInMillis())));
    }
  }

  private void looked(long nextInMillis) {
    alarm.within(looks.getAndSet(0) > 1 ? 0 : nextInMillis);
  }

  private void renew() {
    List<Lease> leases = new ArrayList<>(atWork.keySet());
    if (leases.isEmpty()) {
      ScheduledFuture<?> beats = heartbeat;
      if (!running && beats != null) {
        beats.cancel(false);
      }
      return;
    }
    long asked = System.nanoTime();
    inbox
        .renew(leases)
        .whenComplete(
            (renewed, failure) -> {
              if (renewed == null) {
                LOG.warn(
                    "Leases of {} could not be renewed: {}",
                    subscription.name(),
                    OneLine.of(failure));
                LOG.debug("Leases of {} could not be renewed", subscription.name(), failure);
              } else {
                leases.forEach(lease -> renewed(lease, renewed.contains(lease), asked));
              }
            });
  }

  private void renewed(Lease lease, boolean stands, long asked) {
    Attempt attempt = atWork.get(lease);
    if (attempt == null || attempt.ended.get()) {
      return;
    }
    if (stands) {
      attempt.heldSinceNanos = asked;
    } else if (!attempt.lost) {
      attempt.lost = true;
      LOG.warn(
          "The lease of delivery {} is lost: another node may work on it; this attempt's"
              + " completion will be refused",
          lease.delivery());
    }
  }

  private void freed() {
    permits.release();
    if (backlog) {
      look();
    }
  }

  /** One attempt, from its start on a worker thread to the commit of its outcome. */
  private final class Attempt implements Runnable, DeliveryHandler.Done {
    private final LeasedDelivery delivery;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean lost;
    private volatile long heldSinceNanos = System.nanoTime();
    private volatile long startedNanos = heldSinceNanos;

    Attempt(LeasedDelivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public void run() {
      startedNanos = System.nanoTime();
      if (!running || mayBeAnothers()) {
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
        } catch (Throwable e) {
          // Errors too: a class that is missing in a route must not cost a permit for ever.
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

    private boolean mayBeAnothers() {
      return lost
          || startedNanos - heldSinceNanos >= TimeUnit.MILLISECONDS.toNanos(inbox.leaseMillis());
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
                          + " when its lease ends: {}",
                      delivery.lease().delivery(),
                      OneLine.of(failure));
                  LOG.debug(
                      "The end of delivery {} could not be stored",
                      delivery.lease().delivery(),
                      failure);
                  alarm.within(Math.min(pollMillis, inbox.leaseMillis()));
                } else if (!stood) {
                  LOG.warn(
                      "The end of delivery {} changed nothing: its lease was lost, or the end is"
                          + " stored already, by a commit that the store could not confirm",
                      delivery.lease().delivery());
                } else if (outcome instanceof Outcome.Released) {
                  alarm.within(Math.min(pollMillis, AFTER_FAILURE_MILLIS));
                } else if (outcome instanceof Outcome.Retry retry) {
                  alarm.within(Math.min(pollMillis, retry.delayMillis()));
                }
              });
      freed();
    }
  }
}
