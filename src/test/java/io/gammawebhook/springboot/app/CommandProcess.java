package io.gammawebhook.springboot.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The command line as a process of its own, on the tests' class path. */
public final class CommandProcess {

  private CommandProcess() {}

  /** The words to start it with. */
  public static List<String> words(String... args) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // These processes live for a second: the second compiler would only cost time.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                GammaWebhookApp.class.getName()));
    words.addAll(List.of(args));
    return words;
  }

  /** As a line of a shell. */
  static String line(String... args) {
    return words(args).stream()
        .map(word -> "'" + word.replace("'", "'\\\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
