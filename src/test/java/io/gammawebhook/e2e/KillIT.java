package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product killed by SIGKILL: no event that was answered 2xx is lost, and none is doubled. */
@Timeout(240)
class KillIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void killedThriceWhileEventsStreamInItDeliversEveryAcknowledgedOneOnce(TestStore store)
      throws Exception {
    int events = 3000;
    try (ProductProcess product = new ProductProcess(folder);
        Crowd crowd = new Crowd(product.sender(), "invoice.paid", events)) {
      Database inbox = store.configure(product, folder);
      product.start().awaitReady();
      crowd.start();
      for (int kill = 1; kill <= 3; kill++) {
        int enough = kill * events / 5;
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> crowd.count() >= enough);
        product.kill();
        product.start().awaitReady();
      }
      crowd.join();

      assertThat(crowd.acknowledged()).hasSize(events);
      assertThat(crowd.refusals()).isSubsetOf(503);
      Database destination = new Database("jdbc:sqlite:" + folder.resolve("destination.db"));
      eachOnce(destination, crowd.acknowledged());
      nothingIsOpen(inbox);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBacklogOf4000SurvivesAKillWhileTheDestinationIsDown(TestStore store) throws Exception {
    int events = 4000;
    String database = EmbeddedPostgresServer.freshDatabase();
    Database destination = new Database(EmbeddedPostgresServer.jdbcUrl(database));
    createTable(destination);
    try (ProductProcess product = new ProductProcess(folder);
        Crowd crowd = new Crowd(product.sender(), "invoice.paid", events)) {
      Database inbox = store.configure(product, folder);
      product
          .with("spring.datasource.url", destination.url())
          .with("spring.datasource.hikari.connection-timeout", "1000")
          .with("spring.datasource.hikari.initialization-fail-timeout", "-1")
          .with("spring.sql.init.mode", "never")
          .with("gamma.webhook.retry.schedule", String.join(",", Collections.nCopies(60, "1s")));
      product.start().awaitReady();
      EmbeddedPostgresServer.execute("alter database " + database + " allow_connections false");
      EmbeddedPostgresServer.dropConnections(database);
      long down = System.nanoTime();

      crowd.start();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> crowd.count() >= events / 2);
      product.kill();
      product.start().awaitReady();
      crowd.join();
      assertThat(crowd.acknowledged()).hasSize(events);
      assertThat(inbox.count("select count(*) from webhook_delivery where state <> 'delivered'"))
          .isEqualTo(events);
      await().atMost(PATIENCE).until(() -> System.nanoTime() - down >= 20_000_000_000L);
      EmbeddedPostgresServer.execute("alter database " + database + " allow_connections true");

      eachOnce(destination, crowd.acknowledged());
      nothingIsOpen(inbox);
    }
  }

  private static void createTable(Database destination) throws Exception {
    try (Connection c = DriverManager.getConnection(destination.url());
        Statement s = c.createStatement()) {
      s.execute(Files.readString(Path.of("routes", "to-database.sql")));
    }
  }

  /** Every acknowledged event has its row, under the reference of its acknowledgement. */
  private static void eachOnce(Database destination, Map<String, String> acknowledged) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> destination.count("select count(*) from gamma_event") >= acknowledged.size());
    Map<String, String> found = new HashMap<>();
    for (var row : destination.rows("select event_id, reference from gamma_event")) {
      assertThat(found.put(row.get(0), row.get(1))).as("second row of %s", row.get(0)).isNull();
    }
    assertThat(found).containsExactlyInAnyOrderEntriesOf(acknowledged);
  }

  private static void nothingIsOpen(Database inbox) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        inbox.lines(
                            "select state, count(*) from webhook_delivery"
                                + " where state <> 'delivered' group by state"))
                    .isEmpty());
  }
}
