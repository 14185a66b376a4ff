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
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

  /** Of SQLite's and its driver's options, those that take nothing away from what is kept. */
  private static final SortedSet<String> OPTIONS =
      new TreeSet<>(Set.of("busy_timeout", "cache_size", "journal_size_limit"));

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

  /**
   * The file that the URL names, if it is one that keeps what is committed.
   *
   * @throws IllegalStateException if it names none, or options that the store does not know to be
   *     safe: some put it into memory, or take its locks or its syncs away
   */
  static Path pathOf(String url) {
    String[] parts = url.substring(PREFIX.length()).split("\\?", 2);
    boolean uri = parts[0].startsWith("file:");
    String path = uri ? parts[0].substring("file:".length()) : parts[0];
    if (path.isBlank() || path.startsWith(":") || path.contains(":memory:")) {
      throw refused("names no file: an inbox in memory would lose what was acknowledged");
    }
    if (uri && (path.contains("%") || path.contains("#"))) {
      throw refused("names its file with a % or a #, which SQLite reads in its own way");
    }
    for (String option : parts.length == 1 ? new String[0] : parts[1].split("&", -1)) {
      String name = option.split("=", 2)[0];
      if (!OPTIONS.contains(name)) {
        throw refused(
            "has the option '"
                + name
                + "', which may make the inbox lose what was acknowledged; the options that it can"
                + " have are "
                + OPTIONS);
      }
    }
    return Path.of(path);
  }

  private static IllegalStateException refused(String fault) {
    return new IllegalStateException(
        "gamma.webhook.inbox.jdbc-url " + fault + ": set jdbc:sqlite: and an absolute file path");
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
