package io.gammawebhook.dispatch;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.Duplicate;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.CrashablePostgres;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL itself stopped and started while events come in and are delivered. */
@Timeout(180)
class ServerRestartTest {

  private static final int SENDERS = 4;

  @TempDir Path folder;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Map<String, Reference> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void nothingAcknowledgedIsLostAndAllGoesOnByItself() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (CrashablePostgres server = new CrashablePostgres(folder.resolve("data"));
        JdbcInbox inbox =
            JdbcInbox.open(
                InboxSettings.ofUrl(server.jdbcUrl(), null, null, "node-1")
                    .withLease(Duration.ofSeconds(5)),
                InstantSource.system(),
                new SecureRandom());
        Dispatcher dispatcher = new Dispatcher(inbox, new SecureRandom())) {
      dispatcher.start(
          inbox.register(GAMMA, new SubscriptionName("all"), List.of()),
          (delivery, done) -> done.succeeded(false),
          new WorkerSettings(
              4,
              RetryPolicy.DEFAULT.withSchedule(Collections.nCopies(50, Duration.ZERO)),
              Duration.ofMillis(100)),
          pool);
      List<Future<?>> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        String name = "evt-" + i + "-";
        senders.add(pool.submit(() -> send(inbox, name)));
      }
      for (int outage = 0; outage < 2; outage++) {
        await().until(moreAcknowledged());
        server.crash();
        int before = refused.get();
        await().until(() -> refused.get() >= before + SENDERS);
        server.restart();
      }
      await().until(moreAcknowledged());
      stop.set(true);
      for (Future<?> sender : senders) {
        sender.get(60, TimeUnit.SECONDS);
      }

      assertThat(rows(server, "select event_id || ' ' || reference from webhook_event"))
          .containsExactlyInAnyOrderElementsOf(
              acknowledged.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          rows(
                              server,
                              "select event_id from webhook_event e join webhook_delivery d on"
                                  + " d.reference = e.reference where d.state = 'delivered'"))
                      .hasSameSizeAs(acknowledged.keySet()));
      assertThat(rows(server, "select event_id from webhook_audit where kind = 'delivered'"))
          .containsExactlyInAnyOrderElementsOf(acknowledged.keySet());
    } finally {
      stop.set(true);
      pool.shutdownNow();
    }
  }

  /** New events, each until it has its 2xx, as a sender does. */
  private void send(JdbcInbox inbox, String name) {
    for (int i = 0; !stop.get(); i++) {
      String id = name + i;
      while (!acknowledged.containsKey(id)) {
        Acceptance answer =
            inbox.accept(event(id)).toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        if (answer instanceof Accepted accepted) {
          acknowledged.put(id, accepted.reference());
        } else if (answer instanceof Duplicate duplicate) {
          acknowledged.put(id, duplicate.first());
        } else {
          assertThat(answer).isEqualTo(new NotStored(NotStored.Cause.STORE_DOWN));
          refused.incrementAndGet();
          // The pace of a sender, so that the refused ones leave the processor to the server.
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
      }
    }
  }

  private Callable<Boolean> moreAcknowledged() {
    int before = acknowledged.size();
    return () -> acknowledged.size() >= before + 200;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
  }

  private static List<String> rows(CrashablePostgres server, String sql) {
    try (Connection c = DriverManager.getConnection(server.jdbcUrl());
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (r.next()) {
        rows.add(r.getString(1));
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
