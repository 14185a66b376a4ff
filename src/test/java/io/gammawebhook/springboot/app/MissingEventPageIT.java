package io.gammawebhook.springboot.app;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs docs/missing-event.md: each command as a process of the packaged jar, against a node of it,
 * and compares what is printed. {@code -Dwalk.write=true} writes the outputs anew.
 */
class MissingEventPageIT {

  private static final Path PAGE = Path.of("docs/missing-event.md");

  /** A comment that says what the test has to do or to wait for; the configuration; a command. */
  private static final Pattern STEP =
      Pattern.compile(
          "<!-- (?<hint>.*?) -->|```yaml\\n(?<yaml>.*?)```"
              + "|```sh\\nwebhooks (?<command>.*?)\\n```\\n\\n```text\\n(?<output>.*?)```",
          Pattern.DOTALL);

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Instant NIGHT = Instant.parse("2026-11-29T02:13:07Z");

  private final WireMockServer ledger = new WireMockServer(wireMockConfig().dynamicPort());
  private final ObjectMapper json = new ObjectMapper();
  private final int port = freePort();
  private final int management = freePort();
  @TempDir private Path folder;
  private @Nullable Process server;

  /** What was printed, as the page shows it. */
  private final Map<String, String> references = new LinkedHashMap<>();

  private @Nullable Instant first;

  @AfterEach
  void stop() {
    if (server != null) {
      server.destroyForcibly().onExit().join();
    }
    ledger.stop();
  }

  @Test
  void everyCommandPrintsWhatThePageSays() throws Exception {
    String page = Files.readString(PAGE);
    ledger.start();
    ledger.stubFor(any(anyUrl()).willReturn(serviceUnavailable()));
    copy("routes");
    Files.writeString(
        folder.resolve("wrong-secret.txt"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    StringBuilder written = new StringBuilder();
    Matcher step = STEP.matcher(page);
    int commands = 0;
    while (step.find()) {
      if (step.group("yaml") != null) {
        start(step.group("yaml"));
      } else if (step.group("hint") != null) {
        follow(step.group("hint"));
      } else {
        String printed = shown(run(words(step.group("command"))));
        if (!Boolean.getBoolean("walk.write")) {
          assertThat(comparable(printed))
              .as("webhooks %s", step.group("command"))
              .isEqualTo(comparable(step.group("output")));
        }
        step.appendReplacement(
            written,
            Matcher.quoteReplacement(
                "```sh\nwebhooks "
                    + step.group("command")
                    + "\n```\n\n```text\n"
                    + printed
                    + "```"));
        commands++;
      }
    }
    assertThat(commands).isGreaterThan(10);
    if (Boolean.getBoolean("walk.write")) {
      Files.writeString(PAGE, step.appendTail(written).toString());
    }
  }

  private void copy(String name) throws IOException {
    Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(Path.of(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(name).resolve(file.getFileName()));
      }
    }
  }

  private void start(String yaml) throws Exception {
    Files.writeString(
        folder.resolve("application.yaml"),
        yaml.replace("127.0.0.1:9090", "127.0.0.1:" + ledger.port())
                .replace("8081", Integer.toString(management))
            + "server:\n  port: "
            + port
            + "\n");
    Process started = process(List.of(), folder.resolve("server.log"));
    server = started;
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> !started.isAlive() || log().contains("Send a signed sample event"));
    assertThat(started.isAlive()).as(log()).isTrue();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("server.log"));
  }

  private void follow(String hint) throws Exception {
    if (hint.equals("the ledger is back")) {
      ledger.stubFor(any(anyUrl()).willReturn(ok()));
      return;
    }
    Matcher until = Pattern.compile("until (\\w+)=(\\d+)").matcher(hint);
    assertThat(until.matches()).as(hint).isTrue();
    URI asked =
        URI.create(
            "http://127.0.0.1:" + management + "/actuator/webhooks/events?state=" + until.group(1));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                json.readTree(
                        HttpClient.newHttpClient()
                            .send(
                                HttpRequest.newBuilder(asked)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                                BodyHandlers.ofString())
                            .body())
                    .path("events")
                    .size(),
            size -> size == Integer.parseInt(until.group(2)));
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  private Process process(List<String> arguments, Path output) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                Path.of(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar"))
                    .toAbsolutePath()
                    .toString()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private String run(List<String> arguments) throws Exception {
    Path output = folder.resolve("command.log");
    Process command = process(arguments, output);
    assertThat(command.waitFor(60, TimeUnit.SECONDS)).as("%s", arguments).isTrue();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** With the page's ids, times and port in place of those of this run. */
  private String shown(String printed) {
    String text =
        UUID.matcher(printed)
            .replaceAll(
                id ->
                    references.computeIfAbsent(
                        id.group(),
                        unknown ->
                            "019ee0a1-6c%02x-7074-a275-a13807c62a78"
                                .formatted(16 + references.size())));
    text =
        TIME.matcher(text)
            .replaceAll(
                time -> {
                  Instant at = Instant.parse(time.group());
                  Instant begin = first == null ? at : first;
                  first = begin;
                  return NIGHT.plus(Duration.between(begin, at)).toString();
                });
    return text.replaceAll("\\b\\d+@[\\w.-]+", "71@node-1")
        .replace("127.0.0.1:" + ledger.port(), "127.0.0.1:9090")
        .replace("localhost:" + port, "localhost:8080")
        .replaceAll("[ \\t]+\\n", "\n");
  }

  /** Without what differs from run to run: times, durations, and the widths that follow. */
  private static String comparable(String text) {
    return TIME.matcher(text)
        .replaceAll("(time)")
        .replaceAll("\\b(\\d+ (d|h|min) )*\\d+(\\.\\d+)? ?(ms|s|min|h)\\b", "(duration)")
        .replaceAll("[ ─-]{2,}", " ")
        .replaceAll(" +", " ");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
