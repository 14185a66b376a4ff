package io.gammawebhook.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the test's own, for this user alone. */
record TemporaryFolder(Path path) implements AutoCloseable {

  static TemporaryFolder make() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("gamma-webhook-test-"));
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder can be made for the inbox", e);
    }
  }

  /** Removes it with all that is in it; harmless if it is gone. */
  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(path)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of the test cannot be removed", e);
    }
  }
}
