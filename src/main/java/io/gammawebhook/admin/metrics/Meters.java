package io.gammawebhook.admin.metrics;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.Measure.AttemptOutcome;
import io.gammawebhook.measure.RequestOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of one registry, each looked up once. Safe for use by many threads. */
final class Meters {

  private static final String PREFIX = "gamma.webhook.";

  /** For a sender that waits for its answer. */
  private static final Duration[] ANSWER =
      seconds(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10);

  private static final Duration[] ATTEMPT = seconds(.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60);

  /** For what may have been tried again for hours. */
  private static final Duration[] DELIVERY =
      seconds(.01, .05, .1, .5, 1, 5, 15, 60, 300, 1_800, 7_200, 43_200);

  private static final Duration[] COMMIT = seconds(.001, .0025, .005, .01, .025, .05, .1, .5, 1, 5);

  /** They are there from the first request of a source on: what grows is seen to grow. */
  private static final List<RequestOutcome> COMMON =
      List.of(
          RequestOutcome.ACCEPTED,
          RequestOutcome.DUPLICATE,
          RequestOutcome.rejected("signature-mismatch"),
          RequestOutcome.unavailable("line-full"),
          RequestOutcome.unavailable("store-line-full"),
          RequestOutcome.unavailable("store-down"));

  private final MeterRegistry registry;
  private final BoundedReasons ofRequests;
  private final BoundedReasons ofAttempts;
  private final Map<SourceName, Requests> sources = new ConcurrentHashMap<>();
  private final Map<SourceName, Map<SubscriptionName, Deliveries>> subscriptions =
      new ConcurrentHashMap<>();
  private final Requests unknown;
  private final DistributionSummary batches;
  private final Timer transactions;
  private final Timer commits;
  private final Counter failedByStore;
  private final Counter failedByRow;

