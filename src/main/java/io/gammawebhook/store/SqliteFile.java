package io.gammawebhook.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Objects;
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
      new TreeSet<>(Set.of("busy_timeout", "cache_size", "journal_size_limit", "max_page_count"));

  private final FileChannel channel;
  private final Path file;
  private final @Nullable Object identity;

  private SqliteFile(FileChannel channel, Path file) throws IOException {
    this.channel = channel;
    this.file = file;
    this.identity = identity(file);
  }

  /** Which file it is, whatever its name; null where the file system cannot tell. */
  private static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * @throws IllegalArgumentException if the URL names no file that keeps what is committed
   * @throws IllegalStateException if the file cannot be made, or another process holds it
   */
  static SqliteFile lock(String url) {
    Path file = pathOf(url);
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
      }
      if (Files.isDirectory(file)) {
        throw new IllegalStateException("The inbox " + file + " cannot be made: it is a folder");
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
                + " is in use by another process: stop that one, or give this one an inbox of its own"
                + " (several nodes share a PostgreSQL store)");
      }
      return new SqliteFile(channel, file);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The inbox " + file + " cannot be made: " + reason(e, folder), e);
    }
  }

  private static String reason(IOException fault, @Nullable Path folder) {
    if (fault instanceof AccessDeniedException) {
      return "this process may not write to its folder";
    }
    if (folder != null && !Files.isDirectory(folder)) {
      return folder + " is no folder and cannot become one";
    }
    return fault.toString();
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
   * @throws IllegalArgumentException if it names none, or options that the store does not know to
   *     be safe: some put it into memory, or take its locks or its syncs away
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
    if (uri && path.startsWith("//") && !path.startsWith("///")) {
      throw refused("names a host, which SQLite leaves out");
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

  /** Whether a JDBC URL is one of SQLite's, in any spelling that its driver takes. */
  static boolean isSqlite(String url) {
    return url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  private static IllegalArgumentException refused(String fault) {
    return new IllegalArgumentException(
        "gamma.webhook.inbox.jdbc-url " + fault + ": set jdbc:sqlite: and an absolute file path");
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Looks, after a commit, whether the file still has its name: a process goes on writing to a file
   * that was deleted, and all of it ends with the process.
   *
   * @throws SQLException if what was committed will not be found at the next start
   */
  void mustBeThere() throws SQLException {
    try {
      if (Objects.equals(identity, identity(file)) && Files.exists(Path.of(file + "-wal"))) {
        return;
      }
    } catch (IOException e) {
      throw gone(e);
    }
    throw gone(null);
  }

  private SQLException gone(@Nullable IOException cause) {
    return new SQLException(
        "The inbox "
            + file
            + " was deleted or replaced while it was in use, so nothing more is taken: stop this"
            + " process, put the file back if it was moved, and start again",
        cause);
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
