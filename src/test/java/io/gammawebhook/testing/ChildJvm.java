package io.gammawebhook.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own on the tests' class path, which a test can kill as {@code kill -9} does. */
public final class ChildJvm implements AutoCloseable {

  private final Process process;
  private final Path out;

  /**
   * @param main has the {@code main} method; it calls {@link #liveAsLongAsTheParent} first
   * @param out gets what it prints; an earlier content stays
   */
  public static ChildJvm start(Class<?> main, Path out, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // These processes live for seconds: the second compiler would only cost time.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
              .start(),
          out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChildJvm(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /** For the child: its standard input ends when the parent is gone, in whatever way. */
  public static void liveAsLongAsTheParent() {
    new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Whatever it is, the parent is there.
                }
              } catch (IOException e) {
                // The parent is gone just the same.
              }
              Runtime.getRuntime().halt(3);
            },
            "parent-watch")
        .start();
  }

  /** Ends it by SIGKILL, wherever it is. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until it has ended, and returns its exit code. */
  public int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("The child does not end:\n" + String.join("\n", printed()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The lines that it has printed. */
  public List<String> printed() {
    try {
      return Files.readAllLines(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
