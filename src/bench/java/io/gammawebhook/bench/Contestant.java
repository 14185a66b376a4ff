package io.gammawebhook.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Something that answers webhooks.
 *
 * @param name as in the figures
 * @param port where it listens once it runs
 * @param storeUrl the JDBC URL of its store; empty if nobody looks into it
 */
record Contestant(
    String name,
    Path folder,
    List<String> command,
    Map<String, String> environment,
    int port,
    String storeUrl) {

  static final String PATH = "/webhooks/gamma";

  Child start() throws IOException {
    return new Child(name, folder, command, environment);
  }

  /** Starts it and waits for its first 2xx. */
  Child startAndAwait(Load load) throws IOException, InterruptedException {
    Child child = start();
    for (int tries = 0; !load.one(this); tries++) {
      child.requireAlive();
      if (tries == 6000) {
        child.close();
        throw new IllegalStateException(name + " did not answer 2xx in time");
      }
      Thread.sleep(10);
    }
    return child;
  }
}
