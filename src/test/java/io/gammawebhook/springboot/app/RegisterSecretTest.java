package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An API that signs with a secret of its own tells it once: the command register keeps it. */
@Timeout(60)
class RegisterSecretTest {

  private static final String OURS = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String THEIRS = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  @TempDir private Path folder;
  private HttpServer api;
  private String told = THEIRS;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
    Files.writeString(folder.resolve("token"), "a-token\n");
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      boolean creates = exchange.getRequestMethod().equals("POST");
      String body =
          creates
              ? """
                {"id":"wh_1","url":"https://h.example/gamma","events":["*"],"enabled":true,
                 "secret":"%s"}
                """
                  .formatted(told)
              : "{\"data\":[],\"next_cursor\":null}";
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(creates ? 201 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Path file() {
    return folder.resolve("gamma.secret");
  }

  private Path beside(int number) {
    return folder.resolve("gamma.secret.api-" + number);
  }

  private Cli.Ended register() {
    Cli.Ended ended =
        Cli.run(
            "register",
            "--yes",
            "--api-url=http://127.0.0.1:" + api.getAddress().getPort() + "/v1",
            "--credentials-file=" + folder.resolve("token"),
            "--public-url=https://h.example/gamma",
            "--secret-file=" + file());
    assertThat(ended.out() + ended.err()).doesNotContain(OURS, told);
    return ended;
  }

  private static void assertKept(Path file, String secret) throws IOException {
    assertThat(file).hasContent(secret);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aSecretThatThisCallMadeGivesWayToThatOfTheApi() throws Exception {
    Cli.Ended ended = register();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertKept(file(), THEIRS);
    assertThat(ended.out())
        .contains("The API signs with a secret of its own")
        .contains("secrets: [\"file:" + file() + "\"]");
    assertThat(folder).isDirectoryNotContaining("glob:**.draft");
  }

  @Test
  void aSecretThatWasThereStaysAndThatOfTheApiIsKeptBesideIt() throws Exception {
    Files.writeString(file(), OURS + "\n");
    Cli.Ended ended = register();
    assertThat(ended.exit()).isOne();
    assertThat(file()).hasContent(OURS);
    assertKept(beside(1), THEIRS);
    assertThat(ended.err())
        .contains(file() + " holds another secret than the entry, and stays as it is");
    assertThat(ended.out()).contains("secrets: [\"file:" + beside(1) + "\"]");

    assertThat(register().exit()).isOne();
    assertThat(beside(2)).doesNotExist();
    told = "whsec_" + "QUJD".repeat(8);
    assertThat(register().exit()).isOne();
    assertKept(beside(1), THEIRS);
    assertKept(beside(2), told);

    Files.writeString(file(), told);
    Cli.Ended same = register();
    assertThat(same.exit()).as(same.err()).isZero();
  }

  @Test
  void whatIsNoSecretOfTheSchemeIsSaidAndKeptAllTheSame() throws Exception {
    told = "0123456789abcdef";
    Cli.Ended ended = register();
    assertThat(ended.exit()).isOne();
    assertThat(ended.err())
        .contains("is none of the scheme standard-webhooks: it must begin with whsec_")
        .contains("--scheme");
    assertKept(file(), told);
  }
}
