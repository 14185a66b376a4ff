package io.gammawebhook.inbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store's tables up to date. It has its own history table, {@code webhook_schema}, and
 * touches nothing else, so that it lives beside a host's Flyway or Liquibase in one schema. Several
 * nodes may start at once: the registration lock lets one of them migrate at a time.
 *
 * <p>A file {@code <dialect>-<version>.sql} is never edited once released; a checksum says so. A
 * store that is newer than this program is accepted, since changes within a major version are
 * additive.
 */
final class Migrations {

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private static final String HISTORY =
      "create table if not exists webhook_schema (version int not null primary key,"
          + " checksum bigint not null, applied_at bigint not null)";

  private final Dialect dialect;

  Migrations(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Applies what is missing, in the caller's transaction, and commits it. */
  void apply(Connection c) throws SQLException {
    dialect.beginRegister(c);
    try (Statement s = c.createStatement()) {
      s.execute(HISTORY);
    }
    int version = 1;
    for (String sql = read(version); !sql.isEmpty(); sql = read(++version)) {
      long checksum = checksum(sql);
      Long applied = appliedChecksum(c, version);
      if (applied == null) {
        migrate(c, version, sql, checksum);
      } else if (applied != checksum) {
        throw new IllegalStateException(
            "The store's schema version "
                + version
                + " was made by another script than "
                + resource(version)
                + ": restore the released script, or point gamma.webhook.inbox at a new store");
      }
    }
    c.commit();
  }

  private void migrate(Connection c, int version, String sql, long checksum) throws SQLException {
    try (Statement s = c.createStatement()) {
      for (String statement : sql.split(";\\s*\\n")) {
        if (!statement.isBlank()) {
          s.execute(statement);
        }
      }
    }
    try (PreparedStatement s =
        c.prepareStatement(
            "insert into webhook_schema (version, checksum, applied_at) values (?, ?, ?)")) {
      s.setInt(1, version);
      s.setLong(2, checksum);
      s.setLong(3, dialect.clock().now(c));
      s.executeUpdate();
    }
    LOG.info("Inbox schema migrated to version {} ({})", version, dialect.name());
  }

  private static @org.jspecify.annotations.Nullable Long appliedChecksum(Connection c, int version)
      throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("select checksum from webhook_schema where version = ?")) {
      s.setInt(1, version);
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? r.getLong(1) : null;
      }
    }
  }

  private String resource(int version) {
    return dialect.name() + "-" + version + ".sql";
  }

  /** The script, or an empty text past the last version. */
  private String read(int version) {
    try (InputStream in = Migrations.class.getResourceAsStream(resource(version))) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(String sql) {
    CRC32 crc = new CRC32();
    crc.update(sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
