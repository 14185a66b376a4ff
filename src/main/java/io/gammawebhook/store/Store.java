package io.gammawebhook.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.measure.Measure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The opened database: its dialect and its connections. Safe for use by many threads. */
final class Store implements AutoCloseable {

  private final Dialect dialect;
  private final DataSource connections;
  private final @Nullable HikariDataSource ownPool;
  private final @Nullable SqliteFile file;

  /** Whether the host's pool has another level than the one that each statement here relies on. */
  private final boolean setsIsolation;

  private Store(
      Dialect dialect,
      DataSource connections,
      @Nullable HikariDataSource ownPool,
      @Nullable SqliteFile file,
      boolean setsIsolation) {
    this.setsIsolation = setsIsolation;
    this.dialect = dialect;
    this.connections = connections;
    this.ownPool = ownPool;
    this.file = file;
  }

  /**
   * Opens the store and brings its schema up to date.
   *
   * @throws IllegalStateException if the database is of an unsupported kind, is held by another
   *     process, or cannot be reached; the message names the property and the cure
   */
  static Store open(InboxSettings settings, InstantSource clock) {
    Store store = connect(settings, clock);
    try (Connection c = store.begin()) {
      new Migrations(store.dialect, settings.schema()).apply(c);
    } catch (SQLException e) {
      store.close();
      throw new IllegalStateException(
          "The inbox's database cannot be used ("
              + e.getMessage()
              + "): check gamma.webhook.inbox.jdbc-url, username and password, and that the user"
              + " may create tables; or let another one make them, and set"
              + " gamma.webhook.inbox.schema: validate",
          e);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
    return store;
  }

  private static Store connect(InboxSettings settings, InstantSource clock) {
    DataSource hosts = settings.dataSource();
    if (hosts != null) {
      Dialect dialect = dialectOf(productOf(hosts), clock, true);
      return new Store(dialect, hosts, null, null, !isReadCommitted(hosts));
    }
    String url = String.valueOf(settings.jdbcUrl());
    String kind = url.split(":", 3).length > 1 ? url.split(":", 3)[1] : url;
    Dialect dialect = dialectOf(kind, clock, false);
    SqliteFile file = dialect instanceof SqliteDialect ? SqliteFile.lock(url) : null;
    try {
      HikariDataSource pool = pool(settings, url, file);
      return new Store(dialect, pool, pool, file, false);
    } catch (RuntimeException e) {
      if (file != null) {
        file.close();
      }
      throw new IllegalStateException(
          "The inbox's database cannot be reached ("
              + e.getMessage()
              + "): check gamma.webhook.inbox.jdbc-url, username and password",
          e);
    }
  }

  private static HikariDataSource pool(
      InboxSettings settings, String url, @Nullable SqliteFile file) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("gamma-webhook-inbox");
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(3_000);
    config.setInitializationFailTimeout(10_000);
    if (file != null) {
      config.setDataSource(file.dataSource(url));
      // Nothing can drop a connection to a file, so keep each with its page cache.
      config.setMaxLifetime(0);
    } else {
      config.setJdbcUrl(url);
      config.setUsername(settings.username());
      config.setPassword(settings.password());
      config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
      // A dead peer is noticed, and a refused row's columns stay out of messages and logs. What
      // the URL says goes before these.
      config.addDataSourceProperty("socketTimeout", "30");
      config.addDataSourceProperty("tcpKeepAlive", "true");
      config.addDataSourceProperty("logServerErrorDetail", "false");
    }
    return new HikariDataSource(config);
  }

  private static String productOf(DataSource dataSource) {
    try (Connection c = dataSource.getConnection()) {
      return c.getMetaData().getDatabaseProductName();
    } catch (SQLException e) {
      throw new IllegalStateException(
          "gamma.webhook.inbox.data-source cannot be reached: " + e.getMessage(), e);
    }
  }

  private static boolean isReadCommitted(DataSource dataSource) {
    try (Connection c = dataSource.getConnection()) {
      return c.getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "gamma.webhook.inbox.data-source cannot be reached: " + e.getMessage(), e);
    }
  }

  private static Dialect dialectOf(String kind, InstantSource clock, boolean hostsPool) {
    switch (kind.toLowerCase(Locale.ROOT)) {
      case "postgresql" -> {
        return new PostgresDialect();
      }
      case "sqlite" -> {
        if (!hostsPool) {
          return new SqliteDialect(clock);
        }
        throw new IllegalStateException(
            "gamma.webhook.inbox.data-source is SQLite: an embedded store is private, with one"
                + " writer; set gamma.webhook.inbox.jdbc-url: jdbc:sqlite:<file> instead");
      }
      default ->
          throw new IllegalStateException(
              "The inbox cannot be kept in '"
                  + kind
                  + "': set gamma.webhook.inbox.jdbc-url to jdbc:sqlite:<file> or"
                  + " jdbc:postgresql:…, or gamma.webhook.inbox.data-source to a PostgreSQL pool");
    }
  }

  Dialect dialect() {
    return dialect;
  }

  /** Whether this process is the only one that uses the store. */
  boolean isPrivate() {
    return file != null;
  }

  /** The connections of its own pool; null where the host's are used, who watches them itself. */
  Measure.@Nullable Pool pool() {
    HikariDataSource own = ownPool;
    return own == null ? null : new OwnPool(own.getHikariPoolMXBean(), own.getMaximumPoolSize());
  }

  private record OwnPool(HikariPoolMXBean pool, int max) implements Measure.Pool {

    @Override
    public int active() {
      return pool.getActiveConnections();
    }

    @Override
    public int idle() {
      return pool.getIdleConnections();
    }

    @Override
    public int waiting() {
      return pool.getThreadsAwaitingConnection();
    }
  }

  /** A connection in a transaction; closing it without a commit rolls back. */
  Connection begin() throws SQLException {
    Connection c = connections.getConnection();
    try {
      if (setsIsolation) {
        c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      }
      c.setAutoCommit(false);
      return c;
    } catch (SQLException e) {
      c.close();
      throw e;
    }
  }

  /**
   * Commits.
   *
   * @throws SQLException if it is not certain that what was committed is kept
   */
  void commit(Connection c) throws SQLException {
    c.commit();
    if (file != null) {
      file.mustBeThere();
    }
  }

  /**
   * Rolls back what a fault has ended. SQLite may have done so by itself (on a full disk, say), and
   * its driver takes the connection for one in a transaction from then on: whatever was written
   * over it would be committed piece by piece. So one that cannot be rolled back is used no more.
   */
  void rollback(Connection c, Exception cause) {
    try {
      c.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
      if (ownPool != null) {
        ownPool.evictConnection(c);
      }
    }
  }

  /** A connection for reading only, outside the writer. */
  Connection read() throws SQLException {
    Connection c = connections.getConnection();
    try {
      c.setAutoCommit(true);
      return c;
    } catch (SQLException e) {
      c.close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (ownPool != null) {
      ownPool.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
