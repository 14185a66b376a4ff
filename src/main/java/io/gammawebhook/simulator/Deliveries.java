package io.gammawebhook.simulator;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.simulator.Hook.Send;
import io.gammawebhook.simulator.SimulatedDelivery.Outcome;
import io.gammawebhook.verify.EventFields;
import io.gammawebhook.verify.SignatureScheme;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends events to registrations, again after failures, and gives up at some time. */
final class Deliveries implements AutoCloseable {

  /** What waits for all registrations together. */
  static final int MOST_UNFINISHED = 10_000;

  static final String TOO_MANY_FAILURES = "too many failures";

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
  private static final int CLIENT_THREADS = 4;

  private final Lock lock;
  private final GammaSimulator.Builder settings;
  private final SignatureScheme scheme;
  private final EventFields fields;
  private final ScheduledThreadPoolExecutor later;
  private final ExecutorService threads;
  private final HttpClient client;
  private final Deque<SimulatedDelivery> log = new ArrayDeque<>();

  private boolean held;
  private boolean closed;
  private long unfinished;
  private long attempts;
  private long delivered;
  private long duplicates;
  private long failed;
  private long givenUp;

  Deliveries(Lock lock, GammaSimulator.Builder settings, SignatureScheme scheme) {
    this.lock = lock;
    this.settings = settings;
    this.scheme = scheme;
    this.fields = fields(scheme);
    this.later =
        new ScheduledThreadPoolExecutor(1, action -> daemon(action, "gamma-simulator-later"));
    later.setRemoveOnCancelPolicy(true);
    this.threads =
        Executors.newFixedThreadPool(
            CLIENT_THREADS, action -> daemon(action, "gamma-simulator-sender"));
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(threads)
            .build();
  }

  static EventFields fields(SignatureScheme scheme) {
    return new EventFields(scheme.eventId(), scheme.eventType(), scheme.cloudEvents());
  }

