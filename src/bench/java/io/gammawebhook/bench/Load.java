package io.gammawebhook.bench;

import io.gammawebhook.bench.load.LoadMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The load's process, as the benchmark sees it. */
final class Load implements AutoCloseable {

  /** More than any contestant answers in a second on the machines of today. */
  private static final int MOST_PER_SECOND = 60_000;

  private final Process process;
  private final BufferedReader results;
  private final Writer commands;
  private final int connections;

  Load(Settings settings) throws IOException {
    connections = settings.connections();
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx1g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LoadMain.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    results =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** What a run gave. Times are in milliseconds. */
  record Result(
      double rate, double p50, double p99, double p999, double max, long ok, long notOk, long at) {}

  /** As many requests as the server takes. */
  Result atMost(Contestant contestant, double seconds) throws IOException {
    return run(contestant, 0, seconds, (int) (seconds * MOST_PER_SECOND), "-");
  }

  /** Requests at even times. */
  Result atRate(Contestant contestant, double rate, double seconds) throws IOException {
    return run(contestant, rate, seconds, (int) (rate * seconds) + 1, "-");
  }

  /** Requests at even times, each of which is written down with the time at which it was due. */
  Result traced(Contestant contestant, double rate, double seconds, Path trace)
      throws IOException {
    return run(contestant, rate, seconds, (int) (rate * seconds) + 1, trace.toString());
  }

  /** One request; whether it was answered 2xx. */
  boolean one(Contestant contestant) throws IOException {
    String line = ask(contestant.port(), 1, 0, 5, 1, "-");
    return !line.startsWith("failed") && parse(line).ok() == 1;
  }

  private Result run(
      Contestant contestant, double rate, double seconds, int requests, String trace)
      throws IOException {
    String line = ask(contestant.port(), connections, rate, seconds, requests, trace);
    if (line.startsWith("failed")) {
      throw new IOException("The load on " + contestant.name() + " " + line);
    }
    return parse(line);
  }

  private String ask(
      int port, int connectionCount, double rate, double seconds, int requests, String trace)
      throws IOException {
    commands.write(
        String.join(
                " ",
                String.valueOf(port),
                Contestant.PATH,
                String.valueOf(connectionCount),
                String.valueOf(rate),
                String.valueOf(seconds),
                String.valueOf(requests),
                trace)
            + "\n");
    commands.flush();
    String line = results.readLine();
    if (line == null) {
      throw new IOException("The load's process ended");
    }
    return line;
  }

  private static Result parse(String line) {
    Map<String, String> values = new HashMap<>();
    long ok = 0;
    long notOk = 0;
    for (String pair : line.split(" ", -1)) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], parts[1]);
      if (parts[0].matches("s2\\d\\d")) {
        ok += Long.parseLong(parts[1]);
      } else if (parts[0].matches("s\\d\\d\\d|errors")) {
        notOk += Long.parseLong(parts[1]);
      }
    }
    return new Result(
        number(values, "rate"),
        number(values, "p50") / 1000,
        number(values, "p99") / 1000,
        number(values, "p999") / 1000,
        number(values, "max") / 1000,
        ok,
        notOk,
        Long.parseLong(values.getOrDefault("started", "0")));
  }

  private static double number(Map<String, String> values, String name) {
    return Double.parseDouble(values.getOrDefault(name, "0"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    commands.close();
    process.waitFor();
  }
}
