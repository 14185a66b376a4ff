package io.gammawebhook.dispatch;

import io.gammawebhook.audit.OneLine;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's work on one subscription. A permit stands for one delivery that is held: at work, or
 * next in the line of the threads (see {@link ReadAhead}). New events come with their permit
 * already taken (the fast path), all else is claimed from the store: backlog, due retries and
 * leases whose owner is gone.
 */
public final class Worker implements HandOff {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** How soon a failed claim is tried again, where the poll interval is longer. */
  private static final long AFTER_FAILURE_MILLIS = 1_000;

  /** How soon to look again for what is due and which another node is claiming just now. */
  private static final long CONTENDED_MILLIS = 50;

  /** How long a delivery may wait on this node for its begin before it is given back. */
  private static final long LINED_UP_MILLIS = 1_000;

  /** After this time at work an attempt is worth a line in the log, and then after ten times it. */
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Inbox inbox;
  private final Subscription subscription;
  private final RetryPolicy policy;
  private final DeliveryHandler handler;
  private final ScheduledExecutorService timer;
  private final RandomGenerator random;
  private final long pollMillis;
  private final int concurrency;
  private final ReadAhead readAhead;
  private final Places<Attempt> places;
  private final Overruns overruns;
  private final Duration attemptTimeout;

  /** Attempts that were given up and whose routes have not come back. */
  private final AtomicInteger overrunning = new AtomicInteger();

  /** Permits that are taken, from before a delivery is leased until its attempt has ended. */
  private final AtomicInteger held = new AtomicInteger();

  private final AtomicLong heldBytes = new AtomicLong();
  private final Alarm alarm;
  private final Map<Lease, Attempt> atWork = new ConcurrentHashMap<>();

  /** Looks into the store that were asked for and are not yet answered. */
  private final AtomicInteger looks = new AtomicInteger();

  /** What was committed as waiting while a claim was under way, or before there was a permit. */
  private volatile boolean more = true;

  private volatile Mode mode = Mode.BACKLOG;

  /** Handed over while what is older is still being claimed. */
  private final Queue<Attempt> behind = new ConcurrentLinkedQueue<>();

  private volatile boolean running;
  private volatile @Nullable ScheduledFuture<?> heartbeat;
  private volatile @Nullable ScheduledFuture<?> lineCheck;

