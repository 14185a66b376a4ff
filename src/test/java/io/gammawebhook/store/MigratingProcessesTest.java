package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.testing.ChildJvm;
import io.gammawebhook.testing.TestEvents;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes come up for the first time at once, as a deployment of three replicas does. */
class MigratingProcessesTest {

  @TempDir private Path folder;

  @Test
  void processesThatStartAtOnceOnAnEmptyDatabaseMakeTheSchemaOnce() throws Exception {
    List<ChildJvm> nodes = new ArrayList<>();
    try (PostgresTestStore store = new PostgresTestStore()) {
      try (Connection first = store.connect()) {
        // Whoever has this lock may make tables: the others have come to it when it is let go.
        first.setAutoCommit(false);
        new PostgresDialect().beginRegister(first);
        for (int i = 0; i < 4; i++) {
          nodes.add(
              ChildJvm.start(Node.class, folder.resolve("node-" + i), store.url(), "node-" + i));
        }
        await()
            .until(
                () ->
                    store.number(
                            "select count(*) from pg_locks where locktype = 'advisory'"
                                + " and not granted and database ="
                                + " (select oid from pg_database where datname = current_database())")
                        == 4);
        first.rollback();
      }

      for (ChildJvm node : nodes) {
        assertThat(node.awaitEnd()).as("%s", node.printed()).isZero();
      }
      assertThat(store.rows("select version from webhook_schema order by version"))
          .containsExactly("1", "2", "3", "4");
      assertThat(store.rows("select event_id from webhook_event order by event_id"))
          .containsExactly("node-0", "node-1", "node-2", "node-3");
    } finally {
      nodes.forEach(ChildJvm::close);
    }
  }

  /** One that starts, accepts an event, and ends. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) {
      ChildJvm.liveAsLongAsTheParent();
      try (JdbcInbox inbox =
          JdbcInbox.open(
              InboxSettings.ofUrl(arguments[0], null, null, arguments[1]),
              InstantSource.system(),
              new SecureRandom())) {
        Acceptance acceptance = InboxContract.join(inbox.accept(TestEvents.event(arguments[1])));
        Runtime.getRuntime().halt(acceptance instanceof Acceptance.Accepted ? 0 : 4);
      }
    }
  }
}
