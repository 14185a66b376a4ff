package io.gammawebhook.bench.load;

import io.gammawebhook.bench.load.LoadRun.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The load's process. It lives as long as the benchmark, so that its own code is warm. Each line of
 * its input asks for a run, {@code port path connections rate seconds requests trace}, and is
 * answered by a line with the result, or one that starts with {@code failed}.
 */
public final class LoadMain {

  private LoadMain() {}

  public static void main(String[] args) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    // Sixteen digits that no run before used, be it of another process.
    long next = System.currentTimeMillis() / 1000 % 100_000_000 * 100_000_000;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Command command = parse(line);
      try {
        Requests requests =
            new Requests(
                command.path(), next, command.requests(), System.currentTimeMillis() / 1000);
        next += command.requests();
        Trace trace = command.trace().equals("-") ? null : Trace.writeTo(Path.of(command.trace()));
        System.out.println(new LoadRun(command, requests, trace).run());
      } catch (IOException e) {
        System.out.println("failed " + e);
      }
    }
  }

  private static Command parse(String line) {
    String[] words = line.split(" ", -1);
    return new Command(
        Integer.parseInt(words[0]),
        words[1],
        Integer.parseInt(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        Integer.parseInt(words[5]),
        words[6]);
  }

  /** The secret that every contestant has to know. */
  public static String secret() {
    return Requests.SECRET;
  }
}
