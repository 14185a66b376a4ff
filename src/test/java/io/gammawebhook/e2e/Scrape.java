package io.gammawebhook.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Prometheus reads of a running application: each sample of the plug-in with its labels. */
record Scrape(List<Sample> samples, Map<String, String> types) {

  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  record Sample(String name, Map<String, String> labels, double value) {

    /** The same sample of another scrape. */
    String series() {
      return name + labels;
    }
  }

  static Scrape of(URI url) {
    try {
      String text =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build(),
                  BodyHandlers.ofString())
              .body();
      return of(text);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Scrape of(String text) {
    List<Sample> samples = new ArrayList<>();
    Map<String, String> types = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        types.put(line.split(" ")[2], line.split(" ")[3]);
      }
      Matcher sample = SAMPLE.matcher(line);
      if (!line.startsWith("#") && sample.matches()) {
        samples.add(
            new Sample(
                sample.group(1), labels(sample.group(2)), Double.parseDouble(value(sample))));
      }
    }
    return new Scrape(samples, types);
  }

  private static String value(Matcher sample) {
    return sample.group(3).replace("+Inf", "Infinity");
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return labels;
  }

  /** The sum of the samples that have all of these labels; NaN if there is none. */
  double value(String name, String... labels) {
    List<Sample> found =
        samples.stream()
            .filter(sample -> sample.name().equals(name) && has(sample, labels))
            .toList();
    return found.isEmpty() ? Double.NaN : found.stream().mapToDouble(Sample::value).sum();
  }

  private static boolean has(Sample sample, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
        return false;
      }
    }
    return true;
  }

  List<Sample> named(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name)).toList();
  }

  /** The metrics of the plug-in, each once, though a timer is several. */
  Set<String> metrics() {
    return types.keySet().stream()
        .filter(name -> name.startsWith("gamma_webhook_"))
        .filter(name -> !name.endsWith("_max") || !types.containsKey(name.replaceAll("_max$", "")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The series of the plug-in, without those that only tell of time. */
  Set<String> series() {
    return samples.stream()
        .filter(sample -> sample.name().startsWith("gamma_webhook_"))
        .map(Sample::series)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