  /** What this node knows of the deliveries that wait in the store. */
  private enum Mode {
    /** Many wait: new ones queue behind them in the store. */
    BACKLOG,
    /** The last claim found no more: new ones are handed over, behind the few that remain. */
    CATCHING_UP,
    /** None waits that is due. */
    CLEAR
  }

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
    this.timer = timer;
    this.random = random;
    this.alarm = new Alarm(timer, this::look);
    this.concurrency = settings.concurrency();
    this.readAhead = new ReadAhead(concurrency);
    this.places = new Places<>(concurrency, executor, this::refused);
    this.overruns = new Overruns(executor, concurrency);
    this.attemptTimeout = settings.attemptTimeout();
  }

  /** Begins to take deliveries. */
  void start() {
    running = true;
    more = true;
    mode = Mode.BACKLOG;
    alarm.start();
    inbox.attach(subscription, this);
    long beat = Math.max(1, inbox.leaseMillis() / 3);
    cancel(heartbeat);
    cancel(lineCheck);
    heartbeat = timer.scheduleWithFixedDelay(this::renew, beat, beat, TimeUnit.MILLISECONDS);
    lineCheck =
        timer.scheduleWithFixedDelay(
            this::lookAtAll, LINED_UP_MILLIS, LINED_UP_MILLIS, TimeUnit.MILLISECONDS);
    look();
  }

  private static void cancel(@Nullable ScheduledFuture<?> task) {
    if (task != null) {
      task.cancel(false);
    }
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
    cancel(lineCheck);
    giveBackAll();
  }

  /** How many deliveries are at work; 0 after {@link #stop} means that all have ended. */
  public int atWork() {
    return atWork.size();
  }

  /** How many attempts were given up and still have a thread, since their routes hang. */
  public int overruns() {
    return overrunning.get();
  }

  @Override
  public boolean tryReserve() {
    if (!running || mode == Mode.BACKLOG) {
      return false;
    }
    if (take(1) == 1) {
      return true;
    }
    // Those that come after this one queue behind it.
    mode = Mode.BACKLOG;
    return false;
  }

  /** Takes up to this many permits, and returns how many. */
  private int take(int wanted) {
    while (true) {
      int taken = held.get();
      int free = Math.min(wanted, most() - taken);
      if (free <= 0) {
        return 0;
      }
      if (held.compareAndSet(taken, taken + free)) {
        return free;
      }
    }
  }

  private int most() {
    return heldBytes.get() < ReadAhead.MOST_BYTES ? readAhead.limit() : concurrency;
  }

  @Override
  public void cancel() {
    held.decrementAndGet();
    freed();
  }

  @Override
  public void waiting() {
    more = true;
    if (mode == Mode.CLEAR) {
      mode = Mode.BACKLOG;
    }
    lookIfWorthwhile();
  }

  @Override
  public void deliver(LeasedDelivery delivery) {
    Attempt attempt = taken(delivery);
    if (mode == Mode.CATCHING_UP && looks.get() > 0) {
      behind.add(attempt);
      if (looks.get() == 0) {
        enterThoseBehind();
      }
    } else {
      places.enter(attempt);
    }
    if (!running) {
      giveBackAll();
    }
  }

  private Attempt taken(LeasedDelivery delivery) {
    Attempt attempt = new Attempt(delivery);
    atWork.put(delivery.lease(), attempt);
    heldBytes.addAndGet(delivery.event().body().length());
    return attempt;
  }

  private void enterThoseBehind() {
    for (Attempt next = behind.poll(); next != null; next = behind.poll()) {
      places.enter(next);
    }
  }

  private void refused(Attempt attempt, RuntimeException cause) {
    // The pool is shutting down: another start of this node, or another node, takes it.
    LOG.warn("The pool of {} refused a delivery", subscription.name(), cause);
    more = true;
    attempt.end(new Outcome.Released());
    places.leave();
  }

  /** Claims what there are permits for; a look asked for meanwhile follows when this is done. */
  private void look() {
    if (running && looks.getAndIncrement() == 0) {
      claim();
    }
  }

  private void claim() {
    int free = take(Math.max(1, (most() - held.get()) / (mode == Mode.BACKLOG ? 1 : 2)));
    if (free == 0) {
      // All are taken: one that ends looks again. One may have ended before it could know of the
      // backlog.
      more = true;
      mode = Mode.BACKLOG;
      looked(isWorthwhile() ? 0 : pollMillis);
      return;
    }
    more = false;
    inbox
        .claim(subscription, free)
        .whenComplete(
            (claimed, failure) -> {
              if (claimed == null) {
                LOG.debug("Claim for {} failed", subscription.name(), failure);
                more = true;
                held.addAndGet(-free);
                enterThoseBehind();
                looks.set(0);
                alarm.within(Math.min(pollMillis, AFTER_FAILURE_MILLIS));
              } else {
                claimed(claimed, free);
              }
            });
  }

  private void claimed(Claimed claimed, int asked) {
    List<LeasedDelivery> deliveries = claimed.deliveries();
    held.addAndGet(deliveries.size() - asked);
    deliveries.forEach(delivery -> places.enter(taken(delivery)));
    enterThoseBehind();
    if (!running) {
      giveBackAll();
    }
    boolean manyWait = claimed.nextDueInMillis() == 0 && !deliveries.isEmpty();
    if (manyWait || mode == Mode.BACKLOG) {
      // Also where this claim took all: what was accepted while it was under way waits.
      more = true;
    }
    if (!more) {
      mode = Mode.CLEAR;
      long soonest = claimed.nextDueInMillis() == 0 ? CONTENDED_MILLIS : 1;
      looked(Math.min(pollMillis, Math.max(soonest, claimed.nextDueInMillis())));
    } else if (running && isWorthwhile()) {
      mode = manyWait ? Mode.BACKLOG : Mode.CATCHING_UP;
      looks.set(1);
      claim();
    } else {
      mode = Mode.BACKLOG;
      looked(pollMillis);
    }
  }

  private void looked(long nextInMillis) {
    alarm.within(looks.getAndSet(0) > 1 ? 0 : nextInMillis);
  }

  private void lookAtAll() {
    giveBack();
    atWork.values().forEach(attempt -> attempt.look(System.nanoTime()));
  }

  /** What the pace promised and did not keep is for another node that has a place for it. */
  private void giveBack() {
    long now = System.nanoTime();
    List<Attempt> waiting =
        places.takeOut(
            attempt -> now - attempt.takenNanos >= TimeUnit.MILLISECONDS.toNanos(LINED_UP_MILLIS));
    if (!waiting.isEmpty()) {
      atWork.values().forEach(attempt -> readAhead.takes(attempt.atWorkNanos(now)));
      more = true;
      waiting.forEach(attempt -> attempt.end(new Outcome.Released()));
    }
  }

  private void giveBackAll() {
    enterThoseBehind();
    places.takeOut(attempt -> true).forEach(attempt -> attempt.end(new Outcome.Released()));
  }

  private void renew() {
    List<Lease> leases = new ArrayList<>(atWork.keySet());
    if (leases.isEmpty()) {
      if (!running) {
        cancel(heartbeat);
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
    if (more) {
      lookIfWorthwhile();
    }
  }

  private void lookIfWorthwhile() {
    if (isWorthwhile()) {
      look();
    }
  }

  /** A look is a round to the store, so it is for several deliveries where several are held. */
  private boolean isWorthwhile() {
    int most = most();
    int taken = held.get();
    return taken < most && (most - taken) * 2 >= most - concurrency;
  }

  /** What an attempt that was given up still has. */
  private enum Overrun {
    NONE,
    ON_A_LENT_THREAD,
    IN_ITS_PLACE
  }

  /** One attempt, from its start on a worker thread to the commit of its outcome. */
  private final class Attempt implements Runnable, DeliveryHandler.Done {
    private final LeasedDelivery delivery;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long takenNanos = System.nanoTime();
    private volatile boolean lost;
    private volatile boolean begun;
    private volatile long heldSinceNanos = takenNanos;
    private volatile long startedNanos = takenNanos;

    /** When the log is told that it takes long. Looked at by the timer only. */
    private long tellAtNanos = LONG_NANOS;

    /** Whether it was given up and what it has is not yet free. Guarded by this. */
    private Overrun overrun = Overrun.NONE;

    private boolean cameBack;

    Attempt(LeasedDelivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public void run() {
      startedNanos = System.nanoTime();
      begun = true;
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
      comesBack("was successful");
      end(new Outcome.Delivered(durationMillis(), handled));
    }

    @Override
    public void failed(Failure failure) {
      comesBack("failed");
      end(policy.afterFailure(delivery.lease().attempt(), failure, durationMillis(), random));
    }

    private boolean mayBeAnothers() {
      return lost
          || startedNanos - heldSinceNanos >= TimeUnit.MILLISECONDS.toNanos(inbox.leaseMillis());
    }

    long atWorkNanos(long now) {
      return begun ? now - startedNanos : 0;
    }

    private long durationMillis() {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    /** Gives it up if it has run out of time. */
    void look(long now) {
      long nanos = atWorkNanos(now);
      if (nanos >= attemptTimeout.toNanos()) {
        giveUp();
      } else if (nanos >= tellAtNanos) {
        tellAtNanos *= 10;
        LOG.warn(
            "{} has been at work for {} s; it is given up after {} s",
            this,
            TimeUnit.NANOSECONDS.toSeconds(nanos),
            attemptTimeout.toSeconds());
      }
    }

    private void giveUp() {
      synchronized (this) {
        if (cameBack || !ended.compareAndSet(false, true)) {
          return;
        }
        overrun = overruns.lend() ? Overrun.ON_A_LENT_THREAD : Overrun.IN_ITS_PLACE;
        overrunning.incrementAndGet();
      }
      LOG.warn(
          "{} is given up after {} s, and its route has not come back{}",
          this,
          attemptTimeout.toSeconds(),
          overrun == Overrun.IN_ITS_PLACE
              ? "; as many others have not either, so it keeps its place, and "
                  + subscription.name()
                  + " may come to a halt"
              : "");
      finish(
          policy.afterFailure(
              delivery.lease().attempt(),
              Failure.temporary(
                  "attempt-timeout",
                  "The attempt took longer than " + attemptTimeout.toSeconds() + " s"),
              durationMillis(),
              random));
      if (overrun == Overrun.ON_A_LENT_THREAD) {
        free();
      }
    }

    /** The route has come to its end, which may be long after the attempt was given up. */
    private void comesBack(String how) {
      Overrun was;
      synchronized (this) {
        was = cameBack ? Overrun.NONE : overrun;
        cameBack = true;
      }
      if (was == Overrun.NONE) {
        return;
      }
      overrunning.decrementAndGet();
      LOG.warn(
          "{}, which had been given up, {} after {} s",
          this,
          how,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos));
      if (was == Overrun.ON_A_LENT_THREAD) {
        overruns.giveBack();
      } else {
        free();
      }
    }

    /** For the log: the delivery's id begins with the event's reference. */
    @Override
    public String toString() {
      return "Attempt "
          + delivery.lease().attempt()
          + " of delivery "
          + delivery.lease().delivery()
          + " to subscription "
          + subscription.name();
    }

    void end(Outcome outcome) {
      if (ended.compareAndSet(false, true)) {
        finish(outcome);
        free();
      }
    }

    private void finish(Outcome outcome) {
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
    }

    private void free() {
      heldBytes.addAndGet(-delivery.event().body().length());
      held.decrementAndGet();
      if (begun) {
        readAhead.took(System.nanoTime() - startedNanos);
        places.leave();
      }
      freed();
    }
  }
}
