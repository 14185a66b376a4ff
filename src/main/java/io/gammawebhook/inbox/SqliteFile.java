package io.gammawebhook.inbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The file of the embedded store, held by this process alone through a lock file beside it, and
 * readable by its owner alone: it holds the bodies of events.
 */
final class SqliteFile implements AutoCloseable {

  private static final String PREFIX = "jdbc:sqlite:";

  private final FileChannel channel;

  private SqliteFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws IllegalStateException if the URL names no file, or another process holds it
   */
  static SqliteFile lock(String url) {
    Path file = pathOf(url);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
      }
      try {
        Files.createFile(file, ownerOnly(file, "rw-------"));
      } catch (FileAlreadyExistsException e) {
        // Kept from an earlier run, with the permissions that it has.
      }
      FileChannel channel =
          FileChannel.open(
              Path.of(file + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new IllegalStateException(
            "The inbox "
                + file
                + " is in use by another process: stop that one, or give this one its own"
                + " gamma.webhook.inbox.jdbc-url (several nodes share a PostgreSQL store)");
      }
      return new SqliteFile(channel);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The inbox "
              + file
              + " cannot be created ("
              + e
              + "): set gamma.webhook.inbox.jdbc-url to a file in a folder that this process may"
              + " write to",
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Path pathOf(String url) {
    String path = url.substring(PREFIX.length());
    int query = path.indexOf('?');
    path = query < 0 ? path : path.substring(0, query);
    path = path.startsWith("file:") ? path.substring("file:".length()) : path;
    if (path.isBlank() || path.contains(":memory:")) {
      throw new IllegalStateException(
          "gamma.webhook.inbox.jdbc-url names no file: an inbox in memory would lose what was"
              + " acknowledged; set jdbc:sqlite:<file>");
    }
    return Path.of(path);
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Durable at each commit: write-ahead log, and an fsync before the commit returns. */
  DataSource dataSource(String url) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setBusyTimeout(5_000);
    SQLiteDataSource dataSource = new SQLiteDataSource(config);
    dataSource.setUrl(url);
    return dataSource;
  }

  @Override
  public void close() {
    try {
      // The lock goes with its channel; a second close does nothing.
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
