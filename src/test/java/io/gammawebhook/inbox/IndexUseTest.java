package io.gammawebhook.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The statements of each event go through an index, however full the tables are. */
class IndexUseTest {

  private static final String NEXT_DUE =
      "select min(due_at) from webhook_delivery where subscription = 1"
          + " and state in ('waiting', 'leased')";
  private static final String DEDUPE =
      "select reference, body_sha256 from webhook_event where source = 'gamma' and dedup_key = 'x'";

  @Test
  void onSqlite() {
    try (SqliteTestStore store = new SqliteTestStore()) {
      store.open("node-1");
      String due =
          SqliteDialect.DUE
              .replaceFirst("\\?", "1")
              .replaceFirst("\\?", "5")
              .replaceFirst("\\?", "9");

      assertThat(plan(store, "explain query plan " + due))
          .contains("USING INDEX webhook_delivery_due")
          .doesNotContain("TEMP B-TREE");
      assertThat(plan(store, "explain query plan " + NEXT_DUE))
          .contains("INDEX webhook_delivery_due");
      assertThat(plan(store, "explain query plan " + DEDUPE))
          .contains("SEARCH webhook_event USING INDEX sqlite_autoindex_webhook_event_2");
    }
  }

  @Test
  void onPostgresql() {
    try (PostgresTestStore store = new PostgresTestStore()) {
      store.open("node-1").close();
      store.execute(
          "insert into webhook_event select gen_random_uuid(), 'gamma', 'key-' || i, null, null,"
              + " null, null, '{}', i, '\\x00', 1 from generate_series(1, 50000) i");
      store.execute(
          "insert into webhook_delivery select gen_random_uuid(), 1 + i % 2, 0,"
              + " case when i % 20 = 0 then 'waiting' else 'delivered' end, 0, 0, i, null, i"
              + " from generate_series(1, 50000) i");
      store.execute("analyze");
      String claim = PostgresDialect.CLAIM;
      for (String value : new String[] {"1", "100000", "10", "200000", "'node-1'"}) {
        claim = claim.replaceFirst("\\?", value);
      }

      assertThat(plan(store, "explain " + claim))
          .contains("Index Scan using webhook_delivery_due")
          .contains("webhook_delivery_pkey")
          .doesNotContain("Seq Scan");
      assertThat(plan(store, "explain " + NEXT_DUE)).contains("using webhook_delivery_due");
      assertThat(plan(store, "explain " + DEDUPE))
          .contains("webhook_event_source_dedup_key_key")
          .doesNotContain("Seq Scan");
    }
  }

  private static String plan(TestStore store, String sql) {
    return String.join("\n", store.rows(sql));
  }
}
