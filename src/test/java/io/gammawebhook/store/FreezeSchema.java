package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static io.gammawebhook.testing.TestEvents.eventOfType;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.store.SchemaScripts.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Freezes the schema of this version: to be run by hand when it is released, {@code mvn test
 * -Dtest=FreezeSchema}. With {@code -Dschema.version=<n>} it freezes the first n scripts, which
 * only makes sense as long as they are not released. What it writes is committed, and from then on
 * {@link UpgradeTest} holds every later version to it. It is no test: its name keeps it out of the
 * build.
 */
class FreezeSchema {

  /** Before any run of a test, so that all that waits is due. */
  private static final Duration BACK = Duration.ofDays(800);

  @Test
  void sqlite() throws Exception {
    try (SqliteTestStore store = new SqliteTestStore()) {
      freeze(store, "sqlite");
    }
  }

  @Test
  void postgresql() throws Exception {
    try (PostgresTestStore store = new PostgresTestStore()) {
      freeze(store, "postgresql");
    }
  }

  private static void freeze(TestStore store, String dialect) throws Exception {
    SchemaScripts scripts = SchemaScripts.of(dialect);
    int version = Integer.getInteger("schema.version", scripts.newest());
    store.time.advance(BACK.negated());
    live(store);
    ReleasedSchema schema = new ReleasedSchema(version, dialect);
    Files.createDirectories(schema.file().getParent());
    Files.writeString(schema.file(), dump(store, scripts, version), StandardCharsets.UTF_8);
  }

  /** Leaves rows in each state. */
  private static void live(TestStore store) {
    JdbcInbox inbox = store.open("node-1");
    InboxContract.join(inbox.accept(eventOfType("evt-unsubscribed", "unwanted.type")));
    Subscription orders =
        inbox.register(GAMMA, new SubscriptionName("orders"), List.of("invoice.*"));
    inbox.register(GAMMA, new SubscriptionName("old"), List.of("invoice.*"));
    InboxContract.join(inbox.accept(event("evt-delivered")));
    store.execute("update webhook_subscription set state = 'retired' where name = 'old'");
    end(inbox, orders, new Outcome.Delivered(5, false));
    InboxContract.join(inbox.accept(event("evt-delivered")));
    InboxContract.join(inbox.accept(event("evt-handled")));
    end(inbox, orders, new Outcome.Delivered(7, true));
    InboxContract.join(inbox.accept(event("evt-dead")));
    end(inbox, orders, new Outcome.Dead(9, "http-410", "Gone: it's \u00fc; \n 'quoted'"));
    InboxContract.join(inbox.accept(event("evt-replayed")));
    LeasedDelivery dead = end(inbox, orders, new Outcome.Dead(9, "http-400", "Bad"));
    inbox.replay(dead.lease().delivery(), new Operator("ann", "test"));
    end(inbox, orders, new Outcome.Delivered(5, false));
    InboxContract.join(inbox.accept(event("evt-retried")));
    end(inbox, orders, new Outcome.Retry(3, 300_000, "http-503", "Busy"));
    InboxContract.join(inbox.accept(event("evt-far-away")));
    end(inbox, orders, new Outcome.Retry(3, Duration.ofDays(36_500).toMillis(), "r", "d"));
    InboxContract.join(inbox.accept(event("evt-leased")));
    claim(inbox, orders);
    InboxContract.join(
        inbox.accept(event(GAMMA, "evt-waiting", "invoice.paid", new byte[] {0, 1, -1, 39, 59})));
    InboxContract.join(
        inbox.record(
            AuditEntry.of(
                event("x").reference(), AuditKind.REJECTED, GAMMA, null, "bad-signature", null)));
    IdempotentKeys keys = inbox.idempotentKeys();
    keys.take("mail", "confirmed", "me", 60_000);
    keys.confirm("mail", "confirmed", "me", Duration.ofDays(36_500).toMillis());
    keys.take("mail", "held", "me", Duration.ofDays(36_500).toMillis());
    inbox.close();
  }

  private static LeasedDelivery claim(JdbcInbox inbox, Subscription subscription) {
    return InboxContract.join(inbox.claim(subscription, 1)).deliveries().get(0);
  }

  private static LeasedDelivery end(JdbcInbox inbox, Subscription subscription, Outcome outcome) {
    LeasedDelivery delivery = claim(inbox, subscription);
    InboxContract.join(inbox.finish(delivery, outcome));
    return delivery;
  }

  private static String dump(TestStore store, SchemaScripts scripts, int version)
      throws SQLException {
    StringBuilder text = new StringBuilder(SchemaScripts.HISTORY).append(";\n");
    StringBuilder noted = new StringBuilder();
    for (Script script : scripts.all().subList(0, version)) {
      script.statements().forEach(statement -> text.append(statement.strip()).append(";\n"));
      noted
          .append("insert into webhook_schema (version, checksum, applied_at) values (")
          .append(script.version() + ", " + script.checksum() + ", 0);\n");
    }
    String tables = text.toString();
    text.append(noted);
    try (Connection c = store.connect();
        Statement s = c.createStatement()) {
      boolean postgres = c.getMetaData().getDatabaseProductName().equals("PostgreSQL");
      for (String table : tablesOf(tables)) {
        try (ResultSet r = s.executeQuery("select * from " + table + " order by 1, 2")) {
          insert(text, table, r, postgres);
        }
      }
      if (postgres) {
        for (Map.Entry<String, String> counted : counters(s).entrySet()) {
          text.append("select setval(pg_get_serial_sequence('")
              .append(counted.getKey() + "', '" + counted.getValue() + "'), 1000);\n");
        }
      }
    }
    return text.toString();
  }

  private static List<String> tablesOf(String tables) {
    List<String> names = new ArrayList<>();
    for (String line : tables.split("\n")) {
      if (line.startsWith("create table webhook_")) {
        names.add(line.split(" ")[2]);
      }
    }
    return names;
  }

  private static void insert(StringBuilder text, String table, ResultSet r, boolean postgres)
      throws SQLException {
    ResultSetMetaData columns = r.getMetaData();
    while (r.next()) {
      StringJoiner names = new StringJoiner(", ", "(", ")");
      StringJoiner values = new StringJoiner(", ", "(", ")");
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        names.add(columns.getColumnName(i));
        values.add(literal(r.getObject(i), postgres));
      }
      text.append("insert into " + table + " " + names);
      text.append(postgres ? " overriding system value values " : " values ");
      text.append(values).append(";\n");
    }
  }

  private static String literal(Object value, boolean postgres) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Number) {
      return value.toString();
    }
    if (value instanceof byte[] bytes) {
      String hex = HexFormat.of().formatHex(bytes);
      return postgres ? "'\\x" + hex + "'" : "x'" + hex + "'";
    }
    return "'" + value.toString().replace("'", "''") + "'";
  }

  /** The columns that the database counts. */
  private static Map<String, String> counters(Statement s) throws SQLException {
    Map<String, String> counters = new TreeMap<>();
    try (ResultSet r =
        s.executeQuery(
            "select table_name, column_name from information_schema.columns"
                + " where is_identity = 'YES' and table_name like 'webhook%'")) {
      while (r.next()) {
        counters.put(r.getString(1), r.getString(2));
      }
    }
    return counters;
  }
}
