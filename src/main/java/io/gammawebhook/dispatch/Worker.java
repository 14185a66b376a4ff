package io.gammawebhook.dispatch;

import io.gammawebhook.audit.OneLine;
import io.gammawebhook.dispatch.WorkerLog.Kind;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.measure.Measure;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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

  private final Inbox inbox;
  private final Subscription subscription;
  private final ScheduledExecutorService timer;
  private final long pollMillis;
  private final ReadAhead readAhead;
  private final Places<Attempt> places;
  private final Overruns overruns;
  private final WorkerLog log = new WorkerLog();

  private final Measure measure;
  private final Permits permits;
  private final Attempt.Terms terms;
  private final Attempts attempts = new Attempts();
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
  private volatile Measure.Watch watch = Measure.Watch.NOTHING;

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
      RandomGenerator random,
      Measure measure) {
    this.measure = measure;
    this.inbox = inbox;
    this.subscription = subscription;
    this.pollMillis = settings.pollInterval().toMillis();
    this.timer = timer;
    this.alarm = new Alarm(timer, this::look);
    this.readAhead = new ReadAhead(settings.concurrency());
    this.permits = new Permits(settings.concurrency(), readAhead);
    this.places = new Places<>(settings.concurrency(), executor, this::refused);
    this.overruns = new Overruns(executor, settings.concurrency());
    this.terms =
        new Attempt.Terms(
            subscription.name().value(),
            handler,
            settings.retryPolicy(),
            settings.attemptTimeout(),
            inbox.leaseMillis(),
            overruns,
            log,
            random);
  }

  /** Begins to take deliveries. */
  void start() {
    running = true;
    more = true;
    mode = Mode.BACKLOG;
    alarm.start();
    inbox.attach(subscription, this);
    watch.close();
    watch = measure.watch(subscription.source(), subscription.name(), new Held());
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
    watch.close();
    giveBackAll();
    log.sumUp();
  }

  /** How many deliveries are at work; 0 after {@link #stop} means that all have ended. */
  public int atWork() {
    return atWork.size();
  }

  /** How many permits are taken: by deliveries that are held, and by a claim under way. */
  int permitsTaken() {
    return permits.taken();
  }

  /** How many attempts were given up and still have a thread, since their routes hang. */
  public int overruns() {
    return overruns.count();
  }

  @Override
  public boolean tryReserve() {
    if (!running || mode == Mode.BACKLOG) {
      return false;
    }
    if (permits.take(1) == 1) {
      return true;
    }
    // Those that come after this one queue behind it.
    mode = Mode.BACKLOG;
    return false;
  }

  @Override
  public void cancel() {
    permits.giveBack(1);
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
    Attempt attempt = new Attempt(delivery, terms, attempts);
    atWork.put(delivery.lease(), attempt);
    permits.holds(attempt.bodyBytes());
    return attempt;
  }

  private void enterThoseBehind() {
    for (Attempt next = behind.poll(); next != null; next = behind.poll()) {
      places.enter(next);
    }
  }

  private void refused(Attempt attempt, RuntimeException cause) {
    // The pool is shutting down: another start of this node, or another node, takes it.
    if (running) {
      String text =
          "The pool of " + subscription.name() + " refused a delivery: " + OneLine.of(cause);
      log.write(LOG, Level.WARN, Kind.REFUSED_BY_POOL, leftOut -> text + leftOut);
    }
    more = true;
    attempt.release();
    places.leave();
  }

  /** Claims what there are permits for; a look asked for meanwhile follows when this is done. */
  private void look() {
    if (running && looks.getAndIncrement() == 0) {
      claim();
    }
  }

  private void claim() {
    int free = permits.takeFree(mode != Mode.BACKLOG);
    if (free == 0) {
      // All are taken: one that ends looks again. One may have ended before it could know of the
      // backlog.
      more = true;
      mode = Mode.BACKLOG;
      looked(permits.areWorthALook() ? 0 : pollMillis);
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
                permits.giveBack(free);
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
    permits.giveBack(asked - deliveries.size());
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
    } else if (running && permits.areWorthALook()) {
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
            attempt -> attempt.heldNanos(now) >= TimeUnit.MILLISECONDS.toNanos(LINED_UP_MILLIS));
    if (!waiting.isEmpty()) {
      atWork.values().forEach(attempt -> readAhead.takes(attempt.atWorkNanos(now)));
      more = true;
      waiting.forEach(attempt -> attempt.release());
    }
  }

  private void giveBackAll() {
    enterThoseBehind();
    places.takeOut(attempt -> true).forEach(attempt -> attempt.release());
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
                String text =
                    "Leases of "
                        + subscription.name()
                        + " could not be renewed: "
                        + OneLine.of(failure);
                log.write(LOG, Level.WARN, Kind.LEASES_NOT_RENEWED, leftOut -> text + leftOut);
                LOG.debug("Leases of {} could not be renewed", subscription.name(), failure);
              } else {
                leases.forEach(lease -> renewed(lease, renewed.contains(lease), asked));
              }
            });
  }

  private void renewed(Lease lease, boolean stands, long asked) {
    Attempt attempt = atWork.get(lease);
    if (attempt != null) {
      attempt.renewed(stands, asked);
    }
  }

  private void freed() {
    if (more) {
      lookIfWorthwhile();
    }
  }

  private void lookIfWorthwhile() {
    if (permits.areWorthALook()) {
      look();
    }
  }

  /** What this worker holds, for whoever looks. */
  private final class Held implements Measure.WorkPlaces {

    @Override
    public int busy() {
      return places.taken();
    }

    @Override
    public int max() {
      return places.size();
    }

    @Override
    public int linedUp() {
      return (int) atWork.values().stream().filter(attempt -> !attempt.hasBegun()).count();
    }

    @Override
    public int overruns() {
      return Worker.this.overruns();
    }
  }

  /** The attempts of this worker. */
  private final class Attempts implements Attempt.Holder {

    @Override
    public boolean begins() {
      return running;
    }

    @Override
    public void finish(Attempt attempt, Outcome outcome) {
      LeasedDelivery delivery = attempt.delivery();
      inbox
          .finish(delivery, outcome)
          .whenComplete(
              (stood, failure) -> {
                atWork.remove(delivery.lease());
                finished(attempt, outcome, Boolean.TRUE.equals(stood), failure);
              });
    }

    private void finished(
        Attempt attempt, Outcome outcome, boolean stood, @Nullable Throwable failure) {
      LeasedDelivery delivery = attempt.delivery();
      if (failure != null) {
        String text =
            "The end of delivery "
                + delivery.lease().delivery()
                + " could not be stored: it will be delivered again when its lease ends: "
                + OneLine.of(failure);
        log.write(LOG, Level.ERROR, Kind.END_NOT_STORED, leftOut -> text + leftOut);
        LOG.debug(
            "The end of delivery {} could not be stored", delivery.lease().delivery(), failure);
        alarm.within(Math.min(pollMillis, inbox.leaseMillis()));
      } else if (!stood) {
        String text =
            "The end of delivery "
                + delivery.lease().delivery()
                + " changed nothing: its lease was lost, or the end is stored already, by a commit"
                + " that the store could not confirm";
        log.write(LOG, Level.WARN, Kind.END_WITHOUT_EFFECT, leftOut -> text + leftOut);
        if (!attempt.isLost()) {
          lost(attempt);
        }
      } else if (outcome instanceof Outcome.Released) {
        alarm.within(Math.min(pollMillis, AFTER_FAILURE_MILLIS));
      } else if (outcome instanceof Outcome.Retry retry) {
        alarm.within(Math.min(pollMillis, retry.delayMillis()));
      }
    }

    @Override
    public void lost(Attempt attempt) {
      measure.leaseLost(subscription.source(), subscription.name());
    }

    @Override
    public void free(Attempt attempt) {
      permits.ended(attempt.bodyBytes());
      if (attempt.hasBegun()) {
        readAhead.took(attempt.atWorkNanos(System.nanoTime()));
        places.leave();
      }
      freed();
    }
  }
}
