package io.gammawebhook.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that the benchmark starts, in a folder of its own, where its output goes too. */
final class Child implements AutoCloseable {

  private final String name;
  private final Path log;
  private final Process process;

  Child(String name, Path folder, List<String> command, Map<String, String> environment)
      throws IOException {
    this.name = name;
    Files.createDirectories(folder);
    log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    process = builder.start();
    // A benchmark that is cut off leaves nothing running.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      List<String> lines = Files.readAllLines(log);
      throw new IllegalStateException(
          name
              + " ended:\n"
              + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())));
    }
  }

  /** Resident memory in megabytes, as Linux counts it; 0 elsewhere. */
  double residentMegabytes() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    return 0;
  }

  /** Processor time used so far, in seconds. */
  double processorSeconds() {
    return process.info().totalCpuDuration().map(time -> time.toMillis() / 1000.0).orElse(0.0);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Runs a command to its end; fails if it does. */
  static void run(String name, Path folder, List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    try (Child child = new Child(name, folder, command, environment)) {
      if (child.process.waitFor() != 0) {
        child.requireAlive();
      }
    }
  }
}
