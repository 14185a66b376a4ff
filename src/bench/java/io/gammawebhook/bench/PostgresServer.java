package io.gammawebhook.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL server with full durability. It uses the programs of the test dependency, but not
 * its starter: that one passes {@code -F}, which switches fsync off.
 */
final class PostgresServer implements AutoCloseable {

  private static final String BINARIES = "/postgres-linux-x86_64.txz";

  private final int port = Child.freePort();
  private final Child server;

  PostgresServer(Settings settings, Map<String, String> environment)
      throws IOException, InterruptedException, SQLException {
    Path folder = settings.work().resolve("postgres");
    Files.createDirectories(folder);
    Path programs =
        settings.postgres().isEmpty() ? unpack(folder) : Path.of(settings.postgres());
    Path data = folder.resolve("data");
    List<String> initdb = asNobody(programs.resolve("initdb"));
    initdb.addAll(List.of("-D", data.toString(), "-A", "trust", "-U", "postgres", "-E", "UTF8"));
    initdb.add("--locale=C");
    Child.run("initdb", folder, initdb, Map.of());
    List<String> postgres = asNobody(programs.resolve("postgres"));
    postgres.addAll(List.of("-D", data.toString(), "-p", String.valueOf(port)));
    option(postgres, "fsync=on");
    option(postgres, "synchronous_commit=on");
    option(postgres, "full_page_writes=on");
    option(postgres, "listen_addresses=127.0.0.1");
    option(postgres, "unix_socket_directories=");
    option(postgres, "max_connections=300");
    option(postgres, "shared_buffers=1GB");
    option(postgres, "max_wal_size=8GB");
    server = new Child("postgres", folder, postgres, environment);
    awaitReady();
  }

  private static void option(List<String> command, String option) {
    command.add("-c");
    command.add(option);
  }

  /** PostgreSQL refuses to run as root. */
  private static List<String> asNobody(Path program) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("unshare");
      command.add("-U");
    }
    command.add(program.toString());
    return command;
  }

  private static Path unpack(Path folder) throws IOException, InterruptedException {
    Path unpacked = folder.resolve("programs");
    if (!Files.exists(unpacked.resolve("bin/postgres"))) {
      Files.createDirectories(unpacked);
      Path archive = folder.resolve("programs.txz");
      try (InputStream in = PostgresServer.class.getResourceAsStream(BINARIES)) {
        if (in == null) {
          throw new IllegalStateException(
              "The class path has no PostgreSQL for this machine: set -Dbench.postgres to the"
                  + " folder with initdb and postgres");
        }
        Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
      }
      Child.run(
          "unpack",
          folder,
          List.of("tar", "-xJf", archive.toString(), "-C", unpacked.toString()),
          Map.of());
    }
    return unpacked.resolve("bin");
  }

  private void awaitReady() throws IOException, InterruptedException, SQLException {
    for (int tries = 0; ; tries++) {
      server.requireAlive();
      try {
        if (!"on".equals(read("show fsync")) || !"on".equals(read("show synchronous_commit"))) {
          throw new IllegalStateException("PostgreSQL runs without full durability");
        }
        return;
      } catch (SQLException e) {
        if (tries == 300) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
  }

  void create(String database) throws SQLException {
    try (Connection c = DriverManager.getConnection(url("postgres"));
        Statement s = c.createStatement()) {
      s.execute("create database " + database);
    }
  }

  String read(String query) throws SQLException {
    try (Connection c = DriverManager.getConnection(url("postgres"));
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(query)) {
      r.next();
      return r.getString(1);
    }
  }

  /** So that no contestant pays for the pages that the one before it wrote. */
  void checkpoint() throws SQLException {
    try (Connection c = DriverManager.getConnection(url("postgres"));
        Statement s = c.createStatement()) {
      s.execute("checkpoint");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
  }
}
