package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo, as a newcomer starts it, and again in the same folder after it was stopped in the
 * middle. What it prints is what docs/demo.md shows, but for numbers and ids; {@code
 * -Ddemo.write=true} runs it at its own speed and writes the page anew.
 */
class DemoIT {

  private static final Path PAGE = Path.of("docs/demo.md");
  private static final Pattern SHOWN =
      Pattern.compile(
          "(<!-- The output of a run, .*? -->\\n\\n```text\\n)(.*?)(```)", Pattern.DOTALL);
  private static final boolean WRITE = Boolean.getBoolean("demo.write");

  @TempDir private Path folder;
  private @Nullable Process process;

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  void everyActIsToldAndTrueAndItGoesOnAfterItWasStoppedInTheMiddle() throws Exception {
    copy("routes");
    copy("kamelets");
    int port = freePort();
    Process stopped = start("stopped.log", port);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !stopped.isAlive() || read("stopped.log").contains("it refused "));
    assertThat(stopped.isAlive()).as(read("stopped.log")).isTrue();
    stopped.destroy();
    assertThat(stopped.waitFor(30, TimeUnit.SECONDS)).as("stops").isTrue();
    assertThat(read("stopped.log")).contains("The demo ended early");

    Process told = start("told.log", port);
    assertThat(told.waitFor(90, TimeUnit.SECONDS)).as(read("told.log")).isTrue();
    String story = read("told.log");
    assertThat(told.exitValue()).as(story).isZero();

    assertThat(number(story, "lost")).as(story).isZero();
    assertThat(number(story, "dead letters left")).isZero();
    assertThat(number(story, "replayed")).isOne();
    assertThat(number(story, "retried")).isPositive();
    long received = number(story, "received");
    assertThat(received)
        .isEqualTo(number(story, "sent by Gamma"))
        .isEqualTo(
            number(story, "in the database")
                + number(story, "in the mail folder")
                + number(story, "at the HTTP destination"));
    // What the story says is so in the stores; they have what came before it was stopped, too.
    assertThat(ask("destination.db", "select count(*) from gamma_event"))
        .isGreaterThan(number(story, "in the database"));
    try (Stream<Path> mails = Files.list(folder.resolve("data/demo/mail"))) {
      assertThat(mails.count()).isGreaterThan(number(story, "in the mail folder"));
    }
    assertThat(ask("inbox.db", "select count(*) from webhook_event")).isGreaterThan(received);
    for (String kind : List.of("dead", "duplicate", "rejected", "replayed")) {
      assertThat(ask("inbox.db", "select count(*) from webhook_audit where kind = '" + kind + "'"))
          .as(kind)
          .isOne();
    }
    assertThat(
            ask(
                "inbox.db",
                "select count(*) from webhook_audit where kind = 'replayed' and reason = 'demo'"))
        .isOne();
    assertThat(story).contains("answered 200", "answered 401", "http-422", "were refused: 0");
    assertThat(ask("inbox.db", "select count(*) from webhook_registration")).isOne();

    String page = Files.readString(PAGE);
    Matcher shown = SHOWN.matcher(page);
    assertThat(shown.find()).as("the page shows a run").isTrue();
    if (WRITE) {
      String run =
          story
              .strip()
              .replaceAll("java -jar \\S+", "java -jar target/camel-gamma-webhook-app.jar")
              .replace(Integer.toString(port), "8080")
              .replace(" --server.port=8080", "");
      Files.writeString(
          PAGE, page.substring(0, shown.end(1)) + run + "\n" + page.substring(shown.start(3)));
    } else {
      assertThat(shape(story)).isEqualTo(shape(shown.group(2)));
    }
  }

  /** Without what differs from run to run. */
  private static String shape(String story) {
    return story
        .replaceAll(" --server\\.port=\\d+", "")
        .replaceAll("java -jar \\S+", "java -jar")
        .replaceAll(", on their way \\d+", "")
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "(id)")
        .replaceAll("\\b(evt|wh)_\\w[\\w-]*", "$1")
        .replaceAll("\\d+", "#")
        .replaceAll("attempts?", "attempt")
        .replaceAll(" +", " ")
        .strip();
  }

  private static long number(String story, String row) {
    Matcher found = Pattern.compile("\\n +" + row + " +(\\d+)").matcher(story);
    assertThat(found.find()).as("%s in %s", row, story).isTrue();
    return Long.parseLong(found.group(1));
  }

  private long ask(String file, String question) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/demo/" + file));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
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

  private Process start(String output, int port) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            Path.of(System.getProperty("app.jar", "target/camel-gamma-webhook-app.jar"))
                .toAbsolutePath()
                .toString(),
            "--spring.profiles.active=demo",
            "--server.port=" + port,
            "--gamma.demo.end-after=1s",
            "--gamma.demo.speed=" + (WRITE ? 1 : 8));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(output).toFile());
    builder.environment().remove("GAMMA_WEBHOOK_SECRET");
    Process started = builder.start();
    process = started;
    return started;
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
