package io.gammawebhook.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server, unpacked from a test dependency: one a JVM, started by its first user
 * and stopped with the JVM. Each test gets a database of its own.
 */
public final class EmbeddedPostgresServer {

  private static final EmbeddedPostgres SERVER = start();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  public static final String USER = "postgres";

  private EmbeddedPostgresServer() {}

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates an empty database, and returns its name. */
  public static String freshDatabase() {
    String name = "test_" + DATABASES.incrementAndGet();
    execute("create database " + name);
    return name;
  }

  public static int port() {
    return SERVER.getPort();
  }

  public static String jdbcUrl(String database) {
    return SERVER.getJdbcUrl(USER, database);
  }

  /** Ends every connection to the database, as a restart of the server does. */
  public static void dropConnections(String database) {
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
            + database
            + "'");
  }

  /** Runs a statement as the superuser, outside all test databases. */
  public static void execute(String sql) {
    try (Connection c = SERVER.getPostgresDatabase().getConnection();
        Statement s = c.createStatement()) {
      s.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
