package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.SchemaMode;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tables may be made by hand, and the program then needs no right to make any. */
class SchemaModeTest {

  private final PostgresTestStore store = new PostgresTestStore();
  private final String user = "app_" + store.database;
  private final SchemaScripts scripts = SchemaScripts.of("postgresql");

  SchemaModeTest() {
    EmbeddedPostgresServer.execute("create role " + user + " login");
    store.execute("revoke create on schema public from public");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private InboxSettings as(String name, SchemaMode mode) {
    return InboxSettings.ofUrl(
            "jdbc:postgresql://localhost:" + EmbeddedPostgresServer.port() + "/" + store.database,
            name,
            null,
            "node-1")
        .withSchema(mode);
  }

  private void grant() {
    store.execute("grant select, insert, update, delete on all tables in schema public to " + user);
  }

  @Test
  void aUserWithoutTheRightToMakeTablesDoesAllTheWork() {
    store.execute(scripts.print(0));
    grant();
    assertThatThrownBy(
            () -> {
              try (Connection c =
                      DriverManager.getConnection(
                          String.valueOf(as(user, SchemaMode.VALIDATE).jdbcUrl()), user, "");
                  Statement s = c.createStatement()) {
                s.execute("create table x (y int)");
              }
            })
        .hasMessageContaining("permission denied");

    JdbcInbox inbox = store.open(as(user, SchemaMode.VALIDATE));

    Subscription all = inbox.register(GAMMA, new SubscriptionName("all"), List.of());
    inbox.receives(GAMMA, true);
    InboxContract.join(inbox.accept(event("evt-1")));
    LeasedDelivery delivery = InboxContract.join(inbox.claim(all, 1)).deliveries().get(0);
    assertThat(InboxContract.join(inbox.finish(delivery, new Outcome.Delivered(1, false))))
        .isTrue();
    assertThat(inbox.idempotentKeys().take("mail", "k", "me", 1_000))
        .isEqualTo(IdempotentKeys.Take.TAKEN);
    assertThat(inbox.housekeeping(Retention.DEFAULT, 10).step())
        .isInstanceOf(Housekeeping.Step.More.class);
  }

  @Test
  void aStoreThatLacksNothingIsNotMigratedSoThatNoRightIsNeeded() {
    store.execute(scripts.print(0));
    grant();

    InboxContract.join(store.open(as(user, SchemaMode.MIGRATE)).accept(event("evt-1")));
  }

  @Test
  void anEmptyStoreIsRefusedWithWhatItLacksAndTheCure() {
    assertThatThrownBy(() -> store.open(as(user, SchemaMode.VALIDATE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lacks postgresql-1.sql, postgresql-2.sql")
        .hasMessageContaining("'schema --dialect postgresql --after 0'")
        .hasMessageContaining("gamma.webhook.inbox.schema: migrate");
    assertThat(store.rows("select tablename from pg_tables where schemaname = 'public'")).isEmpty();

    assertThatThrownBy(() -> store.open(as(user, SchemaMode.MIGRATE)))
        .hasMessageContaining("permission denied")
        .hasMessageContaining("gamma.webhook.inbox.schema: validate");
  }

  @Test
  void anOlderStoreIsRefusedUntilWhatComesAfterItsVersionWasRun() {
    store.execute(SchemaScripts.HISTORY);
    SchemaScripts.Script first = scripts.all().get(0);
    store.execute(first.sql());
    store.execute("insert into webhook_schema values (1, " + first.checksum() + ", 0)");
    grant();
    assertThatThrownBy(() -> store.open(as(user, SchemaMode.VALIDATE)))
        .hasMessageContaining("lacks postgresql-2.sql")
        .hasMessageContaining("--after 1");

    store.execute(scripts.print(1));
    grant();

    InboxContract.join(store.open(as(user, SchemaMode.VALIDATE)).accept(event("evt-1")));
  }

  @Test
  void aMissingRightOrTableIsNamed() {
    store.execute(scripts.print(0));
    grant();
    store.execute("revoke delete on webhook_body from " + user);
    assertThatThrownBy(() -> store.open(as(user, SchemaMode.VALIDATE)))
        .hasMessageContaining("table webhook_body cannot be used")
        .hasMessageContaining("grant the user select, insert, update and delete");

    store.execute("drop table webhook_audit");
    assertThatThrownBy(() -> store.open(as(user, SchemaMode.VALIDATE)))
        .hasMessageContaining("table webhook_audit cannot be used");
  }

  @Test
  void aGrantThatWasForgottenIsNamed() {
    store.execute(scripts.print(0));
    assertThatThrownBy(() -> store.open(as(user, SchemaMode.VALIDATE)))
        .hasMessageContaining("table webhook_schema cannot be used")
        .hasMessageContaining("grant the user select, insert, update and delete");
  }

  @Test
  void anEmbeddedStoreCanBeMadeByHandToo() {
    try (SqliteTestStore file = new SqliteTestStore()) {
      assertThatThrownBy(() -> file.open(file.settings("a").withSchema(SchemaMode.VALIDATE)))
          .hasMessageContaining("lacks sqlite-1.sql");
      for (String statement : SchemaScripts.of("sqlite").print(0).split(";\\s*\\n")) {
        if (!statement.endsWith("begin") && !statement.strip().equals("commit")) {
          file.execute(statement);
        }
      }

      InboxContract.join(
          file.open(file.settings("a").withSchema(SchemaMode.VALIDATE)).accept(event("evt-1")));
    }
  }
}
