package io.gammawebhook.bench;

import io.gammawebhook.bench.Load.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a second node adds: how many webhooks a second one node accepts, and how many two nodes on
 * one PostgreSQL, each with a load of its own. Both are up all the time; one and two take turns.
 */
final class NodesPart implements Part {

  static final String ONE = "one-node";
  static final String TWO = "two-nodes";

  @Override
  public String name() {
    return "nodes";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    Settings settings = scene.settings();
    String url = scene.postgres().url(scene.contestants().database());
    List<Contestant> nodes = new ArrayList<>();
    List<Child> running = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Load second = new Load(settings)) {
      List<Load> loads = List.of(scene.load(), second);
      for (int i = 0; i < 2; i++) {
        String name = "node-" + (i + 1);
        nodes.add(
            scene
                .contestants()
                .productOn(name, scene.contestants().folder(name), url, "", settings.jvm()));
        running.add(nodes.get(i).startAndAwait(loads.get(i)));
        loads.get(i).atMost(nodes.get(i), settings.warmup());
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        for (int count : round % 2 == 0 ? List.of(2, 1) : List.of(1, 2)) {
          scene.postgres().checkpoint();
          turn(settings, into, round, nodes.subList(0, count), loads, threads);
        }
      }
    } finally {
      threads.shutdownNow();
      for (Child child : running) {
        child.close();
      }
    }
  }

  private static void turn(
      Settings settings,
      Samples into,
      int round,
      List<Contestant> nodes,
      List<Load> loads,
      ExecutorService threads)
      throws Exception {
    List<Future<Result>> results = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Load load = loads.get(i);
      Contestant node = nodes.get(i);
      results.add(threads.submit(() -> load.atMost(node, settings.seconds())));
    }
    double rate = 0;
    double slowest = 0;
    long notOk = 0;
    for (Future<Result> each : results) {
      Result result = each.get();
      rate += result.rate();
      slowest = Math.max(slowest, result.p99());
      notOk += result.notOk();
    }
    String name = nodes.size() == 1 ? ONE : TWO;
    into.add(round, name, "accept", rate);
    into.add(round, name, "accept-p99-ms", slowest);
    into.add(round, name, "accept-not-2xx", notOk);
  }
}
