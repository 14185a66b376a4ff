package io.gammawebhook.bench;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a figure, or its ratio to another one of the same round, should be.
 *
 * @param against the other contestant; empty where the figure itself is what is asked for
 * @param atLeast whether more is better
 */
record Aim(
    String title,
    String contestant,
    String measure,
    String against,
    String againstMeasure,
    boolean atLeast,
    double bound) {

  static List<Aim> of(String part, Samples samples) {
    String postgres = Contestants.PRODUCT_POSTGRES;
    String sqlite = Contestants.PRODUCT_SQLITE;
    return switch (part) {
      case "accept" ->
          List.of(
              ratio(postgres, Contestants.HAND_ROUTE, 5),
              ratio(postgres, Contestants.HAND_ROUTE_TRANSACTED, 5),
              ratio(postgres, Contestants.PLATFORM_HTTP, 0.8),
              ratio(sqlite, Contestants.PLATFORM_HTTP, 0.8),
              ratio(sqlite, Contestants.NODE_SQLITE, 2),
              atMost(postgres, "half-p99-ms", 50),
              atMost(sqlite, "half-p99-ms", 50));
      case "end-to-end" ->
          List.of(
              within(postgres, "end-to-end", "accept", true, 0.6),
              within(sqlite, "end-to-end", "accept", true, 0.6));
      case "latency" ->
          List.of(
              atMost(postgres, "to-route-p50-ms", 5),
              atMost(postgres, "to-route-p99-ms", 50),
              atMost(sqlite, "to-route-p50-ms", 5),
              atMost(sqlite, "to-route-p99-ms", 50));
      case "start" ->
          StartPart.CASES.stream()
              .flatMap(
                  name ->
                      Stream.of(
                          atMost(name, "first-2xx-s", 2.5), atMost(name, "rss-idle-mb", 250)))
              .toList();
      case "nodes" -> List.of(new Aim(
          NodesPart.TWO + " / " + NodesPart.ONE, NodesPart.TWO, "accept", NodesPart.ONE, "accept",
          true, 1));
      case "verify" -> verification(samples);
      default -> backlog(postgres, sqlite, samples);
    };
  }

  private static List<Aim> backlog(String postgres, String sqlite, Samples samples) {
    TreeSet<Integer> sizes = new TreeSet<>();
    samples.all().stream()
        .map(Samples.Sample::measure)
        .filter(measure -> measure.startsWith("claim-"))
        .forEach(measure -> sizes.add(Integer.parseInt(measure.split("-", -1)[3])));
    if (sizes.size() < 2) {
      return List.of();
    }
    String few = "claim-100-of-" + sizes.first() + "-ms";
    String many = "claim-100-of-" + sizes.last() + "-ms";
    return List.of(
        within(postgres, many, few, false, 1.3), within(sqlite, many, few, false, 1.3));
  }

  /** For HMAC; a public key costs so much that nothing else does. */
  private static List<Aim> verification(Samples samples) {
    return samples.all().stream()
        .map(Samples.Sample::contestant)
        .distinct()
        .filter(scheme -> !List.of("discord", "standard-webhooks-v1a").contains(scheme))
        .map(scheme -> within(scheme, "64kb-product-us", "64kb-jdk-us", false, 1.3))
        .toList();
  }

  private static Aim ratio(String contestant, String against, double bound) {
    String title = contestant + " / " + against;
    return new Aim(title, contestant, "accept", against, "accept", true, bound);
  }

  private static Aim within(
      String contestant, String measure, String other, boolean atLeast, double bound) {
    String title = contestant + ": " + measure + " / " + other;
    return new Aim(title, contestant, measure, contestant, other, atLeast, bound);
  }

  private static Aim atMost(String contestant, String measure, double bound) {
    return new Aim(contestant + ": " + measure, contestant, measure, "", "", false, bound);
  }
}