  Meters(MeterRegistry registry, BoundedReasons ofRequests, BoundedReasons ofAttempts) {
    this.registry = registry;
    this.ofRequests = ofRequests;
    this.ofAttempts = ofAttempts;
    unknown = new Requests("unknown");
    batches =
        DistributionSummary.builder(PREFIX + "batch.requests")
            .description("Requests of senders in one transaction of the store")
            .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000)
            .register(registry);
    transactions =
        timer(
            "transaction.duration",
            "From the begin of a transaction of the store to its confirmed commit",
            COMMIT,
            Tags.empty());
    commits = timer("commit.duration", "The commit of a transaction alone", COMMIT, Tags.empty());
    failedByStore = failed("store");
    failedByRow = failed("row");
  }

  private static Duration[] seconds(double... seconds) {
    Duration[] all = new Duration[seconds.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = Duration.ofNanos((long) (seconds[i] * 1e9));
    }
    return all;
  }

  private Timer timer(String name, String description, Duration[] buckets, Tags tags) {
    return Timer.builder(PREFIX + name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .tags(tags)
        .register(registry);
  }

  private Counter counter(String name, String description, Tags tags) {
    return Counter.builder(PREFIX + name).description(description).tags(tags).register(registry);
  }

  private Counter failed(String cause) {
    return counter(
        "transactions.failed",
        "Transactions that were not committed, or are not known to be",
        Tags.of("cause", cause));
  }

  void answered(@Nullable SourceName source, RequestOutcome outcome, long nanos) {
    if (source == null) {
      unknown.answered(outcome, nanos);
      return;
    }
    Requests requests = sources.get(source);
    if (requests == null) {
      requests = sources.computeIfAbsent(source, Meters.this::requestsOf);
    }
    requests.answered(outcome, nanos);
  }

  private Requests requestsOf(SourceName source) {
    Requests requests = new Requests(source.value());
    COMMON.forEach(requests::of);
    return requests;
  }

  void committed(int requests, long nanos, long commitNanos) {
    transactions.record(nanos, TimeUnit.NANOSECONDS);
    commits.record(commitNanos, TimeUnit.NANOSECONDS);
    if (requests > 0) {
      batches.record(requests);
    }
  }

  void notCommitted(boolean storeFailed) {
    (storeFailed ? failedByStore : failedByRow).increment();
  }

  Deliveries of(SourceName source, SubscriptionName subscription) {
    Map<SubscriptionName, Deliveries> ofSource = subscriptions.get(source);
    if (ofSource == null) {
      ofSource = subscriptions.computeIfAbsent(source, name -> new ConcurrentHashMap<>());
    }
    Deliveries found = ofSource.get(subscription);
    return found != null
        ? found
        : ofSource.computeIfAbsent(
            subscription, name -> new Deliveries(tags(source, subscription)));
  }

  static Tags tags(SourceName source, SubscriptionName subscription) {
    return Tags.of("source", source.value(), "subscription", subscription.value());
  }

  Gauges line(String name, Measure.Line line) {
    return new Gauges(registry, Tags.of("line", name))
        .add(PREFIX + "line.requests", "Requests in the line", line::requests)
        .add(PREFIX + "line.max.requests", "Requests that it may hold", line::maxRequests)
        .add(PREFIX + "line.bytes", "Bytes of requests in the line", line::bytes)
        .add(PREFIX + "line.max.bytes", "Bytes that it may hold", line::maxBytes);
  }

  Gauges pool(Measure.Pool pool) {
    String name = PREFIX + "pool.connections";
    String what = "Connections to the store";
    return new Gauges(registry, Tags.empty())
        .add(name, what, Tags.of("state", "active"), pool::active)
        .add(name, what, Tags.of("state", "idle"), pool::idle)
        .add(PREFIX + "pool.max.connections", "Connections that there may be", pool::max)
        .add(PREFIX + "pool.waiting", "Threads that wait for a connection", pool::waiting);
  }

  Gauges places(SourceName source, SubscriptionName subscription, Measure.WorkPlaces places) {
    return new Gauges(registry, tags(source, subscription))
        .add(PREFIX + "worker.busy", "Deliveries at work", places::busy)
        .add(PREFIX + "worker.max", "Deliveries that may be at work at a time", places::max)
        .add(PREFIX + "worker.lined.up", "Deliveries held, and not begun", places::linedUp)
        .add(
            PREFIX + "worker.overruns",
            "Attempts given up whose route has not come back",
            places::overruns);
  }

  /** The requests of one source. */
  private final class Requests {
    private final String source;
    private final Map<RequestOutcome, Counter> counters = new ConcurrentHashMap<>();
    private final Map<RequestOutcome.Kind, Timer> timers = new ConcurrentHashMap<>();

    Requests(String source) {
      this.source = source;
    }

    void answered(RequestOutcome outcome, long nanos) {
      of(outcome).increment();
      Timer timer = timers.get(outcome.kind());
      if (timer == null) {
        timer = timers.computeIfAbsent(outcome.kind(), this::timerOf);
      }
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    Counter of(RequestOutcome outcome) {
      Counter found = counters.get(outcome);
      if (found != null) {
        return found;
      }
      String reason = ofRequests.tag(outcome.reason());
      Counter made =
          counter(
              "received",
              "Requests on the paths of the sources, by what became of them",
              Tags.of("source", source, "outcome", outcome.kind().code(), "reason", reason));
      if (reason.equals(outcome.reason())) {
        // Only what is bounded is kept.
        counters.put(outcome, made);
      }
      return made;
    }

    private Timer timerOf(RequestOutcome.Kind kind) {
      return timer(
          "answer.latency",
          "From the head of a request to our answer",
          ANSWER,
          Tags.of("source", source, "outcome", kind.code()));
    }
  }

  /** The deliveries of one subscription. */
  final class Deliveries {
    private final Tags tags;
    private final Counter dead;
    private final Counter lost;
    private final Timer latency;
    private final Map<AttemptOutcome, Attempts> attempts = new ConcurrentHashMap<>();

    private Deliveries(Tags tags) {
      this.tags = tags;
      dead = counter("dead.letters", "Deliveries that became dead letters", tags);
      lost = counter("leases.lost", "Deliveries whose lease this node lost", tags);
      latency =
          timer(
              "delivery.latency",
              "From the receipt of an event to its first delivery to the subscription",
              DELIVERY,
              tags);
    }

    void attempted(AttemptOutcome outcome, @Nullable String reason, long millis) {
      Attempts found = attempts.get(outcome);
      if (found == null) {
        found = attempts.computeIfAbsent(outcome, each -> new Attempts(tags, each));
      }
      found.ended(ofAttempts.tag(reason), millis);
    }

    void delivered(long millis) {
      latency.record(millis, TimeUnit.MILLISECONDS);
    }

    void died() {
      dead.increment();
    }

    void leaseLost() {
      lost.increment();
    }
  }

  /** The attempts of one subscription that ended in the same way. */
  private final class Attempts {
    private final Tags tags;
    private final Timer duration;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    Attempts(Tags subscription, AttemptOutcome outcome) {
      tags = subscription.and("outcome", outcome.name().toLowerCase(Locale.ROOT));
      duration =
          timer("attempt.duration", "From the begin of an attempt to its outcome", ATTEMPT, tags);
    }

    /**
     * @param reason of a bounded number
     */
    void ended(String reason, long millis) {
      Counter counter = counters.get(reason);
      if (counter == null) {
        counter =
            counters.computeIfAbsent(
                reason,
                each ->
                    counter(
                        "attempts",
                        "Attempts whose outcome is committed",
                        tags.and("reason", each)));
      }
      counter.increment();
      duration.record(millis, TimeUnit.MILLISECONDS);
    }
  }
}
