package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.Reference;
import io.gammawebhook.store.Sweep.What;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The statements of each event go through an index, however full the tables are. */
class IndexUseTest {

  private static final String HISTORY =
      "select kind from webhook_audit where reference = '01a20fb1-6c83-7074-a275-a13807c62a78'"
          + " order by entry";

  private static final String DEDUPE =
      "select reference, body_sha256 from webhook_event where source = 'gamma' and dedup_key = 'x'";
  private static final Reference LOW = Reference.lowest(1_000);
  private static final Reference HIGH = Reference.lowest(1_700_000_000_000L);

  /** What retention does; each goes by the range of the references, or by one of them. */
  private static final List<String> RETENTION =
      Stream.of(
              Stream.of(What.values()).map(what -> Sweep.bound(what, 100)),
              Stream.of(
                  Sweep.WANTED_BODIES_OVER,
                  Sweep.ALL_BODIES_OVER,
                  Sweep.TIMED_EVENTS_OVER,
                  Sweep.ALL_EVENTS_OVER,
                  Sweep.DELETE_AUDIT,
                  Sweep.DELETE_QUARANTINED,
                  Sweep.DELETE_BODY))
          .flatMap(Function.identity())
          .map(
              sql ->
                  sql.replaceFirst("(reference >|x.reference =) \\?", "$1 '" + LOW + "'")
                      .replaceFirst("\\?", "'" + HIGH + "'")
                      .replaceFirst("\\?", "9"))
          .toList();

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
      assertThat(
              plan(
                  store, "explain query plan " + DeliveryQueries.NEXT_DUE.replaceFirst("\\?", "1")))
          .contains("INDEX webhook_delivery_due");
      assertThat(
              plan(store, "explain query plan " + DeliveryQueries.UNSUBSCRIBED.replace("?", "1")))
          .contains("USING INDEX webhook_event_unsubscribed (source=? AND reference>?)")
          .doesNotContain("TEMP B-TREE");
      assertThat(plan(store, "explain query plan " + QuarantineTable.HELD.replace("?", "'a'")))
          .contains("USING COVERING INDEX webhook_quarantine_source");
      for (String list : List.of(QuarantineTable.LIST, QuarantineTable.LIST_OF_SOURCE)) {
        assertThat(plan(store, "explain query plan " + list.replace("?", "'a'")))
            .contains("SEARCH")
            .doesNotContain("TEMP B-TREE");
      }
      assertThat(plan(store, "explain query plan " + DEDUPE))
          .contains("SEARCH webhook_event USING INDEX sqlite_autoindex_webhook_event_2");
      assertThat(plan(store, "explain query plan " + HISTORY))
          .contains("USING INDEX webhook_audit_reference")
          .doesNotContain("TEMP B-TREE");
      assertThat(plan(store, "explain query plan " + Housekeeping.EXPIRED_KEYS.replace("?", "9")))
          .contains("COVERING INDEX webhook_idempotent_until (until<?)")
          .doesNotContain("TEMP B-TREE");
      assertThat(plan(store, "explain query plan " + DuplicateAudit.written(2)))
          .contains("SEARCH webhook_audit USING INDEX webhook_audit_reference")
          .doesNotContain("SCAN webhook");
      assertThat(plan(store, "explain query plan " + StatusQueries.UNSETTLED.replace("?", "1")))
          .contains("SEARCH d USING INDEX webhook_delivery_dead (subscription=?)")
          .contains("SEARCH n USING COVERING INDEX sqlite_autoindex_webhook_delivery_1")
          .doesNotContain("SCAN d")
          .doesNotContain("SCAN n");
      assertThat(plan(store, "explain query plan " + StoreVitals.OLDEST.replace("?", "1")))
          .contains("webhook_delivery_due (subscription=? AND due_at<?)");
      assertThat(
              plan(store, "explain query plan " + StoreVitals.NEW_DEAD_LETTERS.replace("?", "1")))
          .contains("webhook_delivery_dead (subscription=? AND ended_at>?)")
          .contains("SEARCH n USING COVERING INDEX sqlite_autoindex_webhook_delivery_1");
      for (String statement : RETENTION) {
        assertThat(plan(store, "explain query plan " + statement))
            .as(statement)
            .contains("SEARCH")
            .doesNotContain("SCAN")
            .doesNotContain("webhook_delivery_due")
            .doesNotContain("TEMP B-TREE");
      }
    }
  }

  @Test
  void onPostgresql() throws Exception {
    try (PostgresTestStore store = new PostgresTestStore()) {
      store.open("node-1").close();
      store.execute("alter table webhook_event set (autovacuum_enabled = false)");
      store.execute("alter table webhook_delivery set (autovacuum_enabled = false)");
      store.execute(
          "insert into webhook_event select gen_random_uuid(), 'gamma', 'key-' || i, null, null,"
              + " null, null, '{}', i, '\\x00', 1 from generate_series(1, 50000) i");
      store.execute("insert into webhook_body select reference, 'x' from webhook_event");
      store.execute(
          "insert into webhook_audit (reference, at, kind, source, attempt, duration_ms,"
              + " node) select reference, received_at, 'received', source, 0, 0, 'node-1'"
              + " from webhook_event");
      store.execute(
          "insert into webhook_idempotent select 'mail', 'key-' || i, 'me', 1, i"
              + " from generate_series(1, 50000) i");
      store.execute("insert into webhook_source values ('gamma', 1)");
      store.execute(
          "insert into webhook_quarantine select gen_random_uuid(), 'source-' || i % 10, i, 'a',"
              + " null, '{}', 'r', 'd', 100, 'x' from generate_series(1, 20000) i");
      store.execute(
          "insert into webhook_delivery select gen_random_uuid(), 1 + i % 2, 0,"
              + " case when i % 20 = 0 then 'waiting' else 'leased' end, 0, 0, i, null, i"
              + " from generate_series(1, 50000) i");

      // Also before the first analyze, when the planner knows nothing.
      everyStatementGoesByIndex(store);
      retentionGoesByIndex(store);
      store.execute("analyze");
      everyStatementGoesByIndex(store);
      retentionGoesByIndex(store);
    }
  }

  private static void retentionGoesByIndex(PostgresTestStore store) throws Exception {
    for (String statement : RETENTION) {
      assertThat(planOf(store, PostgresDialect.SWEEPING + "; " + statement))
          .as(statement)
          .containsPattern("Index (Only )?Scan using \\w+_pkey")
          .doesNotContain("webhook_delivery_due")
          .doesNotContain("Seq Scan on webhook_event")
          .doesNotContain("Seq Scan on webhook_body")
          .doesNotContain("Seq Scan on webhook_audit")
          .doesNotContain("Seq Scan on webhook_delivery");
    }
    assertThat(
            planOf(store, PostgresDialect.SWEEPING + "; " + Housekeeping.EXPIRED_KEYS, "9", "500"))
        .contains("using webhook_idempotent_until")
        .doesNotContain("Sort");
    assertThat(
            planOf(
                store,
                PostgresDialect.SWEEPING + "; " + Housekeeping.DELETE_KEY,
                "'mail'",
                "'key-1'",
                "9"))
        .contains("using webhook_idempotent_pkey");
  }

  private static void everyStatementGoesByIndex(PostgresTestStore store) throws Exception {
    assertThat(planOf(store, PostgresDialect.CLAIM, "1", "100000", "10", "200000", "'n'", "9"))
        .contains("Index Scan using webhook_delivery_due")
        .contains("Index Scan using webhook_delivery_pkey")
        .doesNotContain("Seq Scan");
    String id = "array[gen_random_uuid()]";
    String finish = PostgresDialect.FINISH_ALL;
    assertThat(
            planOf(
                store,
                finish,
                id,
                "'{1}'",
                "'{0}'",
                "'{1}'",
                "'{dead}'",
                "'{0}'",
                "'{1}'",
                "'{1}'",
                "'{r}'",
                "'{d}'",
                "'{to}'"))
        .contains("Index Scan using webhook_delivery_pkey")
        .doesNotContain("webhook_delivery_due")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, PostgresDialect.RENEW_ALL, "1", id, "'{1}'", "'{0}'", "'{1}'"))
        .contains("Index Scan using webhook_delivery_pkey")
        .doesNotContain("webhook_delivery_due")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, DeliveryQueries.NEXT_DUE, "1"))
        .contains("Limit")
        .contains("using webhook_delivery_due")
        .doesNotContain("Sort");
    assertThat(planOf(store, DeliveryQueries.UNSUBSCRIBED, "'gamma'", "'" + LOW + "'", "1000"))
        .contains("webhook_event_unsubscribed")
        .doesNotContain("Sort");
    assertThat(planOf(store, QuarantineTable.HELD, "'source-1'"))
        .contains("webhook_quarantine_source")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, QuarantineTable.LIST, "'" + LOW + "'", "100"))
        .contains("webhook_quarantine_pkey")
        .doesNotContain("Sort");
    assertThat(planOf(store, QuarantineTable.LIST_OF_SOURCE, "'" + LOW + "'", "'source-1'", "100"))
        .contains("webhook_quarantine")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, DEDUPE))
        .contains("webhook_event_source_dedup_key_key")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, StatusQueries.UNSETTLED, "1"))
        .contains("webhook_delivery_dead")
        .contains("Index Only Scan Backward using webhook_delivery_pkey")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, StoreVitals.OLDEST, "1", "9"))
        .contains("webhook_delivery_due")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, StoreVitals.NEW_DEAD_LETTERS, "1", "9"))
        .contains("webhook_delivery_dead")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, DuplicateAudit.written(2), "'" + LOW + "'", "'" + HIGH + "'"))
        .contains("webhook_audit_pkey")
        .doesNotContain("Seq Scan");
    assertThat(planOf(store, PostgresDialect.BY_INDEX + HISTORY))
        .contains("using webhook_audit_pkey")
        .doesNotContain("Sort");
  }

  /** The plan, after what the statement sets before itself. */
  private static String planOf(PostgresTestStore store, String statement, String... values)
      throws Exception {
    String sql = statement;
    for (String value : values) {
      sql = sql.replaceFirst("\\?", value);
    }
    int last = sql.lastIndexOf("; ") + 1;
    try (Connection c = store.connect();
        Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      if (last > 0) {
        s.execute(sql.substring(0, last));
      }
      List<String> lines = new ArrayList<>();
      try (ResultSet r = s.executeQuery("explain " + sql.substring(last))) {
        while (r.next()) {
          lines.add(r.getString(1));
        }
      }
      return String.join("\n", lines);
    }
  }

  private static String plan(TestStore store, String sql) {
    return String.join("\n", store.rows(sql));
  }
}
