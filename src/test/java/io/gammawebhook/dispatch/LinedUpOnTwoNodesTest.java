package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.await;
import static io.gammawebhook.dispatch.WorkerFixture.settings;
import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.dispatch.LinedUpTest.Gate;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node holds and cannot begin is for another node, long before its lease ends. */
class LinedUpOnTwoNodesTest {

  private static final int SHORT_ONES = 60;
  private static final int MORE = 60;

  private final String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final JdbcInbox one = open("node-1");
  private final JdbcInbox two = open("node-2");
  private final Dispatcher oneDispatcher = new Dispatcher(one, new SecureRandom());
  private final Dispatcher twoDispatcher = new Dispatcher(two, new SecureRandom());

  private JdbcInbox open(String node) {
    return JdbcInbox.open(
        InboxSettings.ofUrl(url, null, null, node).withLease(Duration.ofHours(1)),
        InstantSource.system(),
        new SecureRandom());
  }

  @AfterEach
  void close() {
    oneDispatcher.close();
    twoDispatcher.close();
    one.close();
    two.close();
    pool.shutdownNow();
  }

  @Test
  void whatIsLinedUpBehindAHangingAttemptIsDeliveredByAnotherNode() {
    var all = one.register(GAMMA, new SubscriptionName("all"), List.of());
    Gate gate = new Gate(pool);
    oneDispatcher.start(all, gate, settings(1, Duration.ofSeconds(1)), pool);
    accept("short-", SHORT_ONES);
    await().until(() -> number("state = 'delivered'") == SHORT_ONES);
    gate.shut();
    accept("evt-", MORE);
    await().until(() -> gate.atWork() == 1 && number("state = 'leased'") > 3);

    twoDispatcher.start(
        all, (delivery, done) -> done.succeeded(false), settings(1, Duration.ofMillis(50)), pool);

    await().until(() -> number("state = 'delivered'") == SHORT_ONES + MORE - 1);
    assertThat(number("state = 'leased' and node = 'node-1'")).isEqualTo(1);
    assertThat(number("attempt <> 1")).as("what was given back was not counted").isZero();
    assertThat(gate.mostAtOnce()).isEqualTo(1);
    gate.open();
    await().until(() -> number("state = 'delivered'") == SHORT_ONES + MORE);
  }

  private void accept(String name, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(one.accept(event(name + i)).toCompletableFuture().join())
          .isInstanceOf(Acceptance.Accepted.class);
    }
  }

  private long number(String where) {
    String sql = "select count(*) from webhook_delivery where " + where;
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(sql)) {
      r.next();
      return r.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
