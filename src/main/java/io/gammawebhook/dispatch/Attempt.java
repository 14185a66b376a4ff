package io.gammawebhook.dispatch;

import io.gammawebhook.dispatch.WorkerLog.Kind;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One attempt, from the lease of its delivery to its outcome: exactly one of delivered, failed,
 * released before it began, or given up when it ran out of time. Safe for use by many threads.
 */
final class Attempt implements Runnable, DeliveryHandler.Done {

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  /** After this time at work an attempt is worth a line in the log, and then after ten times it. */
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LeasedDelivery delivery;
  private final Terms terms;
  private final Holder holder;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final long takenNanos = System.nanoTime();
  private volatile boolean lost;
  private volatile boolean begun;
  private volatile long heldSinceNanos;
  private volatile long startedNanos = takenNanos;

  /** When the log is told that it takes long. Looked at by the timer only. */
  private long tellAtNanos = LONG_NANOS;

  /** What it keeps since it was given up, until its route comes back. Guarded by this. */
  private Overruns.@Nullable Keeps keeps;

  /** Guarded by this. */
  private boolean cameBack;

  Attempt(LeasedDelivery delivery, Terms terms, Holder holder) {
    this.delivery = delivery;
    this.heldSinceNanos = delivery.heldSinceNanos();
    this.terms = terms;
    this.holder = holder;
  }

  /**
   * What is the same for all attempts of a subscription.
   *
   * @param subscription its name, for the log
   * @param timeout how long an attempt may take before it is given up
   * @param leaseMillis how long a lease stands that is not renewed
   */
  record Terms(
      String subscription,
      DeliveryHandler handler,
      RetryPolicy policy,
      Duration timeout,
      long leaseMillis,
      Overruns overruns,
      WorkerLog log,
      RandomGenerator random) {}

  /** Who holds the delivery on this node. */
  interface Holder {

    /** Whether what is held may still begin. */
    boolean begins();

    /** The attempt has its outcome, which is to be stored. Called once. */
    void finish(Attempt attempt, Outcome outcome);

    /** Its lease is another's. Called once at most. */
    void lost(Attempt attempt);

    /** The permit of the attempt, and its place if it had begun, are free. Called once. */
    void free(Attempt attempt);
  }

  LeasedDelivery delivery() {
    return delivery;
  }

  int bodyBytes() {
    return delivery.event().body().length();
  }

  @Override
  public void run() {
    startedNanos = System.nanoTime();
    begun = true;
    if (!holder.begins() || mayBeAnothers()) {
      end(new Outcome.Released());
    } else if (delivery.lease().attempt() > terms.policy().maxAttempts()) {
      end(
          new Outcome.Dead(
              0,
              "attempts-used-up",
              "Attempt "
                  + (delivery.lease().attempt() - 1)
                  + " of "
                  + terms.policy().maxAttempts()
                  + " was cut off by a crash or a lost lease"));
    } else {
      try {
        terms.handler().handle(delivery, this);
      } catch (Throwable e) {
        // Errors too: a class that is missing in a route must not cost a permit for ever.
        failed(Failure.temporary(e.getClass().getName(), String.valueOf(e.getMessage())));
      }
    }
  }

  @Override
  public void succeeded(boolean handled) {
    comesBack("was successful");
    end(new Outcome.Delivered(TimeUnit.NANOSECONDS.toMillis(sinceStart()), handled));
  }

  @Override
  public void failed(Failure failure) {
    comesBack("failed");
    end(afterFailure(failure));
  }

  /** It has not begun, and another start or node may take its delivery. */
  void release() {
    end(new Outcome.Released());
  }

  boolean hasBegun() {
    return begun;
  }

  /** How long it has been at work at this time of {@link System#nanoTime}; 0 before its begin. */
  long atWorkNanos(long now) {
    return begun ? now - startedNanos : 0;
  }

  /** How long its delivery had been held at this time of {@link System#nanoTime}. */
  long heldNanos(long now) {
    return now - takenNanos;
  }

  /** Its lease stood at the time when its renewal was asked for, or did not any more. */
  void renewed(boolean stands, long askedNanos) {
    if (ended.get()) {
      return;
    }
    if (stands) {
      heldSinceNanos = askedNanos;
    } else if (!lost) {
      lost = true;
      say(
          Kind.LEASE_LOST,
          "The lease of delivery "
              + delivery.lease().delivery()
              + " is lost: another node may work on it; this attempt's completion will be refused");
      holder.lost(this);
    }
  }

  boolean isLost() {
    return lost;
  }

  private boolean mayBeAnothers() {
    return lost
        || startedNanos - heldSinceNanos >= TimeUnit.MILLISECONDS.toNanos(terms.leaseMillis());
  }

  /** Gives it up if it has run out of time. */
  void look(long now) {
    long nanos = atWorkNanos(now);
    if (nanos >= terms.timeout().toNanos()) {
      giveUp();
    } else if (nanos >= tellAtNanos) {
      tellAtNanos *= 10;
      say(
          Kind.LONG_AT_WORK,
          this
              + " has been at work for "
              + TimeUnit.NANOSECONDS.toSeconds(nanos)
              + " s; it is given up after "
              + terms.timeout().toSeconds()
              + " s");
    }
  }

  private void giveUp() {
    Overruns.Keeps kept;
    synchronized (this) {
      if (cameBack || !ended.compareAndSet(false, true)) {
        return;
      }
      kept = terms.overruns().begins();
      keeps = kept;
    }
    say(
        Kind.GIVEN_UP,
        this
            + " is given up after "
            + terms.timeout().toSeconds()
            + " s, and its route has not come back"
            + (kept == Overruns.Keeps.ITS_PLACE
                ? "; as many others have not either, so it keeps its place, and "
                    + terms.subscription()
                    + " may come to a halt"
                : ""));
    holder.finish(
        this,
        afterFailure(
            Failure.temporary(
                "attempt-timeout",
                "The attempt took longer than " + terms.timeout().toSeconds() + " s")));
    if (kept == Overruns.Keeps.ITS_THREAD) {
      holder.free(this);
    }
  }

  /** The route has come to its end, which may be long after the attempt was given up. */
  private void comesBack(String how) {
    Overruns.Keeps kept;
    synchronized (this) {
      kept = cameBack ? null : keeps;
      cameBack = true;
    }
    if (kept == null) {
      return;
    }
    say(
        Kind.CAME_BACK,
        this
            + ", which had been given up, "
            + how
            + " after "
            + TimeUnit.NANOSECONDS.toSeconds(sinceStart())
            + " s");
    terms.overruns().ends(kept);
    if (kept == Overruns.Keeps.ITS_PLACE) {
      holder.free(this);
    }
  }

  private void say(Kind kind, String text) {
    terms.log().write(LOG, Level.WARN, kind, leftOut -> text + leftOut);
  }

  private void end(Outcome outcome) {
    if (ended.compareAndSet(false, true)) {
      holder.finish(this, outcome);
      holder.free(this);
    }
  }

  private Outcome afterFailure(Failure failure) {
    return terms
        .policy()
        .afterFailure(
            delivery.lease().attempt(),
            failure,
            TimeUnit.NANOSECONDS.toMillis(sinceStart()),
            terms.random());
  }

  private long sinceStart() {
    return System.nanoTime() - startedNanos;
  }

  /** For the log: the delivery's id begins with the event's reference. */
  @Override
  public String toString() {
    return "Attempt "
        + delivery.lease().attempt()
        + " of delivery "
        + delivery.lease().delivery()
        + " to subscription "
        + terms.subscription();
  }
}
