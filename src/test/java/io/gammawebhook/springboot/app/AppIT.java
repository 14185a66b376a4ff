package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged product, as a user starts it. */
class AppIT {

  private static final Pattern ENDPOINT = Pattern.compile("received at (http://\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("Send a signed sample event: (.*)");

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void devModeStartsWithNothingElseAndItsPastedLineDeliversAnEvent() throws Exception {
    copyRoutes();
    Process server = start(List.of("--gamma.webhook.mode=dev", "--server.port=0"), "log");

    await().atMost(Duration.ofMinutes(2)).until(() -> !server.isAlive() || said(SAMPLE));

    String endpoint = find(ENDPOINT);
    List<String> pasted = new ArrayList<>(List.of(find(SAMPLE).split(" ")));
    pasted.set(0, java());
    pasted.addAll(List.of("--type", "customer.created"));
    Process send = run(pasted, "send.log");
    assertThat(send.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(send.exitValue()).as(read("send.log")).isZero();
    assertThat(read("send.log")).startsWith("202 ");
    await().atMost(Duration.ofSeconds(20)).until(() -> mails() == 1);

    assertThat(read("log")).doesNotContain(read("data/secrets/gamma.secret").strip());
    HttpResponse<String> unknown = get(endpoint.replace("/webhooks/gamma", "/a/b?c=d"));
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(unknown.body()).doesNotContain("/a/b");
    HttpResponse<String> component =
        get(endpoint.replace("/webhooks/gamma", "/actuator/health/none"));
    assertThat(component.statusCode()).isEqualTo(404);
    assertThat(component.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(component.body()).isEqualTo(unknown.body());

    String broken = raw(endpoint, "GET /a|b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(broken)
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json")
        .doesNotContain("a|b");
    assertThat(
            raw(
                endpoint,
                "GET / HTTP/1.1\r\nHost: x\r\nX-Key@: hush-hush\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(read("log")).doesNotContain("hush-hush", "a|b", "Error parsing HTTP request");
    // Tomcat's own answer would be 501: no 5xx for what a sender can type.
    assertThat(
            raw(
                endpoint,
                "POST /webhooks/gamma HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n"
                    + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");

    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void productionWithoutASecretRefusesToStartAndNamesTheCure() throws Exception {
    copyRoutes();
    Process server = start(List.of("--server.port=0"), "log");

    assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isNotZero();
    assertThat(read("log"))
        .contains("gamma.webhook.sources.gamma.secrets has no secret")
        .contains("Set the environment variable GAMMA_WEBHOOK_SECRET, ");
  }

  @Test
  void productionMakesNoFolderForItsInbox() throws Exception {
    copyRoutes();
    Path missing = folder.resolve("not/mounted");
    Process server =
        start(
            List.of(
                "--gamma.webhook.data-dir=" + missing,
                "--gamma.webhook.sources.gamma.secrets=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "--server.port=0"),
            "log");

    assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isNotZero();
    assertThat(read("log"))
        .contains("gamma.webhook.data-dir is '" + missing + "', which is not there")
        .contains("mkdir -p -m 700 " + missing);
    assertThat(missing.getParent()).doesNotExist();
  }

  @Test
  void withoutRoutesItRefusesToStartAndNamesTheFolder() throws Exception {
    Process server = start(List.of("--gamma.webhook.mode=dev", "--server.port=0"), "log");

    assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isNotZero();
    assertThat(read("log")).contains("there is no such file in " + folder.resolve("routes"));
  }

  @Test
  void aRouteThatCannotWorkEndsInADescriptionAndAnAction() throws Exception {
    Files.writeString(
        Files.createDirectories(folder.resolve("routes")).resolve("a.camel.yaml"),
        "- route:\n    id: a\n    from:\n      uri: webhook-inbox:nope\n      steps:\n"
            + "        - log:\n            message: x\n");
    Process server = start(List.of("--gamma.webhook.mode=dev", "--server.port=0"), "log");

    assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isNotZero();
    assertThat(read("log").substring(read("log").indexOf("APPLICATION FAILED TO START")))
        .contains("The route 'a' (webhook-inbox:nope) names the source 'nope'")
        .contains("Action:");
  }

  @Test
  void checkFindsWhatIsWrongInAFewSecondsAndMakesNothing() throws Exception {
    copyRoutes();
    Process sound = start(List.of("check", "--gamma.webhook.mode=dev"), "log");
    assertThat(sound.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(sound.exitValue()).as(read("log")).isZero();
    assertThat(read("log")).isEqualTo("5 files of routes, 12 Kamelets, 1 source: sound\n");

    Files.writeString(
        folder.resolve("routes/a.camel.yaml"),
        "- route:\n    id: a\n    from:\n      uri: webhook-inbox:nope\n      steps:\n"
            + "        - to: kafka:x\n");
    Process wrong = start(List.of("check", "--gamma.webhook.mode=dev"), "log");
    assertThat(wrong.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(wrong.exitValue()).isOne();
    assertThat(read("log"))
        .startsWith("routes/a.camel.yaml:6: The route 'a', in a step 'to', names the component")
        .contains("camel-kafka-starter");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aWrongFileDoesNotTakeTheOthersDownAndCountsOnceItIsMended() throws Exception {
    copyRoutes();
    Path file = folder.resolve("routes/a.camel.yaml");
    Files.writeString(file, "- route:\n    id: a\n    form: direct:a\n");
    Process server = start(List.of("--gamma.webhook.mode=dev", "--server.port=0"), "log");

    await().atMost(Duration.ofMinutes(2)).until(() -> !server.isAlive() || said(SAMPLE));
    assertThat(read("log")).contains("routes/a.camel.yaml:3: There is no key 'form'");
    Files.writeString(
        file,
        "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - log: x\n");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> read("log").contains("Added routes/a.camel.yaml (a)"));

    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theJarIsAlsoTheToolThatItIsOperatedWith() throws Exception {
    copyRoutes();
    Process server =
        start(
            List.of(
                "--gamma.webhook.mode=dev",
                "--server.port=0",
                "--management.endpoints.web.exposure.include=webhooks"),
            "log");
    await().atMost(Duration.ofMinutes(2)).until(() -> !server.isAlive() || said(SAMPLE));
    String url = find(ENDPOINT).replace("/webhooks/gamma", "");

    Process reads = start(List.of("subscriptions", "--url", url), "subscriptions");
    assertThat(reads.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(reads.exitValue()).as(read("subscriptions")).isZero();
    assertThat(read("subscriptions")).startsWith("SOURCE ").contains("gamma ");

    Process refused = start(List.of("pause", "gamma/none", "--why", "x", "--url", url), "refused");
    assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(refused.exitValue()).isOne();
    assertThat(read("refused")).contains("no subscription of that name");
    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aPortThatIsTakenNamesServerPort() throws Exception {
    copyRoutes();
    try (ServerSocket taken = new ServerSocket(0)) {
      Process server =
          start(
              List.of("--gamma.webhook.mode=dev", "--server.port=" + taken.getLocalPort()), "log");

      assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isNotZero();
      assertThat(read("log"))
          .contains("server.port is " + taken.getLocalPort() + ", which another process listens on")
          .contains("choose another port, such as --server.port=");
    }
  }

  @Test
  void aDataFolderThatCannotBeMadeAndMisspeltSettingsOfTheRoutesAreNamed() throws Exception {
    copyRoutes();
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Process server = start(List.of("--gamma.webhook.data-dir=" + file, "--server.port=0"), "log");
    assertThat(server.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isNotZero();
    assertThat(read("log"))
        .contains("gamma.webhook.data-dir is '" + file + "', which is a file")
        .doesNotContain("jdbc-url");

    Process misspelt =
        start(
            List.of(
                "--gamma.webhook.mode=dev",
                "--gamma.mail.hst=x",
                "--gamma.http.ulr=http://localhost",
                "--server.port=0"),
            "log");
    assertThat(misspelt.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(misspelt.exitValue()).isNotZero();
    assertThat(read("log"))
        .contains("Did you mean gamma.mail.host?", "Did you mean gamma.http.url?");
  }

  @Test
  void theJarMayLoadTheNativeLibraryOfItsStore() throws Exception {
    try (JarFile jar = new JarFile(System.getProperty("app.jar", ""))) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
          .isEqualTo("ALL-UNNAMED");
    }
  }

  private void copyRoutes() throws IOException {
    Path to = Files.createDirectories(folder.resolve("routes"));
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private Process start(List<String> args, String log) throws IOException {
    List<String> line = new ArrayList<>(List.of(java(), "-jar", System.getProperty("app.jar", "")));
    line.addAll(args);
    return run(line, log);
  }

  private Process run(List<String> line, String log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile());
    builder.environment().remove("GAMMA_WEBHOOK_SECRET");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  private boolean said(Pattern what) throws IOException {
    return what.matcher(read("log")).find();
  }

  private String find(Pattern what) throws IOException {
    Matcher found = what.matcher(read("log"));
    assertThat(found.find()).as(read("log")).isTrue();
    return found.group(1);
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  private long mails() throws IOException {
    Path mail = folder.resolve("data/mail");
    if (!Files.isDirectory(mail)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(mail)) {
      return files.filter(file -> file.toString().endsWith(".eml")).count();
    }
  }

  private static String raw(String url, String request) throws IOException {
    URI uri = URI.create(url);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
