package io.gammawebhook.bench;

import io.gammawebhook.bench.Load.Result;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many events a second are accepted, delivered to a route that does nothing, completed and
 * audited: all that were accepted under full load, over the time until the last one was completed.
 * In turn with the same product without a route, which only accepts.
 */
final class EndToEndPart implements Part {

  private static final String OPEN =
      "select count(*) from (select 1 from webhook_delivery"
          + " where state in ('waiting', 'leased') limit 1) open_deliveries";
  private static final String DELIVERED =
      "select count(*) from webhook_delivery where state = 'delivered'";

  @Override
  public String name() {
    return "end-to-end";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    for (String store : List.of(Contestants.PRODUCT_SQLITE, Contestants.PRODUCT_POSTGRES)) {
      if (scene.settings().wants(store)) {
        run(scene, into, store);
      }
    }
  }

  private static void run(Scene scene, Samples into, String store) throws Exception {
    Settings settings = scene.settings();
    Contestant accepting =
        scene.contestants().product(store + "-accept", store, "", settings.jvm());
    Contestant delivering =
        scene.contestants().product(store + "-delivers", store, Routes.NO_OP, settings.jvm());
    Map<Contestant, Child> running = new LinkedHashMap<>();
    try {
      for (Contestant contestant : List.of(accepting, delivering)) {
        running.put(contestant, contestant.startAndAwait(scene.load()));
        scene.load().atMost(contestant, settings.warmup());
      }
      try (Connection c = DriverManager.getConnection(readOnly(delivering.storeUrl()))) {
        awaitDone(c);
        for (int round = 1; round <= settings.rounds(); round++) {
          round(scene, into, round, store, accepting, delivering, c);
        }
      }
    } finally {
      for (Child child : running.values()) {
        child.close();
      }
    }
  }

  private static void round(
      Scene scene,
      Samples into,
      int round,
      String store,
      Contestant accepting,
      Contestant delivering,
      Connection c)
      throws Exception {
    double seconds = scene.settings().seconds();
    scene.postgres().checkpoint();
    into.add(round, store, "accept", scene.load().atMost(accepting, seconds).rate());
    scene.postgres().checkpoint();
    long before = count(c, DELIVERED);
    Result result = scene.load().atMost(delivering, seconds);
    awaitDone(c);
    double taken = (System.currentTimeMillis() - result.at()) / 1000.0;
    long delivered = count(c, DELIVERED) - before;
    into.add(round, store, "end-to-end", delivered / taken);
    into.add(round, store, "accept-while-delivering", result.rate());
    into.add(round, store, "accepted-not-delivered", result.ok() - delivered);
  }

  static String readOnly(String url) {
    return url.startsWith("jdbc:sqlite:") ? url + "?open_mode=1&busy_timeout=10000" : url;
  }

  /** Waits until no delivery is open. */
  static void awaitDone(Connection c) throws SQLException, InterruptedException {
    while (count(c, OPEN) > 0) {
      Thread.sleep(20);
    }
  }

  static long count(Connection c, String query) throws SQLException {
    try (Statement s = c.createStatement();
        ResultSet r = s.executeQuery(query)) {
      r.next();
      return r.getLong(1);
    }
  }
}
