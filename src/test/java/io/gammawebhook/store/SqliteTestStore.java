package io.gammawebhook.store;

import io.gammawebhook.inbox.InboxSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A file in a temporary folder; its clock stands still unless the test moves it. */
final class SqliteTestStore extends TestStore {

  final Path file;

  SqliteTestStore() {
    try {
      file = Files.createTempDirectory("inbox").resolve("inbox.db");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "jdbc:sqlite:" + file;
  }

  @Override
  InboxSettings settings(String node) {
    return InboxSettings.ofUrl(url(), null, null, node);
  }

  @Override
  JdbcInbox opening(InboxSettings settings) {
    return JdbcInbox.open(settings, time, new SecureRandom());
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url() + "?busy_timeout=10000");
  }

  @Override
  long now() {
    return time.millis();
  }

  @Override
  public void close() {
    super.close();
    try (var files = Files.list(file.getParent())) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
      Files.delete(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
