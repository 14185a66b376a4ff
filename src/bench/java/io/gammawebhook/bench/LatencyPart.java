package io.gammawebhook.bench;

import io.gammawebhook.bench.load.Trace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long it takes from the moment a request is due until its event is in the route, at 1,000
 * events a second. That is more than the way from the acceptance to the route: it has the request,
 * the verification and the commit in it.
 */
final class LatencyPart implements Part {

  private static final double RATE = 1000;

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    Settings settings = scene.settings();
    Map<Contestant, Child> running = new LinkedHashMap<>();
    try {
      for (String store : List.of(Contestants.PRODUCT_SQLITE, Contestants.PRODUCT_POSTGRES)) {
        if (settings.wants(store)) {
          Contestant product =
              scene.contestants().product(store, store, Routes.ARRIVALS, settings.jvm());
          running.put(product, product.startAndAwait(scene.load()));
          scene.load().atRate(product, RATE, settings.warmup());
        }
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        List<Contestant> turns = new ArrayList<>(running.keySet());
        Collections.rotate(turns, round);
        for (Contestant product : turns) {
          turn(scene, into, round, product);
        }
      }
    } finally {
      for (Child child : running.values()) {
        child.close();
      }
    }
  }

  private static void turn(Scene scene, Samples into, int round, Contestant product)
      throws Exception {
    scene.postgres().checkpoint();
    Path sent = product.folder().resolve("sent-" + round);
    scene.load().traced(product, RATE, scene.settings().seconds(), sent);
    awaitDone(product);
    Map<Long, Long> due = Trace.read(sent);
    Map<Long, Long> arrivals = Trace.read(product.folder().resolve("arrivals"));
    List<Double> millis = new ArrayList<>();
    due.forEach(
        (event, at) -> {
          Long arrival = arrivals.get(event);
          if (arrival != null) {
            millis.add((arrival - at) / 1000.0);
          }
        });
    millis.sort(null);
    String store = product.name();
    into.add(round, store, "to-route-p50-ms", millis.get(millis.size() / 2));
    into.add(round, store, "to-route-p99-ms", millis.get(millis.size() * 99 / 100));
    into.add(round, store, "not-arrived", due.size() - millis.size());
  }

  private static void awaitDone(Contestant product) throws SQLException, InterruptedException {
    try (Connection c = DriverManager.getConnection(EndToEndPart.readOnly(product.storeUrl()))) {
      EndToEndPart.awaitDone(c);
    }
  }
}
