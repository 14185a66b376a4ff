package io.gammawebhook.testkit;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.springboot.Spelling;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks of the application under test: events are sent as their senders do, signed and over
 * HTTP; time is moved to the next retry; and what became of a delivery is asserted.
 *
 * <pre>{@code
 * SentEvent event = webhooks.source("gamma").send("order.paid", "{\"number\": 7}");
 *
 * event.isAccepted().delivery("orders").failedOnce("IOException");
 * webhooks.nextRetry();
 * event.delivery("orders").isDelivered();
 * }</pre>
 *
 * <p>An assertion waits for what is under way, 10 seconds at most, and never for a retry. One that
 * fails throws an {@link AssertionError} that says what was there instead: state, attempts and
 * reason of each delivery, and the audit of the event.
 *
 * <p>On Spring Boot {@link WebhookTest} makes one; elsewhere {@link #prepare} does. For one test at
 * a time.
 */
public final class Webhooks implements AutoCloseable {

  static final Operator OPERATOR = new Operator("test", "ordered by the test");

  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final Duration QUIET_AFTER_TEST = Duration.ofSeconds(2);

  private final Supplier<CamelContext> camel;
  private final Supplier<URI> address;
  private final InboxTime time;
  private final @Nullable TemporaryFolder folder;
  private Patience patience = new Patience(Duration.ofSeconds(10));
  private @Nullable Instant began;

  /**
   * @param address of the application, without a slash at the end
   */
  Webhooks(
      Supplier<CamelContext> camel,
      Supplier<URI> address,
      InboxTime time,
      @Nullable TemporaryFolder folder) {
    this.camel = camel;
    this.address = address;
    this.time = time;
    this.folder = folder;
  }

  /**
   * Prepares a Camel context without Spring, before it starts: its inbox is a SQLite file in a
   * temporary folder, and its time stands still. The sources are those that its routes define
   * themselves, with {@code path} and {@code secrets}. With Camel Main it is called in {@code
   * MainListener.afterConfigure}, since Main's properties would take its place before.
   *
   * @param camel not started yet; it has its HTTP server ({@code camel-platform-http-main}) by the
   *     time the first event is sent
   * @param address of that server and its path, without a slash at the end, such as {@code
   *     http://localhost:8080}; asked for when something is sent, since the port may be a free one
   * @return to be closed after the context, which removes the folder
   */
  public static Webhooks prepare(CamelContext camel, Supplier<URI> address) {
    if (CamelContextHelper.findSingleByType(camel, WebhookRuntime.class) != null) {
      throw new IllegalStateException(
          "The context has opened its inbox already: call Webhooks.prepare before it starts");
    }
    InboxTime time = new InboxTime();
    TemporaryFolder folder = TemporaryFolder.make();
    camel.getRegistry().bind("webhookClock", new WebhookClock(time));
    WebhookInboxComponent component =
        camel.getComponent("webhook-inbox", WebhookInboxComponent.class);
    component.setDataDir(folder.path().toString());
    component.setPollInterval(POLL_INTERVAL);
    component.setShutdownDrain(Duration.ZERO);
    return new Webhooks(() -> camel, address, time, folder);
  }

  /** How often the workers look for what is due, in the application of a test. */
  static Duration pollInterval() {
    return POLL_INTERVAL;
  }

  /**
   * The sender of a source, by the source's name.
   *
   * @throws AssertionError if the application has no such source; the message names those it has
   */
  public Sender source(String name) {
    Receivers receivers = only(Receivers.class);
    Receiver receiver = receivers.forSource(new SourceName(name));
    if (receiver == null) {
      List<String> names =
          receivers.all().stream().map(each -> each.definition().name().value()).sorted().toList();
      throw new AssertionError(
          "There is no source '"
              + name
              + "' in this application; there are "
              + names
              + Spelling.nearest(name, names)
                  .map(meant -> ". Did you mean " + meant + "?")
                  .orElse(""));
    }
    return new Sender(this, receiver);
  }

  /**
   * An event that something else sent, such as a simulator: waits until the inbox has it.
   *
   * @param eventId the sender's id of it
   * @throws AssertionError if it does not come
   */
  public SentEvent event(String source, String eventId) {
    EventFilter filter =
        new EventFilter(
            null, new SourceName(source), null, null, null, null, null, eventId, null, null, null);
    List<FoundEvent> found = new ArrayList<>();
    patience.until(
        () -> {
          found.addAll(found(filter));
          return !found.isEmpty();
        });
    if (found.isEmpty()) {
      throw new AssertionError(
          "The source '"
              + source
              + "' did not receive an event with the id '"
              + eventId
              + "' within "
              + patience.most());
    }
    return SentEvent.ofAnother(this, found.get(0));
  }

  /**
   * The time that signatures are looked at with, for something else that signs, such as a simulator
   * of the sender. Safe for use by many threads.
   */
  public InstantSource clock() {
    return time;
  }

  /** The time of the inbox. */
  public Instant now() {
    return Instant.ofEpochMilli(inbox().vitals().storeTime());
  }

  /**
   * Moves time to the next retry: to the due time of the delivery of this test that waits and is
   * due first. Waits until that attempt has ended, and those that are due at the same time.
   *
   * <p>The retry policy stays what it is: time moves by what it says. On a database with a clock of
   * its own, which nobody moves, the retry is ordered at once ({@code retry now}) instead.
   *
   * @return how far off the retry was
   * @throws AssertionError if nothing waits, or an attempt does not end
   */
  public Duration nextRetry() {
    mustBeQuiet();
    List<Waiting> waiting =
        deliveries(EventState.WAITING)
            .sorted(Comparator.comparingLong(each -> each.delivery().dueAt()))
            .toList();
    if (waiting.isEmpty()) {
      throw new AssertionError(
          "Nothing waits for a retry. " + Report.of(this, found(sinceTheTestBegan(null))));
    }
    Instant now = now();
    Instant due = Instant.ofEpochMilli(waiting.get(0).delivery().dueAt());
    List<Waiting> next;
    if (timeIsOurs()) {
      time.moveTo(due);
      next =
          waiting.stream().filter(each -> each.delivery().dueAt() <= due.toEpochMilli()).toList();
    } else {
      next = waiting.subList(0, 1);
      inbox().makeDue(next.get(0).delivery().delivery(), OPERATOR);
    }
    next.forEach(this::awaitItsAttempt);
    return Duration.between(now, due);
  }

  /**
   * Moves time on, for what is not a retry: a signature that grows stale, retention, a limit of
   * requests per second. What becomes due goes its way; nothing waits for it.
   *
   * @param by more than zero
   * @throws IllegalStateException if the inbox is in a database with a clock of its own
   */
  public void advance(Duration by) {
    if (by.isNegative() || by.isZero()) {
      throw new IllegalArgumentException("Time goes on by more than 0 s, was " + by);
    }
    if (!timeIsOurs()) {
      throw new IllegalStateException(
          "The inbox is in a database with a clock of its own, which a test cannot move: let the"
              + " test have a temporary file, by @WebhookTest without 'store'");
    }
    mustBeQuiet();
    time.move(by);
  }

  /**
   * Lets assertions wait longer, or shorter, for what is under way.
   *
   * @param most in the time of the machine, more than zero
   */
  public Webhooks waitAtMost(Duration most) {
    patience = new Patience(most);
    return this;
  }

  /** Ends what {@link #prepare} has made. */
  @Override
  public void close() {
    if (folder != null) {
      folder.close();
    }
  }

  /** A test begins: what came before is not its own. */
  void begin() {
    time.tick();
    began = null;
    patience = new Patience(Duration.ofSeconds(10));
    WebhookRuntime runtime = CamelContextHelper.findSingleByType(camel.get(), WebhookRuntime.class);
    if (runtime != null && runtime.opened() != null) {
      began = now();
    }
  }

  /**
   * A test has ended. What it has under way does not go on into the next one, if it ends soon; and
   * what it leaves waiting is discarded, or the next test would move time to it, too.
   */
  void end() {
    WebhookRuntime runtime = CamelContextHelper.findSingleByType(camel.get(), WebhookRuntime.class);
    if (runtime == null || runtime.opened() == null) {
      return;
    }
    Patience quiet = new Patience(QUIET_AFTER_TEST);
    quiet.until(this::isQuiet);
    if (timeIsOurs() && deliveries(EventState.WAITING).findAny().isPresent()) {
      Operations operations = inbox().operations();
      operations.start(
          new Operations.Request(
              Operations.Kind.ERASE,
              false,
              sinceTheTestBegan(EventState.WAITING),
              null,
              false,
              Operations.MAX_RATE),
          OPERATOR);
      quiet.until(() -> deliveries(EventState.WAITING).findAny().isEmpty());
    }
  }

  Patience patience() {
    return patience;
  }

  URI address() {
    return address.get();
  }

  /** A time at which to sign, later than any before. */
  Instant nextTime() {
    time.tick();
    return time.instant();
  }

  Inbox inbox() {
    return only(WebhookRuntime.class).inbox();
  }

  /** How far the retry policy varies a wait, as a share of it. */
  double jitter() {
    return only(WebhookRuntime.class).retryPolicy().jitter();
  }

  /** Whether nothing happens of itself: then what waits, waits until the test moves time. */
  boolean timeIsOurs() {
    return inbox().vitals().storeTime() == time.millis();
  }

  List<FoundEvent> found(EventFilter filter) {
    List<FoundEvent> events = new ArrayList<>();
    EventSearch.Page page = inbox().search().events(filter, null, 1_000);
    events.addAll(page.events());
    while (page.next() != null) {
      page = inbox().search().events(filter, page.next(), 1_000);
      events.addAll(page.events());
    }
    return events;
  }

  private <T> T only(Class<T> type) {
    T found = CamelContextHelper.findSingleByType(camel.get(), type);
    if (found == null) {
      throw new AssertionError(
          "The application has no "
              + type.getSimpleName()
              + ": no source is configured and no route begins with webhook-inbox, or it has no HTTP"
              + " server; write @SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)");
    }
    return found;
  }

  private EventFilter sinceTheTestBegan(@Nullable EventState state) {
    return new EventFilter(null, null, null, state, null, began, null, null, null, null, null);
  }

  /** A delivery of this test. */
  private record Waiting(FoundEvent event, FoundDelivery delivery) {}

  private Stream<Waiting> deliveries(EventState state) {
    return found(sinceTheTestBegan(state)).stream()
        .flatMap(
            event ->
                event.deliveries().stream()
                    .filter(each -> each.newest() && each.state() == state)
                    .map(each -> new Waiting(event, each)));
  }

  /** Nothing is at work, and nothing is due. */
  private boolean isQuiet() {
    long now = inbox().vitals().storeTime();
    return deliveries(EventState.LEASED).findAny().isEmpty()
        && deliveries(EventState.WAITING).noneMatch(each -> each.delivery().dueAt() <= now);
  }

  /**
   * A lease is counted by the inbox's time too: moved while an attempt is at work, it would end.
   */
  private void mustBeQuiet() {
    if (!patience.until(this::isQuiet)) {
      throw new AssertionError(
          "Time is not moved while an attempt is at work or due: one did not end within "
              + patience.most()
              + ". "
              + Report.of(this, found(sinceTheTestBegan(null))));
    }
  }

  private void awaitItsAttempt(Waiting before) {
    FoundDelivery was = before.delivery();
    if (!patience.until(
        () ->
            inbox()
                .search()
                .find(before.event().reference())
                .orElseThrow()
                .summary()
                .deliveries()
                .stream()
                .filter(is -> is.delivery().equals(was.delivery()))
                .anyMatch(
                    is ->
                        is.state() != EventState.LEASED
                            && (is.attempts() > was.attempts() || is.endedAt() != null)))) {
      throw new AssertionError(
          "The retry of the delivery to '"
              + was.subscription()
              + "' did not end within "
              + patience.most()
              + ". "
              + Report.of(this, found(sinceTheTestBegan(null))));
    }
  }
}
