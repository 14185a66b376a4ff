package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The steps of {@code docs/deployment/Containerfile} as an engine for images would do them, with
 * folders in place of images: the layers are unpacked and copied, and the entry point starts in
 * them.
 */
class ContainerImageIT {

  private static final Path FILE = Path.of("docs/deployment/Containerfile");
  private static final Pattern LAYER =
      Pattern.compile("(?m)^COPY --from=layers /layers/(\\S+)/ \\./$");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir private Path layers;
  @TempDir private Path root;
  @TempDir private Path data;

  @Test
  void theLayersAreTheApplicationAndItsEntryPointStopsAtSigterm() throws Exception {
    String file = Files.readString(FILE);
    Files.copy(
        Path.of(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar")),
        layers.resolve(found(file, "(?m)^COPY target/camel-gamma-webhook-app\\.jar (\\S+)$")));
    Process unpacked = run(layers, found(file, "(?m)^RUN (java .+)$").split(" "));
    assertThat(unpacked.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(unpacked.exitValue()).as(log(layers)).isZero();

    List<String> copied = LAYER.matcher(file).results().map(result -> result.group(1)).toList();
    try (Stream<Path> there = Files.list(layers.resolve("extracted"))) {
      assertThat(there.map(layer -> "extracted/" + layer.getFileName()))
          .as("every layer is copied, and no other")
          .containsExactlyInAnyOrderElementsOf(copied);
    }
    for (String layer : copied) {
      copy(layers.resolve(layer), root);
    }
    copy(Path.of("routes"), root.resolve("routes"));

    int port = freePort();
    Process server =
        run(
            root,
            found(file, "(?m)^ENTRYPOINT \\[(.+)]$").replaceAll("[\" ]", "").split(","),
            "GAMMA_WEBHOOK_DATA_DIR=" + data,
            "GAMMA_WEBHOOK_SECRET=" + SECRET,
            "SERVER_PORT=" + port,
            "JDK_JAVA_OPTIONS=" + found(file, "(?m)^ENV JDK_JAVA_OPTIONS=\"(.+)\"$"));
    try {
      await().atMost(Duration.ofSeconds(90)).until(() -> !server.isAlive() || isReady(port));
      assertThat(server.isAlive()).as(log(root)).isTrue();
      assertThat(data.resolve("inbox.db")).isRegularFile();
      assertThat(log(root)).contains("Picked up JDK_JAVA_OPTIONS");
      server.destroy();
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(143);
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void theImageRunsAsAUserWithoutNameAndWithoutAShell() throws IOException {
    String file = Files.readString(FILE);
    assertThat(found(file, "(?m)^USER (\\S+)$")).isEqualTo("10001:10001");
    assertThat(file.substring(file.indexOf("\nUSER "))).doesNotContain("\nRUN ", "\nCOPY ");
    assertThat(found(file, "(?m)^VOLUME (\\S+)$"))
        .isEqualTo(found(file, "(?m)^ENV GAMMA_WEBHOOK_DATA_DIR=(\\S+)$"));
    assertThat(found(file, "(?m)^EXPOSE (\\d+)$")).isEqualTo("8080");
  }

  private static String found(String file, String pattern) {
    List<MatchResult> all = Pattern.compile(pattern).matcher(file).results().toList();
    assertThat(all).as(pattern).hasSize(1);
    return all.get(0).group(1);
  }

  private static Process run(Path folder, String[] command, String... variables)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(command));
    if (words.get(0).equals("java")) {
      words.set(0, Path.of(System.getProperty("java.home"), "bin/java").toString());
    }
    ProcessBuilder process = new ProcessBuilder(words).directory(folder.toFile());
    for (String variable : variables) {
      process.environment().put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
    }
    return process
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("process.log").toFile())
        .start();
  }

  private static String log(Path folder) throws IOException {
    return Files.readString(folder.resolve("process.log"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static boolean isReady(int port) {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
