package io.gammawebhook.dispatch;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.gammawebhook.testing.TcpProxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node learns of its commit only after the lease that it made has ended. */
@Timeout(60)
class SlowCommitTest {

  private static final WorkerSettings SETTINGS =
      new WorkerSettings(2, RetryPolicy.DEFAULT, Duration.ofMillis(50));

  private final String database = EmbeddedPostgresServer.freshDatabase();
  private final TcpProxy proxy = new TcpProxy(EmbeddedPostgresServer.port());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final JdbcInbox slow = open("localhost:" + proxy.port(), "slow");
  private final JdbcInbox other = open("localhost:" + EmbeddedPostgresServer.port(), "other");
  private final Dispatcher slowDispatcher = new Dispatcher(slow, new SecureRandom());
  private final Dispatcher otherDispatcher = new Dispatcher(other, new SecureRandom());
  private final AtomicInteger onSlow = new AtomicInteger();
  private final AtomicInteger onOther = new AtomicInteger();

  private JdbcInbox open(String server, String node) {
    return JdbcInbox.open(
        InboxSettings.ofUrl(
                "jdbc:postgresql://" + server + "/" + database + "?prepareThreshold=0",
                EmbeddedPostgresServer.USER,
                null,
                node)
            .withLease(Duration.ofSeconds(5)),
        InstantSource.system(),
        new SecureRandom());
  }

  private Worker slowWorker;

  @BeforeEach
  void start() {
    slowWorker = start(slow, slowDispatcher, onSlow);
    start(other, otherDispatcher, onOther);
  }

  private Worker start(JdbcInbox inbox, Dispatcher dispatcher, AtomicInteger effects) {
    Subscription all = inbox.register(GAMMA, new SubscriptionName("all"), List.of());
    return dispatcher.start(
        all,
        (delivery, done) -> {
          effects.incrementAndGet();
          done.succeeded(false);
        },
        SETTINGS,
        pool);
  }

  @AfterEach
  void close() {
    slowDispatcher.close();
    otherDispatcher.close();
    slow.close();
    other.close();
    proxy.close();
    pool.shutdownNow();
  }

  private long count(String query) {
    try (Connection c = DriverManager.getConnection(EmbeddedPostgresServer.jdbcUrl(database));
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(query)) {
      r.next();
      return r.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatAnotherNodeHasCompletedMeanwhileIsNotBegun() throws Exception {
    // Warm, with no backlog, so that the next one is handed over without a claim.
    slow.accept(event("warm")).toCompletableFuture().get();
    await().until(() -> onSlow.get() + onOther.get() == 1);
    CountDownLatch answered = new CountDownLatch(1);
    int before = onSlow.get();
    proxy.holdAnswerTo("COMMIT", "insert into webhook_event", answered);

    CompletionStage<Acceptance> accepted = slow.accept(event("evt-1"));
    await().until(proxy::hasLost);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                count(
                        "select count(*) from webhook_audit where kind = 'delivered'"
                            + " and event_id = 'evt-1'")
                    == 1);
    answered.countDown();

    assertThat(accepted.toCompletableFuture().get()).isInstanceOf(Accepted.class);
    // The end of what was handed over is written behind whatever it did.
    await().until(() -> slowWorker.atWork() == 0);
    assertThat(onSlow.get()).isEqualTo(before);
    assertThat(count("select count(*) from webhook_audit where kind = 'delivered'")).isEqualTo(2);
  }
}
