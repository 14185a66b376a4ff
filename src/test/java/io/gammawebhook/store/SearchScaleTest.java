package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.AuditFilter;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.EventSearch.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A page of a search takes about as long however many events there are, and looks at a bounded
 * number of them. {@code -Dsearch.events=1000000} shows it with a million, and prints what it
 * measured.
 */
class SearchScaleTest {

  private static final int EVENTS = Integer.getInteger("search.events", 30_000);

  private static final int PAGES = EVENTS > 100_000 ? 60 : 8;

  /** For a machine that has other things to do; what is usual is a hundredth of it. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final long BASE = Instant.parse("2026-02-01T00:00:00Z").toEpochMilli();

  private static final List<Map<String, String>> SEARCHES =
      List.of(
          Map.of(),
          Map.of("source", "gamma"),
          Map.of("type", "order.*"),
          Map.of("type", "rare"),
          Map.of("state", "dead"),
          Map.of("state", "waiting"),
          Map.of("state", "delivered"),
          Map.of("state", "unsubscribed"),
          Map.of("subscription", "orders", "state", "delivered"),
          Map.of("reason", "http-*"),
          Map.of("destination", "https://a*"),
          Map.of("id", "evt-77"),
          Map.of("from", "2026-02-01T00:00:10Z", "to", "2026-02-01T00:00:11Z"),
          Map.of("match", "$.customer.email=c7@example.com"),
          Map.of("match", "$.nothing"));

  @Test
  void onSqlite() {
    try (SqliteTestStore store = new SqliteTestStore()) {
      JdbcInbox inbox = store.open("node-1");
      int orders = inbox.register(GAMMA, new SubscriptionName("orders"), List.of("none")).number();
      String i =
          "with recursive n(i) as (select 1 union all select i + 1 from n where i < "
              + EVENTS
              + ") ";
      String reference =
          "printf('%08x-%04x-7000-8000-%012x', ({b} + i) >> 16, ({b} + i) & 65535, i)"
              .replace("{b}", Long.toString(BASE));
      fill(store, i, reference, orders, "cast(x'00' as blob)", "cast({j} as blob)", "from n");
      look("sqlite", inbox.search());
    }
  }

  @Test
  void onPostgresql() throws Exception {
    try (PostgresTestStore store = new PostgresTestStore()) {
      JdbcInbox inbox = store.open("node-1");
      int orders = inbox.register(GAMMA, new SubscriptionName("orders"), List.of("none")).number();
      String reference =
          "(lpad(to_hex({b} + i), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid"
              .replace("{b}", Long.toString(BASE));
      fill(
          store,
          "",
          reference,
          orders,
          "'\\x00'::bytea",
          "convert_to({j}, 'UTF8')",
          "from generate_series(1, " + EVENTS + ") as n(i)");
      // As after the first start, when the planner knows nothing, and later.
      look("postgresql, before analyze", inbox.search());
      store.execute("analyze");
      look("postgresql", inbox.search());
    }
  }

  /** One in a thousand is dead, one in a thousand waits, one in ten thousand is unsubscribed. */
  private static void fill(
      TestStore store,
      String with,
      String reference,
      int subscription,
      String hash,
      String body,
      String from) {
    store.execute(
        with
            + "insert into webhook_event (reference, source, dedup_key, event_id, event_type,"
            + " headers, received_at, body_sha256, subscribed) select "
            + reference
            + ", 'gamma', 'evt-' || i, 'evt-' || i, case when i = 99 then 'rare' when i % 2 = 0"
            + " then 'order.paid' else 'invoice.paid' end, '{}', "
            + BASE
            + " + i, "
            + hash
            + ", case when i % 10000 = 5 then 0 else 1 end "
            + from);
    store.execute(
        with
            + "insert into webhook_body (reference, body) select "
            + reference
            + ", "
            + body.replace(
                "{j}", "'{\"customer\":{\"email\":\"c' || (i % 1000) || '@example.com\"}}'")
            + " "
            + from);
    store.execute(
        with
            + "insert into webhook_delivery (reference, subscription, run, state, attempt, epoch,"
            + " due_at, created_at, ended_at, reason, detail, destination) select "
            + reference
            + ", "
            + subscription
            + ", 0, case when i % 1000 = 7 then 'dead' when i % 1000 = 8 then 'waiting' else"
            + " 'delivered' end, 1, 1, "
            + BASE
            + " + i, "
            + BASE
            + " + i, "
            + BASE
            + " + i, case when i % 1000 = 7 then 'http-503' end, case when i % 1000 = 7 then"
            + " 'Attempt 8 of 8: row ' || i end, case when i % 1000 = 7 then 'https://a' end "
            + from
            + " where i % 10000 <> 5");
    store.execute(
        with
            + "insert into webhook_audit (reference, at, kind, source, attempt, duration_ms, node)"
            + " select "
            + reference
            + ", "
            + BASE
            + " + i, 'received', 'gamma', 0, 0, 'node-1' "
            + from);
  }

  private static void look(String database, EventSearch search) {
    for (Map<String, String> criteria : SEARCHES) {
      EventFilter filter = EventFilter.of(criteria, Instant.EPOCH);
      List<Long> nanos = new ArrayList<>();
      Reference after = null;
      long lookedAt = 0;
      int found = 0;
      do {
        long began = System.nanoTime();
        Page page = search.events(filter, after, 50);
        nanos.add(System.nanoTime() - began);
        assertThat(page.lookedAt())
            .as("%s %s", database, criteria)
            .isLessThanOrEqualTo(EventScan.MOST_EVENTS + 5_000);
        lookedAt += page.lookedAt();
        found += page.events().size();
        after = page.next();
      } while (after != null && nanos.size() < PAGES);
      long slowest = nanos.stream().mapToLong(Long::longValue).max().orElse(0);
      assertThat(Duration.ofNanos(slowest)).as("%s %s", database, criteria).isLessThan(LONGEST);
      print(database, criteria.toString(), nanos, found, lookedAt);
    }
    long began = System.nanoTime();
    EventSearch.Causes causes = search.causes(null, null);
    assertThat(causes.causes()).hasSize(1);
    assertThat(causes.causes().get(0).count()).isEqualTo((EVENTS + 993) / 1000);
    print(database, "causes", List.of(System.nanoTime() - began), 1, causes.lookedAt());
    began = System.nanoTime();
    search.audit(new AuditFilter(Set.of("rejected"), null, null, null, null, null), null, 50);
    long rejected = System.nanoTime() - began;
    print(database, "audit of rejections", List.of(rejected), 0, 0);
    assertThat(Duration.ofNanos(rejected)).isLessThan(LONGEST);
  }

  private static void print(
      String database, String what, List<Long> nanos, int found, long lookedAt) {
    if (Integer.getInteger("search.events") != null) {
      long slowest = nanos.stream().mapToLong(Long::longValue).max().orElse(0);
      System.out.printf(
          Locale.ROOT,
          "%s | %s | %d pages | first %.1f ms | slowest %.1f ms | %d found | %d looked at%n",
          database,
          what,
          nanos.size(),
          nanos.get(0) / 1e6,
          slowest / 1e6,
          found,
          lookedAt);
    }
  }
}
