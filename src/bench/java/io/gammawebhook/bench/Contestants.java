package io.gammawebhook.bench;

import io.gammawebhook.bench.load.LoadMain;
import io.gammawebhook.bench.peer.HandRoutePeer;
import io.gammawebhook.bench.peer.PlatformHttpPeer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the contestants, each with a folder, a port and a database that no other one has. */
final class Contestants {

  static final String PRODUCT_POSTGRES = "product-postgres";
  static final String PRODUCT_SQLITE = "product-sqlite";
  static final String PLATFORM_HTTP = "platform-http";
  static final String HAND_ROUTE = "hand-route";
  static final String HAND_ROUTE_TRANSACTED = "hand-route-transacted";
  static final String NODE_SQLITE = "node-sqlite";

  private static final String LOADER = "org.springframework.boot.loader.launch.PropertiesLauncher";

  private final Settings settings;
  private final PostgresServer postgres;
  private final Map<String, String> environment;
  private int made;

  Contestants(Settings settings, PostgresServer postgres, Map<String, String> environment) {
    this.settings = settings;
    this.postgres = postgres;
    this.environment = environment;
  }

  /** Those of the accept part that are asked for and can run here. */
  List<Contestant> accepting() throws IOException, SQLException, InterruptedException {
    List<Contestant> all = new ArrayList<>();
    for (String name :
        List.of(
            PLATFORM_HTTP,
            PRODUCT_SQLITE,
            PRODUCT_POSTGRES,
            HAND_ROUTE,
            HAND_ROUTE_TRANSACTED,
            NODE_SQLITE)) {
      Contestant contestant = settings.wants(name) ? make(name) : null;
      if (contestant != null) {
        all.add(contestant);
      }
    }
    return all;
  }

  private @Nullable Contestant make(String name)
      throws IOException, SQLException, InterruptedException {
    return switch (name) {
      case PRODUCT_POSTGRES, PRODUCT_SQLITE -> product(name, name, "", settings.jvm());
      case NODE_SQLITE -> node();
      default -> peer(name);
    };
  }

  /**
   * The product, as its jar is.
   *
   * @param store {@link #PRODUCT_SQLITE} or {@link #PRODUCT_POSTGRES}
   * @param routes the YAML of its routes; empty for none, so that it accepts and delivers nothing
   */
  Contestant product(String name, String store, String routes, List<String> jvm)
      throws IOException, SQLException {
    // Of its own: the store of another part is full of events.
    Path folder = folder(name + "-" + ++made);
    String url =
        store.equals(PRODUCT_SQLITE)
            ? "jdbc:sqlite:" + folder.resolve("inbox.db")
            : postgres.url(database());
    return productOn(name, folder, url, routes, jvm);
  }

  Contestant productOn(String name, Path folder, String url, String routes, List<String> jvm)
      throws IOException {
    Path yaml = Files.createDirectories(folder.resolve("routes")).resolve("bench.camel.yaml");
    if (!routes.isEmpty()) {
      Files.writeString(yaml, routes);
    }
    int port = Child.freePort();
    List<String> command = new ArrayList<>(List.of(settings.java()));
    command.addAll(jvm);
    command.addAll(settings.productJvm());
    command.add("-Dbench.arrivals=" + folder.resolve("arrivals"));
    // The jar's own loader, with the class of the arrivals step beside it.
    command.add("-Dloader.path=" + ownClasses());
    command.addAll(List.of("-cp", settings.appJar().toString(), LOADER));
    command.add("--server.port=" + port);
    command.add("--gamma.webhook.data-dir=" + folder);
    command.add("--gamma.webhook.inbox.jdbc-url=" + url);
    command.add("--gamma.webhook.sources.gamma.secrets[0]=" + LoadMain.secret());
    if (routes.isEmpty()) {
      command.add("--camel.main.routes-include-pattern=file:routes/*.none.yaml");
    }
    command.addAll(settings.productOptions());
    return new Contestant(name, folder, command, environment, port, url);
  }

  private Contestant peer(String name) throws IOException, SQLException {
    Path folder = folder(name);
    int port = Child.freePort();
    List<String> command = new ArrayList<>(List.of(settings.java()));
    command.addAll(settings.jvm());
    command.add("-Dbench.secret=" + LoadMain.secret());
    command.add("-Dbench.transacted=" + name.equals(HAND_ROUTE_TRANSACTED));
    command.addAll(List.of("-cp", classPathOfPeers()));
    boolean stores = !name.equals(PLATFORM_HTTP);
    command.add((stores ? HandRoutePeer.class : PlatformHttpPeer.class).getName());
    command.add("--server.port=" + port);
    // Camel answers on this executor, which has 8 threads if nobody says more.
    command.add("--spring.task.execution.pool.core-size=" + settings.connections());
    command.add("--logging.level.root=WARN");
    if (stores) {
      command.add("--spring.datasource.url=" + postgres.url(database()));
      command.add("--spring.datasource.hikari.maximum-pool-size=" + settings.connections());
      command.add("--spring.datasource.hikari.minimum-idle=" + settings.connections());
    }
    return new Contestant(name, folder, command, environment, port, "");
  }

  private @Nullable Contestant node() throws IOException, InterruptedException {
    Path folder = folder(NODE_SQLITE);
    for (String file : List.of("package.json", "package-lock.json", "server.mjs")) {
      Files.copy(Path.of("src/bench/node", file), folder.resolve(file));
    }
    try {
      Child.run("npm", folder, List.of("npm", "ci"), Map.of());
    } catch (IOException | IllegalStateException e) {
      System.out.println("SKIPPED node-sqlite, which needs node and npm: " + e.getMessage());
      return null;
    }
    int port = Child.freePort();
    String file = folder.resolve("events.db").toString();
    List<String> command =
        List.of("node", "server.mjs", String.valueOf(port), file, LoadMain.secret());
    return new Contestant(NODE_SQLITE, folder, command, environment, port, "");
  }

  /** The peers run without the plug-in, and without the tests' own classes and files. */
  private String classPathOfPeers() throws IOException {
    return ownClasses()
        + File.pathSeparator
        + classPath()
            .filter(entry -> !entry.endsWith("classes"))
            .filter(entry -> !entry.contains("spring-boot-actuator"))
            .filter(entry -> !entry.contains("spring-boot-starter-actuator"))
            .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1));
  }

  /** A folder with the classes of the benchmark and no others. */
  private Path ownClasses() throws IOException {
    Path own = settings.work().resolve("classes");
    String bench = Contestants.class.getPackageName().replace('.', '/');
    Path tests =
        Path.of(
            classPath().filter(entry -> entry.endsWith("test-classes")).findFirst().orElseThrow());
    try (Stream<Path> files = Files.walk(tests.resolve(bench))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = own.resolve(tests.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return own;
  }

  Path folder(String name) throws IOException {
    return Files.createDirectories(settings.work().resolve("contestants").resolve(name));
  }

  /** An empty database. */
  String database() throws SQLException {
    String name = "bench_" + ++made;
    postgres.create(name);
    return name;
  }
}
