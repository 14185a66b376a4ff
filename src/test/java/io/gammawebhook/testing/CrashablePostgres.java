package io.gammawebhook.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL server of its own that a test can stop as a crash does and start again, with the
 * same data on the same port. It answers a commit only after it has written it, as a production
 * server does and the embedded one's defaults do not.
 */
public final class CrashablePostgres implements AutoCloseable {

  private final Path data;
  private final int port = freePort();
  private EmbeddedPostgres server;

  public CrashablePostgres(Path data) {
    this.data = data;
    this.server = start();
  }

  public String jdbcUrl() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  /** Below the ports that the system gives to clients: nobody gets it while the server is down. */
  private static int freePort() {
    return IntStream.range(23_000, 24_000)
        .filter(CrashablePostgres::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setPort(port)
          .setServerConfig("synchronous_commit", "on")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as {@code pg_ctl stop -m immediate} does: without a checkpoint or a goodbye. */
  public void crash() {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
      ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
      int sent = new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
      if (sent != 0) {
        throw new AssertionError("kill ended with " + sent);
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !postmaster.isAlive());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Starts it after {@link #crash}; it recovers what was committed. */
  public void restart() {
    close();
    server = start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
