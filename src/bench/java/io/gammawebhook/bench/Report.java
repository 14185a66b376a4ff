package io.gammawebhook.bench;

import io.gammawebhook.bench.Samples.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Writes the page from the files of figures that are there, whichever run they are of. */
final class Report {

  /** A table that would have more has them as its rows. */
  private static final int MOST_COLUMNS = 8;

  private final Path folder;

  Report(Path folder) {
    this.folder = folder;
  }

  Path write() throws IOException {
    List<String> lines = new ArrayList<>(List.of(Method.TEXT.split("\n", -1)));
    boolean any = false;
    for (String part : List.of("accept", "end-to-end", "latency", "start", "backlog", "nodes", "verify")) {
      for (String title : measured(part)) {
        add(lines, title, part, Samples.read(folder.resolve("benchmarks/" + title + ".csv")));
        any = true;
      }
    }
    if (!any) {
      lines.add("");
      lines.add("No figures have been measured yet.");
    }
    Path page = folder.resolve("benchmarks.md");
    Files.createDirectories(folder);
    Files.writeString(page, String.join("\n", lines) + "\n");
    return page;
  }

  /** The part's figures, and those with a label. */
  private List<String> measured(String part) throws IOException {
    Path figures = folder.resolve("benchmarks");
    if (!Files.exists(figures)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(figures)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".csv"))
          .map(file -> file.substring(0, file.length() - ".csv".length()))
          .filter(title -> title.equals(part) || title.startsWith(part + "-"))
          .sorted()
          .toList();
    }
  }

  private static void add(List<String> lines, String title, String part, Samples samples) {
    lines.add("");
    lines.add("## Figures: " + title);
    lines.add("");
    lines.add(Method.of(part));
    lines.add("");
    samples.head().forEach(line -> lines.add("- " + line));
    lines.add("");
    medians(lines, samples);
    ratios(lines, part, samples);
    lines.add("");
    lines.add("Raw figures: [" + title + ".csv](benchmarks/" + title + ".csv)");
  }

  private static void medians(List<String> lines, Samples samples) {
    Set<String> measures = new LinkedHashSet<>();
    Set<String> contestants = new LinkedHashSet<>();
    for (Sample sample : samples.all()) {
      measures.add(sample.measure());
      contestants.add(sample.contestant());
    }
    boolean once = samples.all().stream().allMatch(sample -> sample.round() == 1);
    lines.add(
        once
            ? "One measurement each:"
            : "Medians over the rounds, lowest and highest round in brackets:");
    lines.add("");
    if (contestants.size() > MOST_COLUMNS) {
      table(lines, contestants, measures, (row, column) -> samples.byRound(row, column));
    } else {
      table(lines, measures, contestants, (row, column) -> samples.byRound(column, row));
    }
  }

  private static void table(
      List<String> lines,
      Set<String> rows,
      Set<String> columns,
      BiFunction<String, String, Map<Integer, Double>> values) {
    lines.add("| | " + String.join(" | ", columns) + " |");
    lines.add("|---" + "|---".repeat(columns.size()) + "|");
    for (String row : rows) {
      StringBuilder line = new StringBuilder("| " + row);
      for (String column : columns) {
        line.append(" | ").append(cell(values.apply(row, column).values()));
      }
      lines.add(line + " |");
    }
  }

  private static String cell(Collection<Double> values) {
    if (values.isEmpty()) {
      return "";
    }
    double low = values.stream().min(Double::compare).orElseThrow();
    double high = values.stream().max(Double::compare).orElseThrow();
    String median = number(Samples.median(values));
    return low == high ? median : median + " (" + number(low) + " to " + number(high) + ")";
  }

  private static void ratios(List<String> lines, String part, Samples samples) {
    List<String> rows = new ArrayList<>();
    for (Aim aim : Aim.of(part, samples)) {
      String row = row(aim, samples);
      if (row != null) {
        rows.add(row);
      }
    }
    if (!rows.isEmpty()) {
      lines.add("");
      lines.add("| | median | in each round | aim | |");
      lines.add("|---|---|---|---|---|");
      lines.addAll(rows);
    }
  }

  private static @org.jspecify.annotations.Nullable String row(Aim aim, Samples samples) {
    Map<Integer, Double> values = samples.byRound(aim.contestant(), aim.measure());
    Map<Integer, Double> others = samples.byRound(aim.against(), aim.againstMeasure());
    List<Double> results = new ArrayList<>();
    values.forEach(
        (round, value) -> {
          Double other = aim.against().isEmpty() ? Double.valueOf(1) : others.get(round);
          if (other != null) {
            results.add(value / other);
          }
        });
    if (results.isEmpty()) {
      return null;
    }
    double median = Samples.median(results);
    boolean met = aim.atLeast() ? median >= aim.bound() : median <= aim.bound();
    return "| "
        + aim.title()
        + " | "
        + number(median)
        + " | "
        + String.join(", ", results.stream().map(Report::number).toList())
        + " | "
        + (aim.atLeast() ? "at least " : "at most ")
        + number(aim.bound())
        + " | "
        + (met ? "met" : "**missed**")
        + " |";
  }

  private static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value);
  }
}
