package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.inbox.Acceptance;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The schema is made once, by whoever comes first, and beside whatever is there. */
class MigrationsTest {

  abstract static class Contract {
    final TestStore store;

    Contract(TestStore store) {
      this.store = store;
    }

    @AfterEach
    void close() {
      store.close();
    }

    @Test
    void aFreshStoreIsMadeAndASecondOpenChangesNothing() {
      store.open("node-1").close();
      List<String> history = store.rows("select * from webhook_schema");
      assertThat(history).hasSize(4);

      store.open("node-1").close();

      assertThat(store.rows("select * from webhook_schema")).isEqualTo(history);
    }

    @Test
    void aTableOfTheHostIsLeftAlone() {
      store.execute("create table invoice (id int primary key)");
      store.execute("insert into invoice values (7)");

      InboxContract.join(store.open("node-1").accept(event("evt-1")));

      assertThat(store.rows("select * from invoice")).containsExactly("7");
    }

    @Test
    void aScriptThatIsNotTheReleasedOneIsRefusedWithTheCure() {
      store.open("node-1").close();
      store.execute("update webhook_schema set checksum = 1");

      assertThatThrownBy(() -> store.open("node-1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("schema version 1 was made by another script")
          .hasMessageContaining("restore the released script");
    }

    @Test
    void aStoreThatIsNewerThanTheProgramIsAccepted() {
      store.open("node-1").close();
      store.execute("insert into webhook_schema values (99, 1, 0)");

      InboxContract.join(store.open("node-1").accept(event("evt-1")));
    }

    @Test
    void aStoreOfANewerMajorVersionIsRefusedByName() {
      store.open("node-1").close();
      store.execute("insert into webhook_schema values (1001, 1, 0)");

      assertThatThrownBy(() -> store.open("node-1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("version 1001, of major version 2")
          .hasMessageContaining("knows major version 1 only")
          .hasMessageContaining("start the newer program");
    }
  }

  @Nested
  class Sqlite extends Contract {
    Sqlite() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Postgres extends Contract {
    Postgres() {
      super(new PostgresTestStore());
    }

    @Test
    void nodesThatStartAtOnceOnAnEmptyDatabaseAllStart() throws Exception {
      Callable<Acceptance> node =
          () -> InboxContract.join(store.open("node").accept(event("evt-1")));

      List<Acceptance> answers = InboxContract.atOnce(Collections.nCopies(6, node));

      assertThat(answers.stream().filter(Acceptance.Accepted.class::isInstance)).hasSize(1);
      assertThat(store.rows("select version from webhook_schema order by version"))
          .containsExactly("1", "2", "3", "4");
    }
  }
}
