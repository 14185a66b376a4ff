package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static io.gammawebhook.testing.TestEvents.eventOfType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.Duplicate;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import io.gammawebhook.testing.TcpProxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database goes away and comes back; the inbox says so, and finds it again by itself. */
class OutageTest {

  private static final NotStored STORE_DOWN = new NotStored(NotStored.Cause.STORE_DOWN);

  private final PostgresTestStore store = new PostgresTestStore();
  private final TcpProxy proxy = new TcpProxy(EmbeddedPostgresServer.port());
  private final JdbcInbox inbox =
      JdbcInbox.open(
          InboxSettings.ofUrl(
              // Each text goes over the wire, so that the proxy sees which statement it is.
              "jdbc:postgresql://localhost:"
                  + proxy.port()
                  + "/"
                  + store.database
                  + "?prepareThreshold=0",
              EmbeddedPostgresServer.USER,
              null,
              "node-1"),
          InstantSource.system(),
          new SecureRandom());
  private final Subscription all = inbox.register(GAMMA, new SubscriptionName("all"), List.of());

  @AfterEach
  void close() {
    inbox.close();
    proxy.close();
    store.close();
  }

  @Test
  void withTheStoreDownNothingIsAcceptedAndAfterwardsAllIs() {
    proxy.cut();
    List<CompletionStage<Acceptance>> waiting =
        IntStream.range(0, 1_000).mapToObj(i -> inbox.accept(event("evt-" + i))).toList();
    assertThat(waiting).allSatisfy(s -> assertThat(join(s)).isEqualTo(STORE_DOWN));
    long before = System.nanoTime();
    assertThat(join(inbox.accept(event("evt-now")))).isEqualTo(STORE_DOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    assertThatThrownBy(inbox::status).isInstanceOf(StoreException.class);

    proxy.restore();

    awaitBack();
    assertThat(join(inbox.accept(event("evt-1")))).isInstanceOf(Accepted.class);
    assertThat(inbox.status().storeDown()).isFalse();
  }

  @Test
  void aStoreThatCanBeReadAndNotWrittenIsNotBack() {
    store.execute("alter database " + store.database + " set default_transaction_read_only = on");
    EmbeddedPostgresServer.dropConnections(store.database);
    // The first to use a dropped connection learns of it, also where it only reads.
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(StoreException.class)
        .until(
            () -> {
              join(inbox.accept(event("evt-0")));
              return inbox.status().storeDown();
            });

    // As long as the line's idle time, many times over, in which it asks whether the store is back.
    Awaitility.await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> inbox.status().storeDown());

    try (Connection c = writable();
        Statement s = c.createStatement()) {
      s.execute("alter database " + store.database + " reset default_transaction_read_only");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    EmbeddedPostgresServer.dropConnections(store.database);
    awaitBack();
    assertThat(join(inbox.accept(event("evt-1")))).isInstanceOf(Accepted.class);
  }

  private Connection writable() throws SQLException {
    Connection c = DriverManager.getConnection(EmbeddedPostgresServer.jdbcUrl(store.database));
    try (Statement s = c.createStatement()) {
      s.execute("set default_transaction_read_only = off");
    }
    return c;
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotAcknowledgedAndTheSendersRetryIsADuplicate() {
    for (int i = 0; i < 5; i++) {
      String id = "evt-" + i;
      proxy.loseAnswerTo("COMMIT", "insert into webhook_event");

      assertThat(join(inbox.accept(event(id)))).isEqualTo(STORE_DOWN);
      assertThat(proxy.hasLost()).isTrue();

      awaitBack();
      assertThat(join(inbox.accept(event(id)))).isInstanceOf(Duplicate.class);
      assertThat(store.number("select count(*) from webhook_event where dedup_key = '" + id + "'"))
          .isEqualTo(1);
      assertThat(store.number("select count(*) from webhook_audit where kind = 'received'"))
          .isEqualTo(store.number("select count(*) from webhook_event"));
    }
  }

  @Test
  void anEndWhoseCommitWasNotAnsweredStaysAsItWasStored() {
    join(inbox.accept(event("evt-1")));
    LeasedDelivery leased = join(inbox.claim(all, 1)).deliveries().get(0);
    proxy.loseAnswerTo("COMMIT", "update webhook_delivery");

    join(inbox.finish(leased, new Outcome.Delivered(1, false)));

    assertThat(proxy.hasLost()).isTrue();
    assertThat(store.number("select count(*) from webhook_delivery where state = 'delivered'"))
        .isEqualTo(1);
    assertThat(store.number("select count(*) from webhook_audit where kind = 'delivered'"))
        .isEqualTo(1);
    assertThat(join(inbox.claim(all, 1)).deliveries()).isEmpty();
  }

  @Test
  void theEndOfAnAttemptSurvivesAnOutage() {
    for (int i = 0; i < 20; i++) {
      join(inbox.accept(event("evt-" + i)));
    }
    List<LeasedDelivery> leased = join(inbox.claim(all, 20)).deliveries();
    proxy.cut();
    List<CompletionStage<Boolean>> ends =
        leased.stream().map(d -> inbox.finish(d, new Outcome.Delivered(1, false))).toList();
    assertThat(join(inbox.accept(event("probe")))).isEqualTo(STORE_DOWN);

    proxy.restore();

    assertThat(ends).allMatch(OutageTest::join);
    assertThat(store.number("select count(*) from webhook_delivery where state = 'delivered'"))
        .isEqualTo(20);
  }

  @Test
  void aReservedPermitIsGivenBackWhenTheTransactionFails() {
    RecordingHandOff handOff = new RecordingHandOff(10);
    inbox.attach(all, handOff);
    store.execute("alter table webhook_event add check (event_type <> 'poison')");
    assertThat(join(inbox.accept(eventOfType("evt-1", "poison")))).isEqualTo(STORE_DOWN);
    assertThat(handOff.free()).isEqualTo(10);

    proxy.cut();
    assertThat(join(inbox.accept(event("evt-2")))).isEqualTo(STORE_DOWN);
    proxy.restore();
    awaitBack();
    int taken = handOff.delivered().size();

    assertThat(handOff.free()).isEqualTo(10 - taken);
  }

  @Test
  void whatWasAnsweredAcceptedWhileConnectionsDropIsThereAndNothingIsThereTwice() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Map<String, Reference> accepted = new ConcurrentHashMap<>();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      tasks.add(
          () -> {
            int sent = 0;
            for (; !stop.get() || sent == 0; sent++) {
              String id = thread + "-" + sent;
              // The sender tries again until it gets a 2xx.
              while (!accepted.containsKey(id)) {
                Acceptance answer = join(inbox.accept(event(id)));
                if (answer instanceof Accepted a) {
                  accepted.put(id, a.reference());
                } else if (answer instanceof Duplicate d) {
                  accepted.put(id, d.first());
                } else {
                  Thread.onSpinWait();
                }
              }
            }
            return sent;
          });
    }
    tasks.add(
        () -> {
          for (int i = 0; i < 6; i++) {
            int size = accepted.size();
            Awaitility.await().until(() -> accepted.size() > size + 50);
            EmbeddedPostgresServer.dropConnections(store.database);
          }
          stop.set(true);
          return 0;
        });

    InboxContract.atOnce(tasks);

    List<String> stored =
        store.rows("select event_id || ' ' || reference from webhook_event order by 1");
    assertThat(stored)
        .containsExactlyInAnyOrderElementsOf(
            accepted.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    assertThat(store.number("select count(*) from webhook_delivery")).isEqualTo(stored.size());
    assertThat(store.number("select count(*) from webhook_audit where kind = 'received'"))
        .isEqualTo(stored.size());
  }

  private void awaitBack() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> join(inbox.accept(event("evt-back"))) != null && !isDown());
  }

  private boolean isDown() {
    return join(inbox.accept(event("evt-back"))).equals(STORE_DOWN);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return InboxContract.join(stage);
  }
}
