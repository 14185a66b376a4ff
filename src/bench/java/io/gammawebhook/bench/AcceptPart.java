package io.gammawebhook.bench;

import io.gammawebhook.bench.Load.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many webhooks a second each contestant answers 2xx, and how long an answer takes at half of
 * that. All run at the same time, but only one has load: they take turns, each round in another
 * order.
 */
final class AcceptPart implements Part {

  private static final double COLD_SECONDS = 5;

  @Override
  public String name() {
    return "accept";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    Settings settings = scene.settings();
    Map<Contestant, Child> running = new LinkedHashMap<>();
    try {
      for (Contestant contestant : scene.contestants().accepting()) {
        running.put(contestant, contestant.startAndAwait(scene.load()));
      }
      for (Contestant contestant : running.keySet()) {
        scene.postgres().checkpoint();
        double cold = Math.min(COLD_SECONDS, settings.warmup());
        into.add(0, contestant.name(), "cold", scene.load().atMost(contestant, cold).rate());
        // In pieces, so that signing ahead of the clock does not take long at once.
        for (double left = settings.warmup() - cold; left > 0; left -= COLD_SECONDS) {
          scene.load().atMost(contestant, Math.min(left, COLD_SECONDS));
        }
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        for (Contestant contestant : turns(running.keySet(), round)) {
          atMost(scene, into, round, contestant, running);
        }
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        for (Contestant contestant : turns(running.keySet(), round)) {
          atHalf(scene, into, round, contestant);
        }
      }
    } finally {
      for (Child child : running.values()) {
        child.close();
      }
    }
  }

  /** Nobody is always the one after the same other one. */
  private static List<Contestant> turns(Iterable<Contestant> all, int round) {
    List<Contestant> turns = new ArrayList<>();
    all.forEach(turns::add);
    java.util.Collections.rotate(turns, round);
    if (round % 2 == 0) {
      java.util.Collections.reverse(turns);
    }
    return turns;
  }

  private static void atMost(
      Scene scene, Samples into, int round, Contestant contestant, Map<Contestant, Child> running)
      throws Exception {
    Child child = running.get(contestant);
    scene.postgres().checkpoint();
    double before = child == null ? 0 : child.processorSeconds();
    Result result = scene.load().atMost(contestant, scene.settings().seconds());
    into.add(round, contestant.name(), "accept", result.rate());
    into.add(round, contestant.name(), "accept-p50-ms", result.p50());
    into.add(round, contestant.name(), "accept-p99-ms", result.p99());
    into.add(round, contestant.name(), "accept-not-2xx", result.notOk());
    if (child != null) {
      double used = child.processorSeconds() - before;
      into.add(round, contestant.name(), "cpu-us-per-request", used * 1e6 / result.ok());
      into.add(round, contestant.name(), "rss-loaded-mb", child.residentMegabytes());
    }
  }

  private static void atHalf(Scene scene, Samples into, int round, Contestant contestant)
      throws Exception {
    double half = Samples.median(into.byRound(contestant.name(), "accept").values()) / 2;
    if (half < 1) {
      return;
    }
    scene.postgres().checkpoint();
    Result result = scene.load().atRate(contestant, half, scene.settings().seconds());
    into.add(round, contestant.name(), "half-rate", result.rate());
    into.add(round, contestant.name(), "half-p50-ms", result.p50());
    into.add(round, contestant.name(), "half-p99-ms", result.p99());
    into.add(round, contestant.name(), "half-p999-ms", result.p999());
    into.add(round, contestant.name(), "half-not-2xx", result.notOk());
  }
}
