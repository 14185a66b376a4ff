package io.gammawebhook.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is to be measured, from system properties {@code bench.…}; docs/benchmarks.md lists them.
 *
 * @param parts which parts run
 * @param contestants which contestants run; empty for all
 * @param rounds how often each contestant has its turn
 * @param seconds how long a turn is
 * @param warmup how many seconds of load each contestant gets before its first turn counts
 * @param connections how many connections the load has
 * @param syncDelayMicros how much longer each sync of a store takes; 0 for the disk as it is
 * @param javaHome whose java runs the contestants
 * @param jvm options of every contestant that is a JVM
 * @param productJvm further options of the product, such as those of a profiler
 * @param productOptions further properties of the product, as {@code --name=value}
 * @param postgres folder of PostgreSQL's programs; empty for the ones of the test dependency
 * @param appJar the product
 * @param work folder for all that the contestants write; its disk is the one that is measured
 * @param output folder for the page and the figures
 * @param label what the figures' names end with, for a case of its own; may be empty
 * @param backlog how many deliveries wait in the large case of the part "backlog"
 */
record Settings(
    List<String> parts,
    List<String> contestants,
    int rounds,
    double seconds,
    double warmup,
    int connections,
    int syncDelayMicros,
    Path javaHome,
    List<String> jvm,
    List<String> productJvm,
    List<String> productOptions,
    String postgres,
    Path appJar,
    Path work,
    Path output,
    String label,
    int backlog) {

  static Settings read() {
    boolean smoke = Boolean.parseBoolean(text("smoke", "false"));
    Path work = Path.of(text("work", "target/bench")).toAbsolutePath();
    // Figures of a smoke run are no figures.
    int syncDelayMicros = Integer.parseInt(text("sync-delay-micros", "0"));
    Path output = smoke ? work.resolve("docs") : Path.of(text("output", "docs")).toAbsolutePath();
    return new Settings(
        words(text("parts", "accept,end-to-end,latency,start"), ","),
        words(text("contestants", ""), ","),
        Integer.parseInt(text("rounds", smoke ? "1" : "5")),
        Double.parseDouble(text("seconds", smoke ? "2" : "12")),
        Double.parseDouble(text("warmup", smoke ? "1" : "45")),
        Integer.parseInt(text("connections", "64")),
        syncDelayMicros,
        Path.of(text("java-home", System.getProperty("java.home"))),
        words(text("jvm", "-Xms512m -Xmx512m"), " "),
        words(text("product-jvm", ""), " "),
        words(text("product-options", ""), " "),
        text("postgres", ""),
        Path.of(text("app-jar", "target/camel-gamma-webhook-app.jar")).toAbsolutePath(),
        work,
        output,
        text("label", syncDelayMicros > 0 ? "slow-disk" : ""),
        Integer.parseInt(text("backlog", smoke ? "20000" : "1000000")));
  }

  private static String text(String name, String otherwise) {
    String value = System.getProperty("bench." + name, "");
    // Maven passes on a property that is not set as its own name.
    return value.isEmpty() || value.startsWith("${") ? otherwise : value;
  }

  private static List<String> words(String list, String separator) {
    return Arrays.stream(list.split(separator, -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  boolean wants(String contestant) {
    return contestants.isEmpty() || contestants.contains(contestant);
  }

  String java() {
    return javaHome.resolve("bin/java").toString();
  }

  /** All that has an effect on the figures, for the head of each file of them. */
  String summary() {
    return (contestants.isEmpty() ? "" : "contestants=" + String.join(",", contestants) + " ")
        + "connections="
        + connections
        + " rounds="
        + rounds
        + " seconds="
        + seconds
        + " warmup="
        + warmup
        + " sync-delay-micros="
        + syncDelayMicros
        + " jvm="
        + String.join(" ", jvm)
        + " product-jvm="
        + String.join(" ", productJvm)
        + " product-options="
        + String.join(" ", productOptions);
  }
}
