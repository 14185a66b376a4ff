package io.gammawebhook.dispatch;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes on one PostgreSQL, of which one is killed by SIGKILL every second. */
@Timeout(300)
class ClusterIT {

  private static final int DELIVERIES = 10_000;

  /** So far the kills go on; what is open then is enough for the last ones to hurt. */
  private static final int KILLED_UNTIL = 9_000;

  private static final int LEAST_KILLS = 5;

  /** So the events go on coming for as long as the nodes die. */
  private static final int MOST_OPEN = 2_000;

  private static final int TOGETHER = 250;

  private final String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());

  @TempDir private Path folder;

  @Test
  void noneIsLostAndNoneBeginsAgainAfterItsCompletionWasAcknowledged() throws Exception {
    List<Node> nodes = IntStream.of(1, 2, 3).mapToObj(i -> new Node("node-" + i)).toList();
    int kills = 0;
    try (JdbcInbox inbox =
        JdbcInbox.open(
            InboxSettings.ofUrl(url, null, null, "test").withLease(ClusterNode.LEASE),
            InstantSource.system(),
            new SecureRandom())) {
      inbox.register(GAMMA, ClusterNode.ALL, List.of());
      nodes.forEach(Node::start);
      CompletableFuture<Void> accepted = CompletableFuture.runAsync(() -> acceptAll(inbox));
      long last = System.nanoTime();
      while (delivered() < KILLED_UNTIL) {
        Node next = nodes.get(kills % nodes.size());
        long before = last;
        await()
            .until(
                () ->
                    (System.nanoTime() - before >= TimeUnit.SECONDS.toNanos(1) && next.isAtWork())
                        || accepted.isCompletedExceptionally());
        last = System.nanoTime();
        next.kill();
        next.start();
        kills++;
      }
      accepted.get(60, TimeUnit.SECONDS);
      await().until(() -> delivered() == DELIVERIES);
    } finally {
      nodes.forEach(Node::close);
    }

    List<String> journal = nodes.stream().flatMap(node -> node.lines().stream()).toList();
    Map<String, Integer> completed = completedAttempts();
    assertThat(completed).hasSize(DELIVERIES);
    assertThat(rows("select distinct state from webhook_delivery")).containsExactly("delivered");
    assertThat(kills).isGreaterThanOrEqualTo(LEAST_KILLS);
    assertThat(journal)
        .as("no attempt begins twice, and none after the one that was completed")
        .doesNotHaveDuplicates()
        .filteredOn(line -> line.startsWith("start "))
        .allSatisfy(
            line -> {
              String[] part = line.split(" ");
              assertThat(Integer.parseInt(part[2]))
                  .isLessThanOrEqualTo(completed.getOrDefault(part[1], 0));
            });
    assertThat(journal)
        .as("what was completed was done")
        .containsAll(
            completed.entrySet().stream()
                .map(done -> "effect " + done.getKey() + " " + done.getValue())
                .toList());
    assertThat(takenOver(journal, completed)).as("taken over from a dead node").isPositive();
  }

  private void acceptAll(JdbcInbox inbox) {
    for (int first = 0; first < DELIVERIES; first += TOGETHER) {
      int sent = first;
      await().until(() -> sent - delivered() <= MOST_OPEN);
      List<CompletableFuture<Acceptance>> answers =
          IntStream.range(first, first + TOGETHER)
              .mapToObj(i -> inbox.accept(event("evt-" + i)).toCompletableFuture())
              .toList();
      assertThat(answers)
          .allSatisfy(
              answer ->
                  assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join())
                      .isInstanceOf(Acceptance.Accepted.class));
    }
  }

  /** The attempt of each delivery's one {@code delivered} entry. */
  private Map<String, Integer> completedAttempts() {
    Map<String, Integer> attempts = new HashMap<>();
    for (String row :
        rows(
            "select reference || '.' || subscription || '.' || run || ' ' || attempt"
                + " from webhook_audit where kind = 'delivered'")) {
      String[] part = row.split(" ");
      assertThat(attempts.put(part[0], Integer.parseInt(part[1])))
          .as("second delivered entry of %s", part[0])
          .isNull();
    }
    return attempts;
  }

  /** Deliveries of which an earlier attempt had begun: no handler fails, so its node has died. */
  private static long takenOver(List<String> journal, Map<String, Integer> completed) {
    return journal.stream()
        .filter(line -> line.startsWith("start "))
        .map(line -> line.split(" "))
        .filter(part -> Integer.parseInt(part[2]) < completed.getOrDefault(part[1], 0))
        .map(part -> part[1])
        .distinct()
        .count();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }

  private long delivered() {
    return Long.parseLong(
        rows("select count(*) from webhook_delivery where state = 'delivered'").get(0));
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

  /** A node over all its lives, each with a journal of its own. */
  private final class Node implements AutoCloseable {
    private final String name;
    private final List<EffectJournal> journals = new ArrayList<>();
    private final List<ChildJvm> lives = new ArrayList<>();

    Node(String name) {
      this.name = name;
    }

    void start() {
      Path file = folder.resolve(name + "-" + lives.size() + ".journal");
      journals.add(new EffectJournal(file));
      lives.add(
          ChildJvm.start(
              ClusterNode.class, folder.resolve(name + ".log"), url, name, file.toString()));
    }

    boolean isAtWork() {
      ChildJvm life = lives.get(lives.size() - 1);
      assertThat(life.isAlive()).as("%s lives: %s", name, life.printed()).isTrue();
      return !journals.get(journals.size() - 1).lines().isEmpty();
    }

    void kill() {
      lives.get(lives.size() - 1).kill();
    }

    List<String> lines() {
      return journals.stream().flatMap(journal -> journal.lines().stream()).toList();
    }

    @Override
    public void close() {
      lives.forEach(ChildJvm::close);
    }
  }
}