  static Thread daemon(Runnable action, String name) {
    Thread thread = new Thread(action, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Whether something more may wait. */
  boolean hasRoom() {
    return unfinished < MOST_UNFINISHED;
  }

  /** Sends to each, in the order of the calls. */
  void send(SimulatedEvent event, List<Hook> hooks, boolean duplicate) {
    for (Hook hook : hooks) {
      begin(hook);
      line(new Send(event, hook, duplicate, 1));
    }
  }

  /** Sends to each when the time has passed. */
  void sendLater(SimulatedEvent event, List<Hook> hooks, Duration wait) {
    for (Hook hook : hooks) {
      begin(hook);
      lineLater(new Send(event, hook, false, 1), wait);
    }
  }

  /** Sends at once, also to one that is disabled. */
  void test(SimulatedEvent event, Hook hook) {
    begin(hook);
    start(new Send(event, hook, false, 1));
  }

  private void begin(Hook hook) {
    hook.unfinished++;
    unfinished++;
  }

  private void finish(Hook hook) {
    hook.unfinished--;
    unfinished--;
  }

  private void line(Send send) {
    if (send.hook().removed) {
      finish(send.hook());
      return;
    }
    send.hook().ready.add(send);
    pump(send.hook());
  }

  private void lineLater(Send send, Duration wait) {
    try {
      later.schedule(
          () -> lock.run(() -> line(send)), waiting(wait, settings.speed), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed.
      finish(send.hook());
    }
  }

  /** How long a waiting really takes, in nanoseconds. */
  static long waiting(Duration wait, double speed) {
    return (long) (wait.toNanos() / speed);
  }

  /** Starts what may start. */
  void pump(Hook hook) {
    while (!held
        && !closed
        && hook.isEnabled()
        && hook.underWay < settings.inFlight
        && !hook.ready.isEmpty()) {
      start(hook.ready.remove());
    }
  }

  /** What waits for one that was deleted is not sent. */
  void remove(Hook hook) {
    hook.removed = true;
    while (hook.ready.poll() != null) {
      finish(hook);
    }
  }

  void hold(boolean hold, Iterable<Hook> hooks) {
    held = hold;
    hooks.forEach(this::pump);
  }

  private void start(Send send) {
    Hook hook = send.hook();
    hook.underWay++;
    Instant now = settings.clock.instant();
    long started = System.nanoTime();
    CompletableFuture<HttpResponse<Void>> answer;
    try {
      answer =
          client.sendAsync(request(send, now, started), HttpResponse.BodyHandlers.discarding());
      CompletableFuture<?> sent = answer;
      // The client's own time-out ends with the headers of an answer.
      var end =
          later.schedule(() -> sent.cancel(true), settings.timeout.toNanos(), TimeUnit.NANOSECONDS);
      answer.whenCompleteAsync(
          (response, fault) -> {
            end.cancel(false);
            lock.run(() -> ended(send, now, System.nanoTime() - started, response));
          },
          threads);
    } catch (RejectedExecutionException e) {
      // Closed.
      hook.underWay--;
      finish(hook);
    }
  }

  private HttpRequest request(Send send, Instant now, long nanos) {
    SimulatedEvent event = send.event();
    RawBody body = event.body();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("user-agent", "gamma-simulator");
    headers.putAll(fields.headers(event.id(), event.type()));
    headers.putAll(send.hook().signer(scheme, nanos).sign(event.id(), now, body));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(send.hook().target())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
    headers.forEach(request::header);
    return request.build();
  }

  private void ended(
      Send send, Instant startedAt, long nanos, @Nullable HttpResponse<Void> response) {
    if (closed) {
      return;
    }
    Hook hook = send.hook();
    int status = response == null ? 0 : response.statusCode();
    hook.underWay--;
    attempts++;
    if (send.duplicate()) {
      duplicates++;
    }
    Outcome outcome;
    if (status / 100 == 2) {
      outcome = Outcome.DELIVERED;
      hook.failuresInRow = 0;
      delivered++;
      finish(hook);
    } else {
      failed++;
      outcome = failed(send, status, retryAfter(response));
    }
    log.add(
        new SimulatedDelivery(
            hook.id,
            send.event().id(),
            send.event().type(),
            send.attempt(),
            status,
            send.duplicate(),
            outcome,
            startedAt,
            Duration.ofNanos(nanos)));
    if (log.size() > settings.keepDeliveries) {
      log.remove();
    }
    pump(hook);
  }

  private Outcome failed(Send send, int status, Duration retryAfter) {
    Hook hook = send.hook();
    hook.failuresInRow++;
    if (status == 410) {
      hook.disable("answered 410", settings.clock.instant());
    } else if (settings.disableAfter > 0
        && hook.failuresInRow >= settings.disableAfter
        && hook.isEnabled()) {
      hook.disable(TOO_MANY_FAILURES, settings.clock.instant());
    }
    if (status == 410 || hook.removed || send.attempt() > settings.retrySchedule.size()) {
      givenUp++;
      finish(hook);
      return Outcome.GIVEN_UP;
    }
    Duration wait = settings.retrySchedule.get(send.attempt() - 1);
    lineLater(send.again(), wait.compareTo(retryAfter) < 0 ? retryAfter : wait);
    return Outcome.RETRIED;
  }

  /** In whole seconds, as receivers write it who want to be left alone; none is 0. */
  private static Duration retryAfter(@Nullable HttpResponse<?> response) {
    String text =
        response == null ? "" : response.headers().firstValue("retry-after").orElse("").strip();
    if (!text.matches("[0-9]{1,9}")) {
      return Duration.ZERO;
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(text));
    return wait.compareTo(LONGEST_RETRY_AFTER) < 0 ? wait : LONGEST_RETRY_AFTER;
  }

  List<SimulatedDelivery> log() {
    return List.copyOf(log);
  }

  Totals totals(int registrations, long events, long unwanted) {
    return new Totals(
        registrations,
        events,
        unwanted,
        attempts,
        delivered,
        duplicates,
        failed,
        givenUp,
        unfinished);
  }

  @Override
  public void close() {
    lock.run(() -> closed = true);
    later.shutdownNow();
    threads.shutdownNow();
  }
}
