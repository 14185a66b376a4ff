package io.gammawebhook.store;

import static java.util.Map.entry;

import io.gammawebhook.inbox.SchemaMode;
import io.gammawebhook.store.SchemaScripts.Script;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store's tables up to date, or only looks at them ({@link SchemaMode}). It has its own
 * history table, {@code webhook_schema}, and touches nothing else, so that it lives beside a host's
 * Flyway or Liquibase in one schema. Several nodes may start at once: the registration lock lets
 * one of them migrate at a time. A store that lacks nothing is only read.
 *
 * <p>A store that is newer than this program is accepted within the major version, and refused
 * beyond it.
 */
final class Migrations {

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The tables that the program uses, each with a column to try its rights on. */
  private static final Map<String, String> TABLES =
      new TreeMap<>(
          Map.ofEntries(
              entry("webhook_event", "source"),
              entry("webhook_body", "reference"),
              entry("webhook_subscription", "source"),
              entry("webhook_delivery", "reference"),
              entry("webhook_audit", "source"),
              entry("webhook_idempotent", "repository"),
              entry("webhook_source", "source"),
              entry("webhook_quarantine", "source"),
              entry("webhook_housekeeping", "task"),
              entry("webhook_operation", "kind"),
              entry("webhook_registration", "registration"),
              entry("webhook_registration_secret", "registration")));

  private final Dialect dialect;
  private final SchemaMode mode;
  private final SchemaScripts scripts;

  Migrations(Dialect dialect, SchemaMode mode) {
    this.dialect = dialect;
    this.mode = mode;
    this.scripts = SchemaScripts.of(dialect.name());
  }

  /**
   * Applies what is missing, in the caller's transaction, and commits it.
   *
   * @throws IllegalStateException if the store's schema is not one that this program can use; the
   *     message names the cure
   */
  void apply(Connection c) throws SQLException {
    Map<Integer, Long> history = firstHistory(c);
    check(history);
    List<Script> missing = missing(history);
    if (mode == SchemaMode.VALIDATE) {
      mustLackNothing(missing);
      for (Map.Entry<String, String> table : TABLES.entrySet()) {
        mustBeUsable(c, table.getKey(), table.getValue());
      }
    } else if (!missing.isEmpty()) {
      dialect.beginRegister(c);
      try (Statement s = c.createStatement()) {
        s.execute(SchemaScripts.HISTORY);
      }
      // Once more: another node may have migrated while this one waited.
      history = history(c);
      check(history);
      for (Script script : missing(history)) {
        migrate(c, script);
      }
    }
    c.commit();
  }

  private Map<Integer, Long> firstHistory(Connection c) throws SQLException {
    try {
      return history(c);
    } catch (SQLException e) {
      if (mode == SchemaMode.VALIDATE) {
        throw unusable("webhook_schema", e);
      }
      throw e;
    }
  }

  private List<Script> missing(Map<Integer, Long> history) {
    return scripts.all().stream().filter(s -> !history.containsKey(s.version())).toList();
  }

  /** The versions that the store has, with their checksums. */
  private Map<Integer, Long> history(Connection c) throws SQLException {
    Map<Integer, Long> history = new LinkedHashMap<>();
    if (dialect.hasTable(c, "webhook_schema")) {
      try (PreparedStatement s =
              c.prepareStatement("select version, checksum from webhook_schema order by version");
          ResultSet r = s.executeQuery()) {
        while (r.next()) {
          history.put(r.getInt("version"), r.getLong("checksum"));
        }
      }
    }
    return history;
  }

  private void check(Map<Integer, Long> history) {
    for (Script script : scripts.all()) {
      Long applied = history.get(script.version());
      if (applied != null && applied != script.checksum()) {
        throw new IllegalStateException(
            "The store's schema version "
                + script.version()
                + " was made by another script than "
                + file(script)
                + ": restore the released script, or point gamma.webhook.inbox at a new store");
      }
    }
    int newest = history.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (SchemaScripts.major(newest) > SchemaScripts.major(scripts.newest())) {
      throw new IllegalStateException(
          "The store's schema is version "
              + newest
              + ", of major version "
              + SchemaScripts.major(newest)
              + ", and this program knows major version "
              + SchemaScripts.major(scripts.newest())
              + " only: start the newer program, or point gamma.webhook.inbox at another store");
    }
    if (newest > scripts.newest()) {
      LOG.info(
          "The store's schema is version {}, newer than the {} that this program knows; it goes"
              + " on, since changes within a major version only add",
          newest,
          scripts.newest());
    }
  }

  private void migrate(Connection c, Script script) throws SQLException {
    try (Statement s = c.createStatement()) {
      for (String statement : script.statements()) {
        s.execute(statement);
      }
    }
    try (PreparedStatement s =
        c.prepareStatement(
            "insert into webhook_schema (version, checksum, applied_at) values (?, ?, ?)")) {
      s.setInt(1, script.version());
      s.setLong(2, script.checksum());
      s.setLong(3, dialect.clock().now(c));
      s.executeUpdate();
    }
    LOG.info("Inbox schema migrated to version {} ({})", script.version(), dialect.name());
  }

  private void mustLackNothing(List<Script> missing) {
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "gamma.webhook.inbox.schema is validate, and the store lacks "
              + missing.stream().map(this::file).collect(Collectors.joining(", "))
              + ": let a user who may create tables run what 'schema --dialect "
              + dialect.name()
              + " --after "
              + (missing.get(0).version() - 1)
              + "' prints, or set gamma.webhook.inbox.schema: migrate");
    }
  }

  /** Tries the rights without touching a row. */
  private static void mustBeUsable(Connection c, String table, String column) {
    try (Statement s = c.createStatement()) {
      s.executeQuery("select " + column + " from " + table + " where 1 = 0").close();
      s.executeUpdate(
          "insert into "
              + table
              + " ("
              + column
              + ") select "
              + column
              + " from "
              + table
              + " where 1 = 0");
      s.executeUpdate("update " + table + " set " + column + " = " + column + " where 1 = 0");
      s.executeUpdate("delete from " + table + " where 1 = 0");
    } catch (SQLException e) {
      throw unusable(table, e);
    }
  }

  private static IllegalStateException unusable(String table, SQLException e) {
    return new IllegalStateException(
        "gamma.webhook.inbox.schema is validate, and the store's table "
            + table
            + " cannot be used ("
            + e.getMessage()
            + "): make it by the script of its version, and grant the user select, insert, update"
            + " and delete on it",
        e);
  }

  private String file(Script script) {
    return dialect.name() + "-" + script.version() + ".sql";
  }
}
