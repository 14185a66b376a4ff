package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The benchmark's main class, run by the Maven profile {@code bench}. */
public final class Bench {

  private static final List<Part> PARTS =
      List.of(
          new AcceptPart(), new EndToEndPart(), new LatencyPart(), new StartPart(),
          new BacklogPart(), new NodesPart(), new VerifyPart());

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Settings settings = Settings.read();
    for (String part : settings.parts()) {
      if (PARTS.stream().noneMatch(known -> known.name().equals(part)) && !part.equals("none")) {
        throw new IllegalArgumentException("-Dbench.parts: there is no part '" + part + "'");
      }
    }
    List<Part> wanted =
        PARTS.stream().filter(part -> settings.parts().contains(part.name())).toList();
    if (!wanted.isEmpty()) {
      measure(settings, wanted);
    }
    Path page = new Report(settings.output()).write();
    System.out.println("Written: " + page);
  }

  private static void measure(Settings settings, List<Part> parts) throws Exception {
    delete(settings.work().resolve("contestants"));
    delete(settings.work().resolve("postgres/data"));
    Map<String, String> environment = slowSync(settings);
    try (PostgresServer postgres = new PostgresServer(settings, environment);
        Load load = new Load(settings)) {
      List<String> head =
          Machine.describe(
              settings,
              postgres.read("show server_version")
                  + ", fsync="
                  + postgres.read("show fsync")
                  + ", synchronous_commit="
                  + postgres.read("show synchronous_commit")
                  + ", shared_buffers="
                  + postgres.read("show shared_buffers"));
      Contestants contestants = new Contestants(settings, postgres, environment);
      Part.Scene scene = new Part.Scene(settings, load, postgres, contestants);
      for (Part part : parts) {
        System.out.println("Part " + part.name());
        Samples samples = new Samples(head);
        part.run(scene, samples);
        String suffix = settings.label().isEmpty() ? "" : "-" + settings.label();
        samples.write(
            settings.output().resolve("benchmarks").resolve(part.name() + suffix + ".csv"));
      }
    }
  }

  /** The environment in which each sync of a store takes longer. */
  private static Map<String, String> slowSync(Settings settings)
      throws IOException, InterruptedException {
    if (settings.syncDelayMicros() == 0) {
      return Map.of();
    }
    Path library = settings.work().resolve("slow_sync.so");
    Child.run(
        "cc",
        settings.work(),
        List.of(
            "cc",
            "-shared",
            "-fPIC",
            "-O1",
            "-o",
            library.toString(),
            Path.of("src/bench/c/slow_sync.c").toAbsolutePath().toString(),
            "-ldl"),
        Map.of());
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "SLOW_SYNC_MICROS",
        String.valueOf(settings.syncDelayMicros()));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
