package io.gammawebhook.bench;

import io.gammawebhook.bench.verification.VerificationBench;
import io.gammawebhook.bench.verification.VerifiableSchemes;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What one verification costs, by scheme and length of the body, in a JVM of its own each. */
final class VerifyPart implements Part {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public void run(Scene scene, Samples into) throws Exception {
    boolean smoke = scene.settings().rounds() == 1;
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(VerificationBench.class.getName())
                    .param("scheme", VerifiableSchemes.names(smoke))
                    .forks(1)
                    .jvm(scene.settings().java())
                    .warmupIterations(2)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(scene.settings().rounds())
                    .measurementTime(new TimeValue(500, TimeUnit.MILLISECONDS))
                    .addProfiler(GCProfiler.class)
                    .build())
            .run();
    for (RunResult result : results) {
      String who = result.getParams().getBenchmark().replaceFirst(".*\\.", "");
      String scheme = result.getParams().getParam("scheme");
      String size = Integer.parseInt(result.getParams().getParam("length")) / 1024 + "kb";
      into.add(1, scheme, size + "-" + who + "-us", result.getPrimaryResult().getScore());
      into.add(
          1,
          scheme,
          size + "-" + who + "-bytes-allocated",
          Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED)).getScore());
    }
  }
}
