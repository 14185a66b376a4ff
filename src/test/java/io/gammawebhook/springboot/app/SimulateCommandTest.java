package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command runs a simulator, says how to use it, and ends by itself. */
@Timeout(60)
class SimulateCommandTest {

  @TempDir private Path folder;
  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private HttpServer server;
  private int status = 202;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private Cli.Ended simulate(String... more) {
    List<String> args = new ArrayList<>(List.of("simulate"));
    if (!List.of(more).contains("--port")) {
      args.addAll(List.of("--port", "0"));
    }
    args.add("--gamma.webhook.data-dir=" + folder);
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  /** What dev mode would have made. */
  private void secret() throws IOException {
    Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(
        folder.resolve("secrets/gamma.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  }

  private String to() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks/gamma";
  }

  @Test
  void itSaysWhereTheApiIsAndEndsAfterItsTime() throws Exception {
    Cli.Ended ended = simulate("--for", "300ms");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exit()).isZero();
    Path token = folder.resolve("secrets/simulator.token");
    assertThat(ended.out())
        .contains(
            "Gamma's API is at http://127.0.0.1:",
            "api-url: http://127.0.0.1:",
            "credentials: file:" + token.toAbsolutePath(),
            "public-url: http://localhost:8080/webhooks/gamma",
            "events 0")
        .doesNotContain(Files.readString(token).strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
        .isEqualTo("rw-------");

    String before = Files.readString(token);
    simulate("--for", "1ms");
    assertThat(Files.readString(token)).isEqualTo(before);
  }

  @Test
  void whoLetsOthersReachItIsWarnedOnceAndToldWhereItIs() {
    Cli.Ended ended = simulate("--for", "1ms", "--bind", "0.0.0.0");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out())
        .containsPattern(
            "Gamma's API is at port \\d+ of all addresses of this machine \\(0\\.0\\.0\\.0\\), from"
                + " here http://127\\.0\\.0\\.1:\\d+/v1, the seed is");
    assertThat(ended.err())
        .containsOnlyOnce("warning: --bind is 0.0.0.0: everyone who reaches it and has the token");
    assertThat(simulate("--for", "1ms", "--bind", "127.0.0.2").err()).isEmpty();
  }

  @Test
  void aCountIsSentToAnEndpointAndASeedRepeatsIt() throws Exception {
    secret();
    String[] run = {"--to", to(), "--count", "20", "--rate", "500", "--seed", "7"};
    Cli.Ended ended = simulate(run);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exit()).isZero();
    assertThat(ended.out())
        .contains("the seed is 7", to() + " [*] is enabled", "events 20  sent 20  delivered 20");
    assertThat(received).hasSize(20);
    simulate(run);
    assertThat(received).hasSize(20);
  }

  @Test
  void whatIsGivenUpIsTheExitCode() throws Exception {
    secret();
    status = 500;
    Cli.Ended ended =
        simulate(
            "--to",
            to(),
            "--count",
            "2",
            "--rate",
            "500",
            "--retry",
            "1ms",
            "--families",
            "order",
            "--disable-after",
            "0");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).contains("failed 4  given up 2  waiting 0");
  }

  @Test
  void aDisabledRegistrationIsSaid() throws Exception {
    secret();
    status = 500;
    Cli.Ended ended =
        simulate("--to", to(), "--burst", "5", "--count", "1", "--disable-after", "3");
    assertThat(ended.out()).contains("is disabled: too many failures");
    assertThat(ended.exit()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--duplicates 2                | a share must be between 0 and 1",
        "--families cats               | --families names 'cats'; there are [customer, employee",
        "--for soon                    | 'soon' is no time such as 30s or 10m",
        "--scheme nope                 | There is no scheme 'nope'",
        "--to ftp://x --secret-file .gitignore | url must be an http or https address",
        "--to http://x/                | start the server in dev mode first",
        "--to http://x/ --secret-file .gitignore | secret must begin with whsec_",
        "--rate 0 --count 5            | give a rate above 0",
        "--to http://x/ --secret-file no-such-file | which cannot be read",
      })
  void aWrongLineIsRefusedWithItsReason(String line, String reason) {
    Cli.Ended ended = simulate(line.split(" ", -1));
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains(reason, "Try simulate --help");
  }

  @Test
  void aPortThatIsTakenIsAReasonToo() {
    Cli.Ended ended = simulate("--port", Integer.toString(server.getAddress().getPort()));
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("cannot listen on port");
  }
}
