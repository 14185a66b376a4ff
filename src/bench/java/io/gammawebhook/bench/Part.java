package io.gammawebhook.bench;

/** One question that the benchmark answers. */
interface Part {

  /** As in {@code -Dbench.parts}, and the name of the file of its figures. */
  String name();

  void run(Scene scene, Samples into) throws Exception;

  /** What all parts work with. */
  record Scene(Settings settings, Load load, PostgresServer postgres, Contestants contestants) {}
}
