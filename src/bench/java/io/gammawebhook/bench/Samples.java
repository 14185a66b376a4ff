package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The raw figures of one part, and their file. */
final class Samples {

  private final List<String> head = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();

  /** One figure: in this round this contestant had this value of this measure. */
  record Sample(int round, String contestant, String measure, double value) {}

  Samples(List<String> head) {
    this.head.addAll(head);
  }

  void add(int round, String contestant, String measure, double value) {
    Sample sample = new Sample(round, contestant, measure, value);
    samples.add(sample);
    System.out.printf(
        Locale.ROOT, "  %d %-24s %-28s %12.2f%n", round, contestant, measure, value);
  }

  List<String> head() {
    return List.copyOf(head);
  }

  List<Sample> all() {
    return List.copyOf(samples);
  }

  /** The values of each round. */
  Map<Integer, Double> byRound(String contestant, String measure) {
    Map<Integer, Double> values = new TreeMap<>();
    for (Sample sample : samples) {
      if (sample.contestant().equals(contestant) && sample.measure().equals(measure)) {
        values.put(sample.round(), sample.value());
      }
    }
    return values;
  }

  static double median(Iterable<Double> values) {
    List<Double> sorted = new ArrayList<>();
    values.forEach(sorted::add);
    sorted.sort(null);
    int size = sorted.size();
    if (size == 0) {
      return Double.NaN;
    }
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> lines = new ArrayList<>();
    head.forEach(line -> lines.add("# " + line));
    lines.add("round,contestant,measure,value");
    for (Sample s : samples) {
      lines.add(
          String.format(
              Locale.ROOT, "%d,%s,%s,%.3f", s.round(), s.contestant(), s.measure(), s.value()));
    }
    Files.write(file, lines);
  }

  static Samples read(Path file) throws IOException {
    Samples read = new Samples(List.of());
    for (String line : Files.readAllLines(file)) {
      String[] columns = line.split(",", -1);
      if (line.startsWith("# ")) {
        read.head.add(line.substring(2));
      } else if (!columns[0].equals("round")) {
        read.samples.add(
            new Sample(
                Integer.parseInt(columns[0]),
                columns[1],
                columns[2],
                Double.parseDouble(columns[3])));
      }
    }
    return read;
  }
}
