package io.gammawebhook.store;

import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A database of its own; its clock is the server's plus what the test moved it by. */
final class PostgresTestStore extends TestStore {

  final String database = EmbeddedPostgresServer.freshDatabase();

  String url() {
    return EmbeddedPostgresServer.jdbcUrl(database);
  }

  @Override
  InboxSettings settings(String node) {
    return InboxSettings.ofUrl(url(), null, null, node);
  }

  @Override
  JdbcInbox opening(InboxSettings settings) {
    Store store = Store.open(settings, time);
    return new JdbcInbox(
        store, now -> now + time.offset(), settings, new SecureRandom(), Measure.NONE);
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  @Override
  long now() {
    return number("select (extract(epoch from clock_timestamp()) * 1000)::bigint") + time.offset();
  }
}
