package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From the start of the process to its first 2xx, and the memory that it has then, idle: the jar as
 * it is, and unpacked with an archive of its classes, as Spring Boot's "efficient deployments".
 */
final class StartPart implements Part {

  private static final int IDLE_MILLIS = 5000;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    Path archive = archiveClasses(scene);
    for (int round = 1; round <= scene.settings().rounds(); round++) {
      once(scene, into, round, product(scene, "plain-jar-" + round, List.of()), "plain-jar");
      Contestant shared =
          product(scene, "class-data-sharing-" + round, List.of("-XX:SharedArchiveFile=app.jsa"));
      List<String> command = new ArrayList<>(shared.command());
      int jar = command.indexOf("-cp");
      command.subList(jar, jar + 3).clear();
      command.addAll(jar, List.of("-jar", "app.jar"));
      Contestant fromArchive =
          new Contestant(
              shared.name(), archive, command, Map.of(), shared.port(), shared.storeUrl());
      once(scene, into, round, fromArchive, "class-data-sharing");
    }
  }

  private static Contestant product(Scene scene, String name, List<String> jvm)
      throws Exception {
    // Without a fixed heap: what the JVM takes by itself is what is asked for.
    return scene.contestants().product(name, Contestants.PRODUCT_SQLITE, Routes.NO_OP, jvm);
  }

  private static void once(
      Scene scene, Samples into, int round, Contestant contestant, String name) throws Exception {
    long start = System.nanoTime();
    Child child = contestant.startAndAwait(scene.load());
    try {
      into.add(round, name, "first-2xx-s", (System.nanoTime() - start) / 1e9);
      Thread.sleep(IDLE_MILLIS);
      into.add(round, name, "rss-idle-mb", child.residentMegabytes());
    } finally {
      child.close();
    }
  }

  private static Path archiveClasses(Scene scene) throws IOException, InterruptedException {
    Settings settings = scene.settings();
    Path folder = scene.contestants().folder("unpacked");
    Path link = folder.resolve("app.jar");
    Files.copy(settings.appJar(), link);
    Child.run(
        "extract",
        folder,
        List.of(
            settings.java(), "-Djarmode=tools", "-jar", "app.jar", "extract", "--destination", "x"),
        Map.of());
    Path unpacked = folder.resolve("x");
    Files.createDirectories(unpacked.resolve("routes"));
    Files.writeString(unpacked.resolve("routes/bench.camel.yaml"), Routes.NO_OP);
    Child.run(
        "archive",
        unpacked,
        List.of(
            settings.java(),
            "-XX:ArchiveClassesAtExit=app.jsa",
            "-Dspring.context.exit=onRefresh",
            "-jar",
            "app.jar",
            "--server.port=0",
            "--gamma.webhook.mode=dev",
            "--gamma.webhook.data-dir=" + folder.resolve("data")),
        Map.of());
    return unpacked;
  }
}
