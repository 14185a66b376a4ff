package io.gammawebhook.dispatch;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.MovableTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A real inbox in a file with a lease of 5 s, a dispatcher, and threads for the attempts. */
final class WorkerFixture implements AutoCloseable {

  /** So long that a test which waits for a poll fails. */
  static final Duration NEVER_POLLS = Duration.ofHours(1);

  static final Duration POLLS_OFTEN = Duration.ofMillis(20);

  final MovableTime time = new MovableTime();

  /** How many leases the metrics call lost. */
  final AtomicInteger lostLeases = new AtomicInteger();

  private final Measure measure =
      new Measure() {
        @Override
        public void leaseLost(SourceName source, SubscriptionName name) {
          lostLeases.incrementAndGet();
        }
      };

  final ExecutorService pool = Executors.newCachedThreadPool();
  private final InstantSource clock;
  private final String url;
  private Dispatcher dispatcher;
  JdbcInbox inbox;
  Subscription subscription;

  /** With a clock that stands still unless the test moves it. */
  WorkerFixture(Path folder) {
    this(folder, time -> time);
  }

  /** With a clock that runs, plus what the test moves it by. */
  static WorkerFixture running(Path folder) {
    return new WorkerFixture(
        folder, time -> () -> InstantSource.system().instant().plusMillis(time.offset()));
  }

  private WorkerFixture(Path folder, Function<MovableTime, InstantSource> clock) {
    this.url = "jdbc:sqlite:" + folder.resolve("inbox.db");
    this.clock = clock.apply(time);
    this.inbox = openInbox();
    this.dispatcher = new Dispatcher(inbox, new SecureRandom(), measure);
    this.subscription = register();
  }

  private JdbcInbox openInbox() {
    return JdbcInbox.open(
        InboxSettings.ofUrl(url, null, null, "node-1").withLease(Duration.ofSeconds(5)),
        clock,
        new SecureRandom());
  }

  private Subscription register() {
    return inbox.register(GAMMA, new SubscriptionName("all"), List.of());
  }

  /** What a crash leaves: nothing of what is at work is finished. */
  void crashAndReopen() {
    dispatcher.close();
    inbox.close();
    inbox = openInbox();
    dispatcher = new Dispatcher(inbox, new SecureRandom(), measure);
    subscription = register();
  }

  Worker start(WorkerSettings settings, DeliveryHandler handler) {
    return start(settings, handler, pool);
  }

  Worker start(WorkerSettings settings, DeliveryHandler handler, Executor executor) {
    return dispatcher.start(subscription, handler, settings, executor);
  }

  /** A worker on this inbox's store whose calls go through another one. */
  Worker startThrough(Inbox through, WorkerSettings settings, DeliveryHandler handler) {
    Dispatcher other = new Dispatcher(through, new SecureRandom());
    return other.start(subscription, handler, settings, pool);
  }

  static WorkerSettings settings(int concurrency, Duration poll, Duration... schedule) {
    return new WorkerSettings(
        concurrency, RetryPolicy.DEFAULT.withSchedule(List.of(schedule)), poll);
  }

  void accept(String id) {
    assertThat(inbox.accept(event(id)).toCompletableFuture().join())
        .isInstanceOf(Acceptance.Accepted.class);
    time.advance(Duration.ofMillis(1));
  }

  void accept(int count) {
    for (int i = 0; i < count; i++) {
      accept("evt-" + i);
    }
  }

  /** How many deliveries are in this state. */
  long count(String state) {
    return Long.parseLong(
        rows("select count(*) from webhook_delivery where state = '" + state + "'").get(0));
  }

  /** How long from now the one delivery is due, in milliseconds by the store's clock. */
  long dueIn() {
    return Long.parseLong(rows("select due_at from webhook_delivery").get(0)) - clock.millis();
  }

  List<String> rows(String sql) {
    try (Connection c = DriverManager.getConnection(url + "?busy_timeout=10000");
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (r.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(r.getString(i)));
        }
        rows.add(String.join(" ", row));
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
  }

  void awaitCount(String state, long expected) {
    await().untilAsserted(() -> assertThat(count(state)).isEqualTo(expected));
  }

  @Override
  public void close() {
    dispatcher.close();
    inbox.close();
    pool.shutdownNow();
  }
}
