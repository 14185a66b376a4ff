package io.gammawebhook.e2e;

import static org.awaitility.Awaitility.await;

import io.gammawebhook.springboot.app.GammaWebhookApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The product as a process of its own, on a port that stays the same over restarts. */
final class ProductProcess implements AutoCloseable {

  private final int port = freePort();
  private final Path folder;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private List<String> java =
      List.of(
          // These processes live for seconds: the second compiler would only cost time.
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-cp",
          System.getProperty("java.class.path"),
          GammaWebhookApp.class.getName());
  private final Sender sender;
  private @Nullable Process process;

  ProductProcess(Path folder) {
    this.folder = folder;
    this.sender = new Sender(url());
    with("server.port", port);
    with("gamma.webhook.data-dir", folder);
    with("gamma.webhook.sources.gamma.secrets[0]", Sender.SECRET);
    with("logging.level.io.gammawebhook.audit", "OFF");
    with("logging.level.org.apache.camel.processor.errorhandler", "OFF");
  }

  ProductProcess with(String property, Object value) {
    properties.put(property, value.toString());
    return this;
  }

  /** Runs the packaged jar instead of the class path. */
  ProductProcess packaged(String... options) {
    List<String> command = new ArrayList<>(List.of(options));
    command.add("-jar");
    command.add(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar"));
    java = command;
    return this;
  }

  ProductProcess start() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    properties.forEach((name, value) -> command.add("--" + name + "=" + value));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the product verifies requests. */
  ProductProcess awaitReady() {
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!running().isAlive()) {
                throw new AssertionError("The product ended:\n" + tail());
              }
              try {
                return sender().post(url(), "{}", Map.of()).status() == 401;
              } catch (IOException e) {
                return false;
              }
            });
    return this;
  }

  /** Ends it by SIGKILL, wherever it is. */
  void kill() throws InterruptedException {
    running().destroyForcibly().waitFor();
  }

  /** Asks it to stop, by SIGTERM, and returns its exit code. */
  int terminate() throws InterruptedException {
    running().destroy();
    if (!running().waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("The product does not stop:\n" + tail());
    }
    return running().exitValue();
  }

  /** Waits until it has ended by itself, and returns its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!running().waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("The product does not end:\n" + tail());
    }
    return running().exitValue();
  }

  boolean isAlive() {
    return running().isAlive();
  }

  /** Its resident memory, as Linux counts it. */
  long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + running().pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IllegalStateException("Linux says nothing of process " + running().pid());
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("It was not started");
    }
    return process;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port + "/webhooks/gamma");
  }

  Sender sender() {
    return sender;
  }

  String tail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path log() {
    return folder.resolve("product.log");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }
}
