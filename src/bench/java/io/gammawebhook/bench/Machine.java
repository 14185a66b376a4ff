package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes what the figures were measured on. */
final class Machine {

  private static final String UNKNOWN = "unknown";

  private Machine() {}

  static List<String> describe(Settings settings, String postgres) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("measured: " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
    lines.add("cores: " + Runtime.getRuntime().availableProcessors() + ", " + processor());
    lines.add("memory: " + memory());
    lines.add(
        "system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
    lines.add("JDK: " + jdk(settings.javaHome()));
    lines.add("PostgreSQL: " + postgres);
    lines.add("disk: " + disk(settings.work()));
    lines.add("settings: " + settings.summary());
    return lines;
  }

  private static String processor() throws IOException {
    return find(Path.of("/proc/cpuinfo"), "model name", ':');
  }

  private static String memory() throws IOException {
    return find(Path.of("/proc/meminfo"), "MemTotal", ':');
  }

  private static String find(Path file, String name, char before) throws IOException {
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          return line.substring(line.indexOf(before) + 1).strip();
        }
      }
    }
    return UNKNOWN;
  }

  /** The feature release of a JDK, such as 17; of the own one where its folder does not say. */
  static int feature(Path home) throws IOException {
    String version = find(home.resolve("release"), "JAVA_VERSION=", '=').replace("\"", "");
    return version.equals(UNKNOWN)
        ? Runtime.version().feature()
        : Runtime.Version.parse(version).feature();
  }

  private static String jdk(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.exists(release)) {
      return home.toString();
    }
    List<String> lines = Files.readAllLines(release);
    return lines.stream()
        .filter(line -> line.startsWith("JAVA_RUNTIME_VERSION=") || line.startsWith("IMPLEMENTOR="))
        .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
        .reduce((a, b) -> a + " " + b)
        .orElse(home.toString());
  }

  /** What full durability costs here: the time of a sync after a small write. */
  private static String disk(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "sync", ".tmp");
    List<Double> millis = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 200; i++) {
        channel.write(ByteBuffer.allocate(8192));
        long start = System.nanoTime();
        channel.force(false);
        millis.add((System.nanoTime() - start) / 1e6);
      }
    } finally {
      Files.delete(file);
    }
    return String.format(
        Locale.ROOT,
        "%s, fdatasync after 8 KB: median %.2f ms",
        Files.getFileStore(folder).type(),
        Samples.median(millis));
  }
}
