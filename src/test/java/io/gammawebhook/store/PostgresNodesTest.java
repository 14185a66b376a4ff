package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.Duplicate;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes on one PostgreSQL. */
class PostgresNodesTest {

  private static final Operator ANN = new Operator("ann", "test");

  private final PostgresTestStore store = new PostgresTestStore();
  private final JdbcInbox one = store.open("node-1");
  private final JdbcInbox two = store.open("node-2");

  @AfterEach
  void close() {
    store.close();
  }

  private Subscription subscribe(JdbcInbox inbox, String name) {
    return inbox.register(GAMMA, new SubscriptionName(name), List.of());
  }

  @Test
  void ofConcurrentAcceptsOfOneKeyOnTwoNodesExactlyOneIsAccepted() throws Exception {
    for (int round = 0; round < 30; round++) {
      String id = "evt-" + round;
      List<Callable<Acceptance>> copies = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        JdbcInbox node = i % 2 == 0 ? one : two;
        copies.add(() -> InboxContract.join(node.accept(event(id))));
      }

      List<Acceptance> answers = InboxContract.atOnce(copies);

      List<Reference> first =
          answers.stream()
              .filter(Accepted.class::isInstance)
              .map(a -> ((Accepted) a).reference())
              .toList();
      assertThat(first).hasSize(1);
      assertThat(answers)
          .filteredOn(Duplicate.class::isInstance)
          .hasSize(15)
          .allMatch(new Duplicate(first.get(0), false)::equals);
    }
  }

  @Test
  void twoNodesNeverClaimTheSameDelivery() throws Exception {
    Subscription all = subscribe(one, "all");
    for (int i = 0; i < 300; i++) {
      InboxContract.join(one.accept(event("evt-" + i)));
    }
    List<Callable<List<Lease>>> claims = new ArrayList<>();
    for (JdbcInbox node : List.of(one, two, one, two)) {
      claims.add(
          () -> {
            List<Lease> mine = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
              InboxContract.join(node.claim(all, 5)).deliveries().forEach(d -> mine.add(d.lease()));
            }
            return mine;
          });
    }

    List<Lease> got = InboxContract.atOnce(claims).stream().flatMap(List::stream).toList();

    assertThat(got).hasSize(300);
    assertThat(new HashSet<>(got)).hasSize(300);
  }

  @Test
  void aClaimStepsOverWhatAnotherNodeIsClaimingJustNow() throws Exception {
    Subscription all = subscribe(one, "all");
    for (int i = 0; i < 5; i++) {
      InboxContract.join(one.accept(event("evt-" + i)));
    }
    try (Connection c = store.connect()) {
      c.setAutoCommit(false);
      List<Lease> uncommitted =
          new PostgresDialect()
              .claim(
                  c,
                  all.number(),
                  new Dialect.Most(3, Long.MAX_VALUE),
                  Long.MAX_VALUE,
                  Long.MAX_VALUE,
                  "node-3");

      List<LeasedDelivery> others = InboxContract.join(two.claim(all, 5)).deliveries();

      c.commit();
      assertThat(uncommitted).hasSize(3);
      assertThat(others).hasSize(2).noneMatch(d -> uncommitted.contains(d.lease()));
    }
  }

  @Test
  void whatIsAcknowledgedIsOnTheDiskHoweverTheServerIsSetUp() throws Exception {
    assertThat(synchronousCommitOfAnAccept("off")).isEqualTo("on");
    assertThat(synchronousCommitOfAnAccept("remote_write")).isEqualTo("remote_write");
  }

  private String synchronousCommitOfAnAccept(String setUp) throws Exception {
    try (Connection c = store.connect();
        Statement s = c.createStatement()) {
      s.execute("set synchronous_commit = " + setUp);
      c.setAutoCommit(false);
      new PostgresDialect().beginAccept(c, "select 1", row -> {});
      try (ResultSet r = s.executeQuery("show synchronous_commit")) {
        r.next();
        return r.getString(1);
      }
    }
  }

  @Test
  void aRegistrationWaitsForTheAcceptsUnderWayAndHoldsNewOnesOff() throws Exception {
    try (Connection c = store.connect()) {
      c.setAutoCommit(false);
      new PostgresDialect().beginAccept(c);
      CompletableFuture<Subscription> registered =
          CompletableFuture.supplyAsync(() -> subscribe(one, "all"));
      awaitBlocked(1);
      CompletableFuture<Acceptance> later = two.accept(event("evt-1")).toCompletableFuture();
      awaitBlocked(2);
      assertThat(registered).isNotDone();

      c.commit();

      Subscription all = InboxContract.join(registered);
      InboxContract.join(later);
      assertThat(InboxContract.join(two.claim(all, 5)).deliveries()).hasSize(1);
    }
  }

  @Test
  void aPauseWaitsForTheAcceptsUnderWayWhichMayStillHandOver() throws Exception {
    Subscription all = subscribe(one, "all");
    try (Connection c = store.connect()) {
      c.setAutoCommit(false);
      new PostgresDialect().beginAccept(c);
      CompletableFuture<?> paused =
          CompletableFuture.runAsync(
              () -> one.change(GAMMA, all.name(), SubscriptionState.PAUSED, ANN));
      awaitBlocked(1);
      assertThat(paused).isNotDone();

      c.commit();

      InboxContract.join(paused);
    }
  }

  private void awaitBlocked(int transactions) {
    Awaitility.await()
        .until(
            () -> store.number("select count(*) from pg_locks where not granted") == transactions);
  }

  @Test
  void anEventThatIsAcceptedAfterARegistrationHasADelivery() throws Exception {
    for (int round = 0; round < 15; round++) {
      String name = "sub-" + round;
      AtomicBoolean registered = new AtomicBoolean();
      List<Callable<List<String>>> tasks = new ArrayList<>();
      for (JdbcInbox node : List.of(one, two, one, two)) {
        int sender = tasks.size();
        tasks.add(
            () -> {
              List<String> after = new ArrayList<>();
              for (int i = 0; i < 40; i++) {
                boolean known = registered.get();
                String id = name + "-" + sender + "-" + i;
                Accepted accepted = (Accepted) InboxContract.join(node.accept(event(id)));
                if (known) {
                  after.add(accepted.reference().toString());
                }
              }
              return after;
            });
      }
      tasks.add(
          () -> {
            subscribe(two, name);
            registered.set(true);
            return List.of();
          });

      List<String> after = InboxContract.atOnce(tasks).stream().flatMap(List::stream).toList();

      int number = subscribe(one, name).number();
      assertThat(
              store.rows("select reference from webhook_delivery where subscription = ?", number))
          .containsAll(after);
    }
  }

  @Test
  void aPauseCountsOnEveryNodeWhenItReturns() throws Exception {
    Subscription all = subscribe(one, "all");
    two.attach(all, new RecordingHandOff(10_000));
    AtomicBoolean paused = new AtomicBoolean();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int sender = 0; sender < 3; sender++) {
      String name = "evt-" + sender + "-";
      tasks.add(
          () -> {
            for (int i = 0; i < 200; i++) {
              InboxContract.join(two.accept(event(name + i)));
            }
            return 0;
          });
    }
    tasks.add(
        () -> {
          InboxContract.join(one.accept(event("evt-pause")));
          one.change(GAMMA, all.name(), SubscriptionState.PAUSED, ANN);
          paused.set(true);
          return 0;
        });
    tasks.add(
        () -> {
          int claimed = 0;
          for (int i = 0; i < 100; i++) {
            boolean known = paused.get();
            int got = InboxContract.join(two.claim(all, 1)).deliveries().size();
            claimed += known ? got : 0;
          }
          return claimed;
        });

    List<Integer> results = InboxContract.atOnce(tasks);

    assertThat(results.get(4)).as("claimed after the pause").isZero();
    InboxContract.join(two.accept(event("evt-after")));
    assertThat(
            store.rows(
                "select d.state from webhook_delivery d join webhook_audit a"
                    + " on a.reference = d.reference and a.kind = 'received' where a.entry >"
                    + " (select entry from webhook_audit where kind = 'paused')"))
        .isNotEmpty()
        .containsOnly("waiting");

    one.change(GAMMA, all.name(), SubscriptionState.ACTIVE, ANN);

    assertThat(InboxContract.join(two.claim(all, 1)).deliveries()).hasSize(1);
  }

  @Test
  void ofReplaysOnTwoNodesExactlyOneMakesARun() throws Exception {
    Subscription all = subscribe(one, "all");
    for (int round = 0; round < 20; round++) {
      InboxContract.join(one.accept(event("evt-" + round)));
      LeasedDelivery leased = InboxContract.join(one.claim(all, 1)).deliveries().get(0);
      InboxContract.join(one.finish(leased, new Outcome.Dead(1, "http-410", "Gone")));
      List<Callable<DeliveryOrder>> replays = new ArrayList<>();
      for (JdbcInbox node : List.of(one, two, one, two)) {
        replays.add(() -> node.replay(leased.lease().delivery(), ANN));
      }

      List<DeliveryOrder> orders = InboxContract.atOnce(replays);

      assertThat(orders).filteredOn(DeliveryOrder.Done.class::isInstance).hasSize(1);
      assertThat(orders).filteredOn(DeliveryOrder.AnotherIsOpen.class::isInstance).hasSize(3);
      InboxContract.join(
          one.finish(
              InboxContract.join(one.claim(all, 1)).deliveries().get(0),
              new Outcome.Delivered(1, false)));
    }
  }

  @Test
  void aReplayIsRefusedOnlyForARunThatIsOpen() throws Exception {
    Subscription all = subscribe(one, "all");
    InboxContract.join(one.accept(event("evt-1")));
    LeasedDelivery first = InboxContract.join(one.claim(all, 1)).deliveries().get(0);
    InboxContract.join(one.finish(first, new Outcome.Dead(1, "http-410", "Gone")));
    AtomicBoolean stop = new AtomicBoolean();
    Callable<List<DeliveryOrder>> replaying =
        () -> {
          List<DeliveryOrder> orders = new ArrayList<>();
          while (!stop.get()) {
            orders.add(one.replayAgain(first.lease().delivery(), ANN));
          }
          return orders;
        };
    Callable<List<DeliveryOrder>> delivering =
        () -> {
          int runs = 0;
          while (runs < 60) {
            for (LeasedDelivery run : InboxContract.join(two.claim(all, 1)).deliveries()) {
              InboxContract.join(two.finish(run, new Outcome.Delivered(1, false)));
              runs++;
            }
          }
          stop.set(true);
          return List.of();
        };

    List<DeliveryOrder> orders = InboxContract.atOnce(List.of(replaying, delivering)).get(0);

    assertThat(orders)
        .filteredOn(order -> !(order instanceof DeliveryOrder.Done))
        .allSatisfy(
            order ->
                assertThat(((DeliveryOrder.AnotherIsOpen) order).state())
                    .isIn("waiting", "leased"));
  }

  @Test
  void ofOperatorsOnTwoNodesWhoReplayOneDeadLetterOneHasItsEffect() throws Exception {
    Subscription all = subscribe(one, "all");
    for (int round = 0; round < 20; round++) {
      InboxContract.join(one.accept(event("evt-" + round)));
      LeasedDelivery dead = InboxContract.join(one.claim(all, 1)).deliveries().get(0);
      InboxContract.join(one.finish(dead, new Outcome.Dead(1, "http-410", "Gone")));
      AtomicBoolean stop = new AtomicBoolean();
      Callable<Integer> delivering =
          () -> {
            int delivered = 0;
            while (!stop.get()) {
              for (LeasedDelivery run : InboxContract.join(two.claim(all, 1)).deliveries()) {
                InboxContract.join(two.finish(run, new Outcome.Delivered(1, false)));
                delivered++;
              }
            }
            return delivered;
          };
      Callable<Integer> replaying =
          () -> {
            int done = 0;
            for (int i = 0; i < 20; i++) {
              JdbcInbox node = i % 2 == 0 ? one : two;
              if (node.replay(dead.lease().delivery(), ANN) instanceof DeliveryOrder.Done) {
                done++;
              }
            }
            return done;
          };
      Callable<Integer> replayingLast =
          () -> {
            int done = replaying.call() + replaying.call();
            stop.set(true);
            return done;
          };

      List<Integer> counts = InboxContract.atOnce(List.of(replayingLast, replaying, delivering));

      assertThat(counts.get(0) + counts.get(1)).isEqualTo(1);
    }
  }

  @Test
  void aRestartLeavesLeasesStanding() {
    Subscription all = subscribe(one, "all");
    InboxContract.join(one.accept(event("evt-1")));
    LeasedDelivery leased = InboxContract.join(one.claim(all, 1)).deliveries().get(0);
    one.close();

    JdbcInbox again = store.open("node-1");

    assertThat(InboxContract.join(again.claim(all, 1)).deliveries()).isEmpty();
    assertThat(InboxContract.join(two.finish(leased, new Outcome.Delivered(1, false)))).isTrue();
  }

  @Test
  void aHostsPoolWithAnotherIsolationLevelKeepsThePromises() throws Exception {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(store.url());
      pool.setAutoCommit(false);
      pool.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
      JdbcInbox host = store.open(InboxSettings.ofDataSource(pool, "host"));
      for (int round = 0; round < 10; round++) {
        String id = "evt-" + round;
        List<Callable<Acceptance>> copies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          JdbcInbox node = i % 2 == 0 ? host : one;
          copies.add(() -> InboxContract.join(node.accept(event(id))));
        }
        List<Acceptance> answers = InboxContract.atOnce(copies);
        assertThat(answers).filteredOn(Accepted.class::isInstance).hasSize(1);
        assertThat(answers).filteredOn(Duplicate.class::isInstance).hasSize(7);
      }
      host.close();
    }
  }

  /** What a later version within the major one may do: add. The old node is not asked. */
  @Test
  void anOldNodeAndANewOneWorkSideBySideWhileTheTablesGrow() throws Exception {
    Subscription all = subscribe(one, "all");
    AtomicBoolean stop = new AtomicBoolean();
    List<String> accepted = Collections.synchronizedList(new ArrayList<>());
    Future<?> sender =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                JdbcInbox node = i % 2 == 0 ? one : two;
                String id = "evt-" + i;
                assertThat(InboxContract.join(node.accept(event(id)))).isInstanceOf(Accepted.class);
                accepted.add(id);
              }
            });
    Awaitility.await().until(() -> accepted.size() > 50);

    store.execute("alter table webhook_event add column note text");
    store.execute("alter table webhook_delivery add column weight int not null default 1");
    store.execute("alter table webhook_audit add column note text");
    store.execute("create table webhook_later (reference uuid primary key)");
    store.execute("create index webhook_event_note on webhook_event (note)");
    store.execute("insert into webhook_schema (version, checksum, applied_at) values (99, 1, 1)");
    JdbcInbox later = store.open("node-3");

    int before = accepted.size();
    Awaitility.await().until(() -> accepted.size() > before + 50);
    stop.set(true);
    sender.get();
    Set<String> delivered = new HashSet<>();
    for (JdbcInbox node : List.of(later, one, two)) {
      List<LeasedDelivery> claimed =
          InboxContract.join(node.claim(all, node == two ? accepted.size() : 30)).deliveries();
      assertThat(claimed).isNotEmpty();
      for (LeasedDelivery delivery : claimed) {
        assertThat(InboxContract.join(node.finish(delivery, new Outcome.Delivered(1, false))))
            .isTrue();
        delivered.add(String.valueOf(delivery.event().eventId()));
      }
    }
    assertThat(delivered).containsExactlyInAnyOrderElementsOf(accepted);
  }
}
