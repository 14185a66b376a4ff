package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * From the start of the process to its first 2xx, and the memory that it has then, idle, and
 * under load: the jar as it is; and as docs/operations.md says it starts faster, unpacked with an archive of its classes,
 * by itself and with the heap that is enough for all of it.
 */
final class StartPart implements Part {

  private static final int IDLE_MILLIS = 5000;
  private static final List<String> SMALL_HEAP = List.of("-Xmx256m");
  private static final String PLAIN = "plain-jar";
  private static final String PLAIN_SMALL = "plain-jar-256m";
  private static final String SHARED = "class-data-sharing";
  private static final String SHARED_SMALL = "class-data-sharing-256m";

  static final List<String> CASES = List.of(PLAIN, PLAIN_SMALL, SHARED, SHARED_SMALL);

  @Override
  public String name() {
    return "start";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    Path unpacked = unpack(scene);
    boolean cache = Machine.feature(scene.settings().javaHome()) >= 25;
    Contestant training =
        unpacked(
            scene,
            unpacked,
            "training",
            List.of(cache ? "-XX:AOTCacheOutput=app.aot" : "-XX:ArchiveClassesAtExit=app.jsa"));
    training.startAndAwait(scene.load()).close();
    List<String> archive = List.of(cache ? "-XX:AOTCache=app.aot" : "-XX:SharedArchiveFile=app.jsa");
    List<String> small = new ArrayList<>(archive);
    small.addAll(SMALL_HEAP);
    for (int round = 1; round <= scene.settings().rounds(); round++) {
      List<String> turns = new ArrayList<>(CASES);
      Collections.rotate(turns, round);
      for (String name : turns) {
        Contestant contestant =
            switch (name) {
              case PLAIN -> product(scene, name + round, List.of());
              case PLAIN_SMALL -> product(scene, name + round, SMALL_HEAP);
              case SHARED -> unpacked(scene, unpacked, name + round, archive);
              default -> unpacked(scene, unpacked, name + round, small);
            };
        once(scene, into, round, name, contestant);
      }
    }
  }

  private static Contestant product(Scene scene, String name, List<String> jvm)
      throws Exception {
    // Without a fixed heap: what the JVM takes by itself is what is asked for.
    return scene.contestants().product(name, Contestants.PRODUCT_SQLITE, Routes.NO_OP, jvm);
  }

  /** The same, from the jar that was unpacked. */
  private static Contestant unpacked(Scene scene, Path folder, String name, List<String> jvm)
      throws Exception {
    Contestant plain = product(scene, name, jvm);
    List<String> command = new ArrayList<>(plain.command());
    int jar = command.indexOf("-cp");
    command.subList(jar, jar + 3).clear();
    command.addAll(jar, List.of("-jar", "app.jar"));
    return new Contestant(name, folder, command, Map.of(), plain.port(), plain.storeUrl());
  }

  private static void once(
      Scene scene, Samples into, int round, String name, Contestant contestant) throws Exception {
    long start = System.nanoTime();
    Child child = contestant.startAndAwait(scene.load());
    try {
      into.add(round, name, "first-2xx-s", (System.nanoTime() - start) / 1e9);
      Thread.sleep(IDLE_MILLIS);
      into.add(round, name, "rss-idle-mb", child.residentMegabytes());
      scene.load().atMost(contestant, scene.settings().seconds());
      into.add(round, name, "rss-loaded-mb", child.residentMegabytes());
    } finally {
      child.close();
    }
  }

  private static Path unpack(Scene scene) throws IOException, InterruptedException {
    Settings settings = scene.settings();
    Path folder = scene.contestants().folder("unpacked");
    Files.copy(settings.appJar(), folder.resolve("app.jar"));
    Child.run(
        "extract",
        folder,
        List.of(
            settings.java(), "-Djarmode=tools", "-jar", "app.jar", "extract", "--destination", "x"),
        Map.of());
    Path unpacked = folder.resolve("x");
    Files.createDirectories(unpacked.resolve("routes"));
    Files.writeString(unpacked.resolve("routes/bench.camel.yaml"), Routes.NO_OP);
    return unpacked;
  }
}
