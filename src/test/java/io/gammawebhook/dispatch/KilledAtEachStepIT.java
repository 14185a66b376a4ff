package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.MortalNode.ACK;
import static io.gammawebhook.dispatch.MortalNode.DYING_EVENT;
import static io.gammawebhook.dispatch.MortalNode.EVENTS;
import static io.gammawebhook.dispatch.MortalNode.eventId;
import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.ChildJvm;
import io.gammawebhook.testing.EffectJournal;
import io.gammawebhook.testing.EmbeddedPostgresServer;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node that dies at any step of an event's way: what it has acknowledged is delivered, what it
 * has not the sender sends again, and only an effect whose end was not yet committed repeats.
 */
@Timeout(120)
class KilledAtEachStepIT {

  private final String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedIsDeliveredAndOnlyAnUncommittedEffectRepeats(KillStep step) {
    EffectJournal effects = new EffectJournal(folder.resolve("effects"));
    List<String> acknowledged = dieAt(step);
    assertThat(acknowledged).isEqualTo(events(DYING_EVENT + (step.acknowledged ? 1 : 0)));
    assertThat(rows("select event_id from webhook_event order by event_id"))
        .isEqualTo(events(DYING_EVENT + (step.stored ? 1 : 0)));

    ExecutorService pool = Executors.newCachedThreadPool();
    try (JdbcInbox inbox =
            JdbcInbox.open(
                InboxSettings.ofUrl(url, null, null, "next"),
                InstantSource.system(),
                new SecureRandom());
        Dispatcher dispatcher = new Dispatcher(inbox, new SecureRandom())) {
      // The dead node's leases end. No test waits for that.
      execute("update webhook_delivery set due_at = 0 where state = 'leased'");
      dispatcher.start(
          inbox.register(GAMMA, MortalNode.ALL, List.of()),
          (delivery, done) -> {
            effects.append(String.valueOf(delivery.event().eventId()));
            done.succeeded(false);
          },
          new WorkerSettings(1, RetryPolicy.DEFAULT, Duration.ofMillis(50)),
          pool);
      for (int i = acknowledged.size(); i < EVENTS; i++) {
        Acceptance answer = inbox.accept(event(eventId(i))).toCompletableFuture().join();
        boolean known = i == DYING_EVENT && step.stored;
        assertThat(answer)
            .isInstanceOf(known ? Acceptance.Duplicate.class : Acceptance.Accepted.class);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  rows("select reference from webhook_delivery where state = 'delivered'").size()
                      >= EVENTS);
    } finally {
      pool.shutdownNow();
    }

    assertThat(rows("select event_id from webhook_event order by event_id"))
        .isEqualTo(events(EVENTS));
    assertThat(rows("select state from webhook_delivery"))
        .isEqualTo(Collections.nCopies(EVENTS, "delivered"));
    for (String kind : List.of("received", "delivered")) {
      assertThat(
              rows(
                  "select event_id from webhook_audit where kind = '"
                      + kind
                      + "' order by event_id"))
          .isEqualTo(events(EVENTS));
    }
    List<String> expected = new ArrayList<>(events(EVENTS));
    expected.addAll(Collections.nCopies(step.effects - 1, eventId(DYING_EVENT)));
    assertThat(effects.lines()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Returns the events that the process acknowledged before it died. */
  private List<String> dieAt(KillStep step) {
    try (ChildJvm child =
        ChildJvm.start(
            MortalNode.class,
            folder.resolve("child.log"),
            url,
            step.name(),
            folder.resolve("effects").toString())) {
      assertThat(child.awaitEnd()).as("%s", child.printed()).isEqualTo(MortalNode.EXIT);
      return child.printed().stream()
          .filter(line -> line.startsWith(ACK))
          .map(line -> line.substring(ACK.length()))
          .toList();
    }
  }

  private static List<String> events(int count) {
    return IntStream.range(0, count).mapToObj(MortalNode::eventId).toList();
  }

  private void execute(String sql) {
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement()) {
      s.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private List<String> rows(String sql) {
    try (Connection c = DriverManager.getConnection(url);
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
