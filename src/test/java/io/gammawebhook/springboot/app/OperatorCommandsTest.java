package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the operator's commands ask, how they print what was answered, and what they make of servers
 * that answer in other ways than a node does. That a node understands them is for {@code
 * OperatorCommandsOnANodeTest}.
 */
@Timeout(60)
class OperatorCommandsTest {

  private static final String REFERENCE = "01a20fb1-6c83-7074-a275-a13807c62a78";
  private static final String OPERATION = "01a20fb2-04c1-7a5e-b0c3-5e1f2a9d7c44";

  private final ObjectMapper json = new ObjectMapper();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = new ArrayList<>();
  private final Map<String, Deque<Canned>> answers = new HashMap<>();
  @TempDir private Path folder;
  private HttpServer server;

  private record Canned(int status, String type, String body) {}

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    asked.add(
        (exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query) + " " + body)
            .strip());
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    Deque<Canned> known =
        answers.getOrDefault(path.replace("/actuator/webhooks", ""), new ArrayDeque<>());
    Canned answer = known.size() > 1 ? known.poll() : known.peek();
    byte[] bytes =
        (answer == null ? "{\"status\":404}" : answer.body()).getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .add("Content-Type", answer == null ? "application/problem+json" : answer.type());
    exchange.sendResponseHeaders(answer == null ? 404 : answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** The answer to a path; given again, the one after it. */
  private void on(String path, int status, String body) {
    answers
        .computeIfAbsent(path, any -> new ArrayDeque<>())
        .add(new Canned(status, "application/json", body.replace('\'', '"')));
  }

  private int run(String... args) {
    String[] all =
        Stream.concat(
                Arrays.stream(args),
                Stream.of("--url", "http://127.0.0.1:" + server.getAddress().getPort()))
            .toArray(String[]::new);
    return CommandLine.run(all, new PrintWriter(out), new PrintWriter(err));
  }

  private JsonNode printed() throws IOException {
    return json.readTree(out.toString());
  }

  private static String event(String reference, String id) {
    return "{'reference':'%s','source':'gamma','event-id':'%s','event-type':'order.paid',"
            .formatted(reference, id)
        + "'received-at':'2026-11-29T10:00:00.123Z','bytes':12,'state':'dead','deliveries':[{"
        + "'delivery':'%s.1.0','subscription':'orders','state':'dead','attempts':3,"
            .formatted(reference)
        + "'ended-at':'2026-11-29T10:00:05.5Z','reason':'http-503','detail':'no'}]}";
  }

  private static String operation(String state, String more) {
    return ("[{'operation':'%s','kind':'replay','state':'%s','criteria':{'source':'gamma'},"
            + "'total':10,'looked-at':10,'matched':3,'done':3,'skipped':0,'who':'ann','why':'x'%s}]")
        .formatted(OPERATION, state, more);
  }

  @Test
  void aSearchFollowsItsPagesAndSaysWhereToGoOn() throws Exception {
    on("/events", 200, "{'events':[],'looked-at':1000,'next':'n1'}");
    on("/events", 200, "{'events':[" + event(REFERENCE, "msg_1") + "],'looked-at':2,'next':'n2'}");

    int exit = run("events", "--source", "gamma", "--since", "2h", "--limit", "1", "--id", "a b&c");

    assertThat(exit).isZero();
    assertThat(asked)
        .containsExactly(
            "GET /actuator/webhooks/events?source=gamma&from=2h&id=a b&c&limit=1",
            "GET /actuator/webhooks/events?source=gamma&from=2h&id=a b&c&limit=1&after=n1");
    assertThat(out.toString().lines())
        .containsExactly(
            "RECEIVED              REFERENCE                             SOURCE  TYPE        EVENT ID "
                + " STATE  DELIVERIES",
            "2026-11-29T10:00:00Z  "
                + REFERENCE
                + "  gamma   order.paid  msg_1     dead   orders dead"
                + " (http-503)");
    assertThat(err.toString()).contains("--after n2");

    out.getBuffer().setLength(0);
    run("events", "--json", "--limit", "1");
    assertThat(printed().path("events")).hasSize(1);
    assertThat(printed().path("next").asText()).isEqualTo("n2");
  }

  @Test
  void aSearchWithoutAFindEndsWithOne() {
    on("/events", 200, "{'events':[],'looked-at':0}");
    assertThat(run("events")).isEqualTo(1);
    assertThat(err.toString()).contains("No event is found");
  }

  @Test
  void whatASenderWroteMovesNoCursor() throws Exception {
    String hostile = "\\u001b[2J\\u009b31m\\u202e\\r\\nx";
    on("/events", 200, "{'events':[" + event(REFERENCE, hostile) + "],'looked-at':1}");

    assertThat(run("events")).isZero();
    assertThat(out.toString()).contains("?[2J?31m???x").hasLineCount(2);

    out.getBuffer().setLength(0);
    assertThat(run("events", "--json")).isZero();
    assertThat(out.toString())
        .doesNotContain("\u001b", "\u009b", "\u202e")
        .contains("\\u009b31m\\u202e");
    assertThat(printed().at("/events/0/event-id").asText())
        .isEqualTo("\u001b[2J\u009b31m\u202e\r\nx");
  }

  @Test
  void oneEventIsShownWithWhatHappenedToIt() {
    on(
        "/event",
        200,
        event(REFERENCE, "msg_1").replaceFirst("}$", "")
            + ",'content-type':'application/json','headers':{'x-shop':'a'},'timeline':["
            + "{'at':'2026-11-29T10:00:00.123Z','kind':'received','node':'n'},"
            + "{'at':'2026-11-29T10:00:01.123Z','kind':'attempt','subscription':'orders',"
            + "'attempt':1,'duration-ms':34,'reason':'http-503','detail':'"
            + "d".repeat(100_000)
            + "'},{'at':'2026-11-29T10:02:05.123Z','kind':'dead','subscription':'orders',"
            + "'attempt':3,'duration-ms':2500}]}");

    assertThat(run("show", REFERENCE + ".1.0")).isZero();

    assertThat(asked).containsExactly("GET /actuator/webhooks/event?event=" + REFERENCE);
    assertThat(out.toString())
        .contains("Reference  " + REFERENCE, "Header     x-shop: a", "12 bytes of application/json")
        .containsPattern("\\+1.0 s +orders +attempt 1 +34 ms +http-503 +d{100000}\n")
        .containsPattern("\\+2 min 5 s +orders +dead 3 +2.5 s");
  }

  @Test
  void anEventIsShownByTheSendersIdAlsoOneThatLooksLikeAReference() {
    on("/event", 404, "{'status':404,'detail':'There is no such event'}");
    on("/event", 200, event(REFERENCE, "x"));
    on("/history", 200, "[]");
    on("/events", 200, "{'events':[" + event(REFERENCE, "x") + "],'looked-at':1}");

    assertThat(run("show", OPERATION, "--body")).isZero();
    assertThat(asked)
        .containsExactly(
            "GET /actuator/webhooks/event?event=" + OPERATION + "&body=true",
            "GET /actuator/webhooks/history?event=" + OPERATION,
            "GET /actuator/webhooks/events?id=" + OPERATION + "&limit=20",
            "GET /actuator/webhooks/event?event=" + REFERENCE + "&body=true");
  }

  @Test
  void severalEventsOfOneIdAreListed() {
    on(
        "/events",
        200,
        "{'events':[%s,%s],'looked-at':1}".formatted(event(REFERENCE, "x"), event(OPERATION, "x")));
    assertThat(run("show", "x")).isEqualTo(1);
    assertThat(out.toString()).contains(REFERENCE, OPERATION);
    assertThat(err.toString()).contains("name one by its reference");
  }

  @Test
  void aRequestThatBecameNoEventIsShownByItsAudit() {
    on("/event", 404, "{'status':404,'detail':'There is no such event'}");
    on("/history", 200, "[{'at':'2026-11-29T10:00:00Z','kind':'rejected','reason':'mismatch'}]");
    assertThat(run("show", REFERENCE)).isZero();
    assertThat(out.toString()).contains("No event is stored under", "rejected", "mismatch");
  }

  @Test
  void deadLettersAreGroupedByCause() {
    on(
        "/causes",
        200,
        "{'causes':[{'source':'gamma','subscription':'orders','destination':'http://ledger',"
            + "'reason':'http-503','shape':'answered 503','count':7,"
            + "'first-seen':'2026-11-28T10:00:00Z','last-seen':'2026-11-29T10:00:00Z',"
            + "'event-types':['order.paid','order.sent'],'example':'"
            + REFERENCE
            + ".1.0'}],'looked-at':7,'complete':false}");
    assertThat(run("dead-letters", "--source", "gamma")).isZero();
    assertThat(out.toString())
        .contains("7 dead at gamma/orders: http-503 from http://ledger")
        .contains("order.paid, order.sent", "2026-11-28T10:00:00Z", "show " + REFERENCE + ".1.0")
        .contains("events --state dead --source gamma --subscription orders --reason http-503");
    assertThat(err.toString()).contains("only the latest 7");
  }

  @Test
  void anOrderSaysWhoAndWhyAndIsRefusedWithoutAReason() throws Exception {
    on(
        "/pause",
        200,
        "{'source':'gamma','subscription':'orders','state':'paused','state-before':'active'}");

    assertThat(run("pause", "gamma/orders")).isEqualTo(2);
    assertThat(err.toString()).contains("--why is missing", "Try pause --help");
    assertThat(asked).isEmpty();

    assertThat(run("pause", "gamma", "orders", "--why", "it's down", "--who", "ann")).isZero();
    assertThat(json.readTree(asked.get(0).replace("POST /actuator/webhooks/pause ", "")))
        .isEqualTo(
            json.readTree(
                "{\"source\":\"gamma\",\"subscription\":\"orders\",\"who\":\"ann\","
                    + "\"why\":\"it's down\"}"));
    assertThat(out.toString()).contains("gamma/orders is paused, and was active");

    assertThat(run("pause", "gamma/orders", "--why", "x")).isZero();
    assertThat(asked.get(1)).contains("\"who\":\"" + System.getProperty("user.name") + "\"");
  }

  @Test
  void aRefusalIsTheReasonAndExitCodeOne() {
    on("/replay", 409, "{'status':409,'detail':'The delivery is waiting \\u001b[1m'}");
    assertThat(run("replay", REFERENCE + ".1.0", "--why", "x")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("The delivery is waiting ?[1m\n");
  }

  @Test
  void whatAFilterFindsIsOnlyChangedAfterAYes() {
    assertThat(run("erase", "--source", "gamma", "--why", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--dry-run, then say --yes");
    assertThat(run("erase", "--why", "x")).isEqualTo(2);
    assertThat(run("erase", REFERENCE, "--source", "gamma", "--why", "x")).isEqualTo(2);
    assertThat(run("discard", "--state", "waiting", "--why", "x", "--yes")).isEqualTo(2);
    assertThat(asked).isEmpty();
  }

  @Test
  void aDryRunCountsAndNeedsNoReason() throws Exception {
    on("/replay", 202, "{'operation':'" + OPERATION + "','state':'waiting'}");
    on("/operations", 200, operation("running", ",'dry-run':true"));
    on("/operations", 200, operation("done", ",'dry-run':true"));

    assertThat(run("replay", "--source", "gamma", "--to", "orders", "--dry-run")).isZero();
    JsonNode order = json.readTree(asked.get(0).replace("POST /actuator/webhooks/replay ", ""));
    assertThat(order.path("dry").asText()).isEqualTo("true");
    assertThat(order.path("source").asText()).isEqualTo("gamma");
    assertThat(asked)
        .endsWith(
            "GET /actuator/webhooks/operations?operation=" + OPERATION,
            "GET /actuator/webhooks/operations?operation=" + OPERATION);
    assertThat(out.toString())
        .isEqualTo("replay (dry run) done: 10 of 10 looked at, matched: 3, would be replayed: 3\n");
  }

  @Test
  void anOperationIsFollowedToItsEnd() throws Exception {
    on("/replay", 202, "{'operation':'" + OPERATION + "','state':'waiting'}");
    on("/operations", 200, operation("waiting", ""));
    on("/operations", 503, "{'status':503,'detail':'The store is down'}");
    assertThat(run("replay", "--source", "gamma", "--yes", "--rate", "5", "--why", "x"))
        .isEqualTo(1);
    assertThat(asked.get(0)).contains("\"rate\":\"5\"");
    assertThat(err.toString()).contains("The store is down");

    answers.remove("/operations");
    on("/operations", 200, operation("failed", ",'detail':'the body matcher is malformed'"));
    assertThat(run("replay", "--source", "gamma", "--yes", "--why", "x")).isEqualTo(1);
    assertThat(out.toString()).contains("replay failed: ", "the body matcher is malformed");

    answers.remove("/operations");
    on("/operations", 200, operation("done", ""));
    out.getBuffer().setLength(0);
    assertThat(run("replay", "--source", "gamma", "--yes", "--why", "x", "--json")).isZero();
    assertThat(printed().path("operation").asText()).isEqualTo(OPERATION);

    answers.remove("/operations");
    on("/operations", 200, operation("running", ""));
    out.getBuffer().setLength(0);
    assertThat(run("replay", "--source", "gamma", "--yes", "--why", "x", "--detach")).isZero();
    assertThat(out.toString()).isEqualTo(OPERATION + "\n");
    assertThat(err.toString())
        .contains("operations " + OPERATION + " --follow --url http://127.0.0.1:");
  }

  /** In a process of its own, on a terminal that util-linux's {@code script} makes. */
  @Test
  void onATerminalTheCountIsShownAndAskedForAndABarShowsHowFarItIs() throws Exception {
    on("/replay", 202, "{'operation':'" + OPERATION + "','state':'waiting'}");
    on("/operations", 200, operation("done", ",'dry-run':true"));
    for (int i = 0; i < 3; i++) {
      on("/operations", 200, operation("running", "").replace("'looked-at':10", "'looked-at':4"));
    }
    on("/operations", 200, operation("done", ""));

    Process process =
        new ProcessBuilder(
                "script",
                "-qec",
                CommandProcess.line(
                    "replay",
                    "--source",
                    "gamma",
                    "--why",
                    "x",
                    "--url",
                    "http://127.0.0.1:" + server.getAddress().getPort()),
                "/dev/null")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().write("y\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(seen).isZero();
    assertThat(seen)
        .contains("would be replayed: 3")
        .contains("[y/N]")
        .contains("[############                  ]  40%", "4 of 10 looked at")
        .contains("replay \u001b[32mdone\u001b[0m: 10 of 10 looked at");
  }

  @Test
  void whoStopsLookingOnIsToldThatTheOperationGoesOn() throws Exception {
    on("/operations", 200, operation("running", ""));
    Process process =
        new ProcessBuilder(
                CommandProcess.words(
                    "operations",
                    OPERATION,
                    "--follow",
                    "--url",
                    "http://127.0.0.1:" + server.getAddress().getPort()))
            .redirectErrorStream(true)
            .start();
    await().atMost(Duration.ofSeconds(30)).until(() -> asked.size() > 1);
    // Unlike the process, its handle leaves the streams open.
    assertThat(process.toHandle().destroy()).isTrue();
    String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isNotZero();
    assertThat(seen)
        .contains("The operation " + OPERATION + " goes on", "cancel " + OPERATION + " --why");
    assertThat(asked).allMatch(question -> question.startsWith("GET "));
  }

  @Test
  void passwordsAndTokensComeFromFilesAndAreNotShown() throws Exception {
    on("/subscriptions", 200, "[]");
    Path secret = Files.writeString(folder.resolve("secret"), "p4ss:wörd\n");
    run("subscriptions", "--user", "ann", "--password-file", secret.toString());
    Path token = Files.writeString(folder.resolve("token"), "p4ss.token=\n");
    run("subscriptions", "--token-file", token.toString());
    assertThat(authorizations).containsExactly("Basic YW5uOnA0c3M6d8O2cmQ=", "Bearer p4ss.token=");
    assertThat(run("subscriptions", "--token-file", secret.toString())).isEqualTo(2);
    assertThat(out + err.toString()).doesNotContain("p4ss");

    assertThat(run("subscriptions", "--user", "ann")).isEqualTo(2);
    assertThat(err.toString()).contains("--password-file");
    assertThat(run("subscriptions", "--token-file", folder.resolve("none").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("there is no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "401, application/json, {}, 4, log in with --user",
    "403, text/html, <html>, 4, ask those who run it",
    "403, application/problem+json, '{\"detail\":\"show-bodies\"}', 4, show-bodies",
    "302, text/html, '', 4, sends elsewhere (302)",
    "404, application/problem+json, '{\"status\":404}', 3, management.endpoints.web.exposure.include",
    "500, text/html, <html>, 3, '(500, text/html)'",
    "502, application/json, '{\"error\":\"x\"}', 3, '(502, application/json)'",
    "200, text/html, <html>welcome, 3, '(200, text/html)'",
    "200, application/json, '{\"a\":', 3, '(200, application/json)'",
    "503, application/problem+json, '{\"detail\":\"store away\"}', 1, store away",
  })
  void whatIsNoAnswerOfANodeIsSaidWithItsCure(
      int status, String type, String body, int exit, String said) {
    answers.put("/subscriptions", new ArrayDeque<>(List.of(new Canned(status, type, body))));
    assertThat(run("subscriptions")).isEqualTo(exit);
    assertThat(err.toString()).contains(said).doesNotContain("<html>");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aServerThatNeverEndsItsAnswerIsLeft() throws Exception {
    try (ServerSocket slow = new ServerSocket(0)) {
      Thread answering =
          new Thread(
              () -> {
                try (var socket = slow.accept()) {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".getBytes("US-ASCII"));
                  // Until the other side closes.
                  while (socket.getInputStream().read() >= 0) {}
                } catch (IOException e) {
                  // It has closed.
                }
              });
      answering.start();
      int exit =
          CommandLine.run(
              new String[] {
                "retry",
                REFERENCE + ".1.0",
                "--why",
                "x",
                "--timeout",
                "1",
                "--url",
                "http://127.0.0.1:" + slow.getLocalPort()
              },
              new PrintWriter(out),
              new PrintWriter(err));
      assertThat(exit).isEqualTo(3);
      assertThat(err.toString())
          .contains("within 1 s", "--timeout", "It may have been carried out all the same");
      answering.join(10_000);
      assertThat(answering.isAlive()).isFalse();
    }
  }

  @Test
  void withoutANodeTheMessageNamesTheAddressOfTheConfiguration() throws Exception {
    int free;
    try (ServerSocket taken = new ServerSocket(0)) {
      free = taken.getLocalPort();
    }
    int exit =
        CommandLine.run(
            new String[] {
              "sources", "--management.server.port=" + free, "--management.server.base-path=/ops"
            },
            new PrintWriter(out),
            new PrintWriter(err));
    assertThat(exit).isEqualTo(3);
    assertThat(err.toString())
        .contains("Nobody answers at http://localhost:" + free + "/ops/actuator/webhooks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8081", "ftp://x/", "http://ann:secret@localhost/", "http://h/?a=b"})
  void anAddressThatIsNoneIsRefused(String url) {
    int exit =
        CommandLine.run(
            new String[] {"sources", "--url", url}, new PrintWriter(out), new PrintWriter(err));
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("--url");
  }

  @Test
  void aShellCompletesCommandsOptionsAndStates() throws Exception {
    assertThat(
            CommandLine.run(
                new String[] {"completion"}, new PrintWriter(out), new PrintWriter(err)))
        .isZero();
    Path script = Files.writeString(folder.resolve("completion"), out.toString());
    String words =
        """
        source %s
        complete -p webhooks
        compopt() { :; }
        typed() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _complete_webhooks; echo "${COMPREPLY[@]}"; }
        typed webhooks dead
        typed webhooks events --state de
        typed webhooks replay --dr
        """
            .formatted(script);
    Process bash = new ProcessBuilder("bash", "-c", words).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.lines())
        .containsExactly(
            "complete -o default -F _complete_webhooks webhooks",
            "dead-letters",
            "delivered dead",
            "--dry-run");
    assertThat(Cli.run("completion", "--name", "x; rm").exit()).isEqualTo(2);
  }

  @Test
  void everyCommandHasItsExamplesAndTheSameExitCodes() {
    run("--help");
    List<String> commands =
        out.toString()
            .lines()
            .dropWhile(line -> !line.equals("Commands:"))
            .filter(line -> line.matches("  [a-z].*"))
            .map(line -> line.strip().split(" ")[0])
            .filter(name -> !List.of("send", "simulate", "check", "schema", "help").contains(name))
            .toList();
    assertThat(commands).hasSizeGreaterThan(15);
    for (String command : commands) {
      out.getBuffer().setLength(0);
      assertThat(
              CommandLine.run(
                  new String[] {command, "--help"}, new PrintWriter(out), new PrintWriter(err)))
          .isZero();
      assertThat(out.toString()).as(command).contains("Examples, each after java -jar");
      assertThat(out.toString().replaceAll("(?s).*Examples", "")).contains(command + " ");
      assertThat(out.toString().lines()).as(command).allMatch(line -> line.length() <= 80);
      assertThat(out.toString()).doesNotContain("\n'");
      if (!List.of("completion", "register").contains(command)) {
        assertThat(out.toString()).as(command).contains("4   the node does not allow it,");
      }
    }
  }

  private static final String PLAN =
      "{'registration':'billing','action':'update','differences':[{'field':'events','ours':'all',"
          + "'theirs':'push'}],'sentence':'The entry wh_1 differs'}";

  @Test
  void registrationsAreListedWithTheirSecretsAndTheirCures() {
    on(
        "/registrations",
        200,
        "[{'registration':'billing','source':'gamma','api':'gamma','state':'refused','sentence':"
            + "'The API does not let us in','cure':'Set another token','secrets':[{'version':2,"
            + "'state':'next'},{'version':1,'state':'current'}]}]");
    assertThat(run("registrations")).isZero();
    assertThat(out.toString()).contains("billing", "refused", "2 next, 1 current");
    assertThat(err.toString()).contains("billing: Set another token");
    assertThat(run("registrations", "list", "billing")).isZero();
    assertThat(asked.get(1)).isEqualTo("GET /actuator/webhooks/registrations?registration=billing");
  }

  @Test
  void aDiffEndsLikeOneOfFiles() {
    on("/diff", 200, PLAN);
    on("/diff", 200, "{'registration':'billing','action':'nothing','sentence':'As wanted'}");
    assertThat(run("registrations", "diff", "billing")).isOne();
    assertThat(out.toString()).contains("update. The entry wh_1 differs").contains("AT THE API");
    assertThat(run("registrations", "diff", "billing")).isZero();
  }

  @Test
  void anOrderOnARegistrationIsShownBeforeItIsGiven() {
    on("/apply", 200, "{'outcome':'dry','plan':" + PLAN + ",'sentence':'It would be changed'}");
    assertThat(run("registrations", "apply", "billing", "--dry-run")).isZero();
    assertThat(asked).singleElement().asString().contains("\"dry\":\"true\"");
    assertThat(run("registrations", "apply", "billing", "--why", "x"))
        .as("nobody can be asked")
        .isEqualTo(2);
    assertThat(run("registrations", "apply", "billing", "--yes")).as("no reason").isEqualTo(2);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aRotationWithoutOverlapIsOrderedAsOne() {
    on("/rotate", 200, "{'outcome':'done','plan':" + PLAN + ",'sentence':'Done'}");
    assertThat(run("registrations", "rotate", "billing", "--now", "--yes", "--why", "leaked"))
        .isZero();
    assertThat(asked).singleElement().asString().contains("\"now\":\"true\"");
  }

  @ParameterizedTest
  @CsvSource({"apply", "rotate", "remove"})
  void withYesTheOrderIsGivenAtOnce(String order) {
    on("/" + order, 202, "{'outcome':'waiting','plan':" + PLAN + ",'sentence':'It goes on'}");
    assertThat(run("registrations", order, "billing", "--yes", "--why", "moved", "--who", "ann"))
        .isZero();
    assertThat(asked)
        .singleElement()
        .asString()
        .startsWith("POST /actuator/webhooks/" + order)
        .contains("\"registration\":\"billing\"", "\"who\":\"ann\"")
        .doesNotContain("dry");
    assertThat(out.toString()).contains("It goes on");
  }

  @Test
  void aTestThatNeedNotBeConfirmedMayBe() {
    on("/test", 200, "{'outcome':'done','sentence':'It was asked for an event'}");
    assertThat(run("registrations", "test", "billing", "--yes", "--why", "x")).isZero();
    assertThat(out.toString()).contains("It was asked for an event");
  }

  @Test
  void whatTheApiRefusesIsSaidWithItsCure() {
    on(
        "/test",
        409,
        "{'status':409,'detail':'There is no entry. Apply first','outcome':'refused'}");
    assertThat(run("registrations", "test", "billing", "--why", "x")).isOne();
    assertThat(err.toString()).contains("There is no entry. Apply first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registrations aply billing",
        "registrations diff",
        "registrations list --yes",
        "registrations apply billing --now --yes --why x",
        "registrations test billing --dry-run --why x",
        "registrations apply billing --json --why x"
      })
  void whatIsNoOrderOnARegistrationAsksNobody(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(asked).isEmpty();
  }
}
