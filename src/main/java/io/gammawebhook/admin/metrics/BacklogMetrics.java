package io.gammawebhook.admin.metrics;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Subscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how full the inbox is. That costs queries, so they are made when somebody reads the gauges,
 * by a thread of its own and one look at a time: at most every {@value #FRESH_SECONDS} seconds, and
 * so seldom that they take a twentieth of the time. Whoever reads waits {@value #WAIT_MILLIS} ms at
 * most, and else gets what was seen last; once a look takes longer than {@value #PATIENCE_SECONDS}
 * seconds, or fails, the gauges are NaN and {@code gamma.webhook.store.up} is 0.
 *
 * <p>All nodes of a store show the same. Safe for use by many threads.
 */
public final class BacklogMetrics implements MeterBinder, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BacklogMetrics.class);

  private static final String PREFIX = "gamma.webhook.";
  private static final long FRESH_SECONDS = 5;
  private static final long WAIT_MILLIS = 250;
  private static final long PATIENCE_SECONDS = 5;
  private static final long OLD_SECONDS = 60;
  private static final long TIMES_ITS_DURATION = 20;

  private final Supplier<@Nullable Inbox> inbox;
  private final LongSupplier nanoTime;
  private final List<Bound> bound = new CopyOnWriteArrayList<>();
  private final ThreadPoolExecutor looks;

  private volatile @Nullable Seen seen;

  /** The look that is under way. Guarded by this. */
  private @Nullable Look look;

  /** Guarded by this. */
  private long nextNanos;

  /**
   * @param inbox the open one; null as long as nothing has opened it, which is not done here
   * @param nanoTime a clock that never goes back, such as {@code System::nanoTime}
   */
  public BacklogMetrics(Supplier<@Nullable Inbox> inbox, LongSupplier nanoTime) {
    this.inbox = inbox;
    this.nanoTime = nanoTime;
    nextNanos = nanoTime.getAsLong();
    looks =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1),
            task -> {
              Thread thread = new Thread(task, "gamma-webhook-status");
              thread.setDaemon(true);
              return thread;
            });
    looks.allowCoreThreadTimeOut(true);
  }

  /** What a look found. */
  private record Seen(
      double up,
      double unsubscribed,
      Map<Subscription, SubscriptionStatus> subscriptions,
      Map<SourceName, Long> quarantined) {

    static final Seen NOTHING = new Seen(Double.NaN, Double.NaN, Map.of(), Map.of());
    static final Seen DOWN = new Seen(0, Double.NaN, Map.of(), Map.of());

    static Seen of(InboxStatus status, Map<SourceName, Long> quarantined) {
      Map<Subscription, SubscriptionStatus> subscriptions = new LinkedHashMap<>();
      status.subscriptions().forEach(each -> subscriptions.put(each.subscription(), each));
      return new Seen(
          status.storeDown() ? 0 : 1, status.unsubscribedEvents(), subscriptions, quarantined);
    }
  }

  private record Look(long sinceNanos, CountDownLatch done) {}

  /** The gauges in one registry; those of subscriptions and sources come as they are seen. */
  private final class Bound {
    private final MeterRegistry registry;
    private final Map<Subscription, Gauges> subscriptions = new HashMap<>();
    private final Map<SourceName, Gauges> sources = new HashMap<>();

    Bound(MeterRegistry registry) {
      this.registry = registry;
    }

    synchronized void show(Seen now) {
      for (Subscription each : now.subscriptions().keySet()) {
        subscriptions.computeIfAbsent(each, this::gauges);
      }
      for (SourceName each : now.quarantined().keySet()) {
        sources.computeIfAbsent(each, this::gauges);
      }
    }

    private Gauges gauges(Subscription of) {
      String name = PREFIX + "deliveries";
      String what = "Deliveries of the subscription that are not settled, in the whole store";
      return new Gauges(registry, Meters.tags(of.source(), of.name()))
          .add(name, what, state("waiting"), () -> value(of, SubscriptionStatus::waiting))
          .add(name, what, state("leased"), () -> value(of, SubscriptionStatus::leased))
          .add(name, what, state("dead"), () -> value(of, SubscriptionStatus::dead))
          .addSeconds(
              PREFIX + "oldest.waiting",
              "For how long the oldest waiting delivery has been due",
              () -> value(of, each -> each.oldestWaitingMillis() / 1e3));
    }

    private Gauges gauges(SourceName of) {
      return new Gauges(registry, Tags.of("source", of.value()))
          .add(
              PREFIX + "quarantined.requests",
              "Requests of the source that are kept apart",
              () -> quarantined(of));
    }
  }

  private static Tags state(String state) {
    return Tags.of("state", state);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    new Gauges(registry, Tags.empty())
        .add(
            PREFIX + "store.up",
            "1 while the inbox's store can be read and written, else 0",
            () -> current().up())
        .add(
            PREFIX + "unsubscribed.events",
            "Stored events that no subscription has taken",
            () -> current().unsubscribed());
    Bound more = new Bound(registry);
    bound.add(more);
    Seen last = seen;
    if (last != null) {
      more.show(last);
    }
  }

  private double value(Subscription of, ToDoubleFunction<SubscriptionStatus> figure) {
    SubscriptionStatus status = current().subscriptions().get(of);
    return status == null ? Double.NaN : figure.applyAsDouble(status);
  }

  private double quarantined(SourceName of) {
    Seen now = current();
    Long count = now.quarantined().get(of);
    // What is empty is not in the list.
    return count != null ? count : now.up() == 1 ? 0 : Double.NaN;
  }

  private Seen current() {
    Look begun = beginLook();
    if (begun != null) {
      try {
        var unused = begun.done().await(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return known();
  }

  private synchronized Seen known() {
    long now = nanoTime.getAsLong();
    if (look != null && now - look.sinceNanos() > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
      return Seen.DOWN;
    }
    Seen last = seen;
    // What nobody has asked for lately is old.
    return last == null || now - nextNanos > TimeUnit.SECONDS.toNanos(OLD_SECONDS)
        ? Seen.NOTHING
        : last;
  }

  /** Null if what was seen is fresh, or a look is under way. */
  private synchronized @Nullable Look beginLook() {
    long now = nanoTime.getAsLong();
    if (look != null || now - nextNanos < 0) {
      return null;
    }
    Look begun = new Look(now, new CountDownLatch(1));
    try {
      looks.execute(() -> look(begun));
    } catch (RejectedExecutionException e) {
      // The application has stopped.
      return null;
    }
    look = begun;
    return begun;
  }

  private void look(Look begun) {
    long cost = 0;
    try {
      Seen now = see();
      cost = nanoTime.getAsLong() - begun.sinceNanos();
      seen = now;
      bound.forEach(each -> each.show(now));
    } catch (RuntimeException e) {
      LOG.debug("The inbox's store cannot be read for the metrics", e);
      seen = Seen.DOWN;
    } finally {
      ended(begun, cost);
    }
  }

  private Seen see() {
    Inbox open = inbox.get();
    return open == null ? Seen.NOTHING : Seen.of(open.status(), open.quarantine().counts());
  }

  /**
   * @param cost what the look took of the store; 0 if it failed, so that a store that is back is
   *     soon seen to be
   */
  private synchronized void ended(Look begun, long cost) {
    long pause =
        Math.min(
            TimeUnit.SECONDS.toNanos(OLD_SECONDS),
            Math.max(TimeUnit.SECONDS.toNanos(FRESH_SECONDS), TIMES_ITS_DURATION * cost));
    nextNanos = nanoTime.getAsLong() + pause;
    look = null;
    begun.done().countDown();
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
