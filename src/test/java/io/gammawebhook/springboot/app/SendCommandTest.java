package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command signs as the sender would, says what was answered, and never shows the secret. */
class SendCommandTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Received> received = new ArrayList<>();
  private HttpServer server;
  private int status = 202;

  private record Received(
      String id, String timestamp, String signature, byte[] body, Headers headers) {}

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/webhooks/gamma",
        exchange -> {
          received.add(
              new Received(
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                  exchange.getRequestHeaders().getFirst("webhook-signature"),
                  exchange.getRequestBody().readAllBytes(),
                  exchange.getRequestHeaders()));
          byte[] answer = "{\"status\":\"accepted\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void aSampleIsSignedWithTheSecretThatDevModeMade() throws Exception {
    Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(folder.resolve("secrets/gamma.secret"), SECRET + "\n");

    int exit = send();

    assertThat(exit).isZero();
    assertThat(out.toString()).startsWith("202 {\"status\":\"accepted\"}");
    assertThat(signedBy(SECRET)).isTrue();
    assertThat(out + err.toString()).doesNotContain(SECRET, SECRET.substring(6));
  }

  @ParameterizedTest
  @CsvSource({
    "slack, /event_id, /event/type",
    "stripe, /id, /type",
    "customer-io, /event_id, /metric",
  })
  void aSampleHasItsIdAndItsTypeWhereTheSchemeReadsThemInTheBody(
      String scheme, String id, String type) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
    send(
        "--gamma.webhook.sources.gamma.scheme=" + scheme,
        "--secret-file",
        secret.toString(),
        "--id",
        "evt \"1\"",
        "--type",
        "order.paid");
    JsonNode body = new ObjectMapper().readTree(received.get(0).body());
    assertThat(body.at(id).textValue()).isEqualTo("evt \"1\"");
    assertThat(body.at(type).textValue()).isEqualTo("order.paid");
    assertThat(body.at("/data/number").textValue()).startsWith("ORD-");
  }

  @Test
  void aSampleHasItsIdAndItsTypeWhereTheSchemeReadsThemInHeaders() throws Exception {
    String secret = Files.writeString(folder.resolve("secret"), "s3cret").toString();
    send("--gamma.webhook.sources.gamma.scheme=github", "--secret-file", secret, "--id", "d-1");
    send("--gamma.webhook.sources.gamma.scheme=cloudevents", "--secret-file", secret);
    assertThat(received.get(0).headers().getFirst("x-github-delivery")).isEqualTo("d-1");
    assertThat(received.get(0).headers().getFirst("x-github-event")).isEqualTo("invoice.paid");
    assertThat(received.get(1).headers().getFirst("ce-type")).isEqualTo("invoice.paid");
    assertThat(received.get(1).headers().getFirst("ce-specversion")).isEqualTo("1.0");
  }

  @Test
  void aBodyIsSentByteForByte() throws Exception {
    byte[] bytes = {'{', (byte) 0xFF, 0, '\r', '\n', '}'};
    Path body = Files.write(folder.resolve("body"), bytes);

    int exit = send("--secret-file", secretFile(), "--body", body.toString(), "--id", "msg_1");

    assertThat(exit).isZero();
    assertThat(received).singleElement().extracting(Received::body).isEqualTo(bytes);
    assertThat(received.get(0).id()).isEqualTo("msg_1");
    assertThat(signedBy(SECRET)).isTrue();
  }

  @Test
  void aCountWithOneIdSendsTheSameEventAgain() throws Exception {
    send("--secret-file", secretFile(), "--id", "msg_1", "--count", "3");

    assertThat(received).hasSize(3).extracting(Received::id).containsOnly("msg_1");
    assertThat(received.get(2).body()).isEqualTo(received.get(0).body());
  }

  @Test
  void aCountWithoutAnIdSendsDifferentEvents() throws Exception {
    send("--secret-file", secretFile(), "--count", "3");

    assertThat(received).extracting(Received::id).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void anAnswerThatIsNot2xxIsTheExitCode() throws Exception {
    status = 401;
    assertThat(send("--secret-file", secretFile())).isEqualTo(1);
    assertThat(out.toString()).startsWith("401 ");
  }

  @Test
  void withoutAServerTheMessageNamesTheAddress() throws Exception {
    server.stop(0);
    assertThat(send("--secret-file", secretFile())).isEqualTo(3);
    assertThat(err.toString()).contains("Nobody answers at http://localhost:");
  }

  @Test
  void withoutASecretTheMessageNamesTheCureOfTheServersMode() {
    assertThat(send()).isEqualTo(2);
    assertThat(err.toString())
        .contains("There is no secret to sign with: set GAMMA_WEBHOOK_SECRET to the server's")
        .contains("--secret-file")
        .doesNotContain("dev mode");

    assertThat(send("--gamma.webhook.mode=dev")).isEqualTo(2);
    assertThat(err.toString()).contains("in dev mode first", "secrets/gamma.secret");
  }

  @Test
  void aSecretThatARegistrationSealsIsNamedWithTheOrderThatSendsInstead() {
    String registration = "--gamma.webhook.registrations.billing.";
    assertThat(
            send(
                "--gamma.webhook.sources.gamma.secrets=",
                registration + "source=gamma",
                registration + "api-url=https://api.gamma.example/v1",
                registration + "credentials=token",
                registration + "public-url=https://hooks.example.com/webhooks/gamma"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("registrations test billing");
  }

  @ParameterizedTest
  @CsvSource({
    "invoice.paid, INV-",
    "customer.created, ada@example.com",
    "order.paid, items",
    "parcel.lost, sample",
  })
  void aSampleIsWhatItsTypeSays(String type, String part) throws Exception {
    assertThat(send("--secret-file", secretFile(), "--type", type)).isZero();

    String body = new String(received.get(0).body(), StandardCharsets.UTF_8);
    assertThat(body).contains("\"type\":\"" + type + "\"", part);
    assertThat(List.of("INV-", "ada@example.com", "items", "sample"))
        .filteredOn(body::contains)
        .containsExactly(part);
    assertThat(new ObjectMapper().readTree(body).path("data").isObject()).isTrue();
  }

  @Test
  void anUnknownSourceIsAUsageError() {
    assertThat(send("--source", "nope")).isEqualTo(2);
    assertThat(err.toString())
        .contains("There is no source 'nope' in the configuration; configured: [gamma]");
  }

  @Test
  void aFileThatCannotBeReadIsAUsageErrorInOneLine() throws Exception {
    assertThat(send("--secret-file", secretFile(), "--body", "no-such-file")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "--body names no-such-file, which cannot be read: there is no such file\n"
                + "Try send --help\n");
    assertThat(send("--secret-file", "no-such-file")).isEqualTo(2);
    assertThat(err.toString()).contains("--secret-file names no-such-file");
    assertThat(received).isEmpty();
  }

  @Test
  void aMisspeltPropertyIsRefused() throws Exception {
    assertThat(send("--secret-file", secretFile(), "--gamma.webhook.mod=dev")).isEqualTo(2);
    assertThat(err.toString())
        .contains("gamma.webhook.mod is no property")
        .contains("Did you mean gamma.webhook.mode?");
    assertThat(received).isEmpty();
  }

  @Test
  void aMisspeltOptionIsShownTheNearestAndNotTheWholeHelp() {
    assertThat(send("--tipe", "x")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Unknown option", "Did you mean --type?", "Try send --help")
        .doesNotContain("Usage:")
        .hasLineCount(3);
  }

  @Test
  void aPropertyWithoutAValueIsShownItsForm() {
    assertThat(send("--gamma.webhook.mode", "dev")).isEqualTo(2);
    assertThat(err.toString()).contains("A property is written --gamma.webhook.mode=<value>");
  }

  @Test
  void aWrongSecretIsTracedToItsFile() throws Exception {
    String file = Files.writeString(folder.resolve("wrong"), "abc").toString();
    assertThat(send("--secret-file", file)).isEqualTo(2);
    assertThat(err.toString())
        .contains("(from --secret-file " + file + ") must begin with whsec_")
        .doesNotContain("abc");
  }

  @Test
  void theHelpFitsEightyColumns() {
    assertThat(send("--help")).isZero();
    assertThat(out.toString().lines())
        .allMatch(line -> line.length() <= 80)
        .contains("  send --secret-file secret.txt --url https://host/webhooks/gamma");
  }

  private String secretFile() throws IOException {
    return Files.writeString(folder.resolve("s"), SECRET).toString();
  }

  private int send(String... more) {
    List<String> args = new ArrayList<>();
    args.add("send");
    args.add("--server.port=" + server.getAddress().getPort());
    args.add("--gamma.webhook.data-dir=" + folder);
    args.addAll(List.of(more));
    return CommandLine.run(
        args.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private boolean signedBy(String secret) {
    SignatureScheme scheme = new SchemeCatalogue().byName("standard-webhooks");
    Received one = received.get(0);
    Map<String, String> expected =
        new Signer(scheme, scheme.parseSecret(secret), null)
            .sign(
                one.id(),
                Instant.ofEpochSecond(Long.parseLong(one.timestamp())),
                RawBody.of(one.body()));
    return one.signature().equals(expected.get("webhook-signature"));
  }
}
