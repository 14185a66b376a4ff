package io.gammawebhook.registration.api;

import static io.gammawebhook.registration.api.ShippedApisTest.done;
import static io.gammawebhook.registration.api.ShippedApisTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an API answers, or does not, has one outcome, in bounded time and memory. */
class OutcomesTest {

  private static final Wanted WANTED =
      new Wanted("https://hooks.example.com/in", List.of(), true, null, "gamma-webhook:x");
  private static final SecretText SECRET =
      SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final String ENTRY =
      "{\"id\":\"wh_1\",\"url\":\"u\",\"events\":[\"*\"],\"enabled\":true}";
  private static final String NO_PAGE = "{\"data\":[],\"next_cursor\":null}";

  private final ScriptedApi server = new ScriptedApi();
  private final RegistrationApi api = server.client("gamma", Map.of());

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400,INVALID,false",
    "401,CREDENTIALS,false",
    "403,CREDENTIALS,false",
    "404,NOT_FOUND,false",
    "408,UNAVAILABLE,false",
    "409,CONFLICT,false",
    "410,NOT_FOUND,false",
    "422,INVALID,false",
    "429,LIMITED,false",
    "500,UNAVAILABLE,true",
    "502,UNAVAILABLE,true",
    "503,UNAVAILABLE,true",
  })
  void eachStatusHasItsKind(int status, Kind kind, boolean maybeDone) {
    server.answer(status, "{\"error\":{\"code\":\"x\",\"message\":\"so it is\"}}");
    Refused<Registered> refused = refused(api.create(WANTED, SECRET, "k"));
    assertThat(refused.kind()).isEqualTo(kind);
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.detail()).isEqualTo("POST /webhooks was answered " + status + ": so it is");
    assertThat(refused.maybeDone()).isEqualTo(maybeDone);
    assertThat(refused.retryAfter()).isNull();
    server.answer(status, "no JSON at all");
    Refused<?> read = refused(api.list());
    assertThat(read.kind()).isEqualTo(kind);
    assertThat(read.detail()).isEqualTo("GET /webhooks was answered " + status);
    // Who only reads does nothing.
    assertThat(read.maybeDone()).isFalse();
    assertThat(server.calls()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 | 30",
        "0 | 0",
        "99999999 | 86400",
        "Sun, 01 Mar 2026 12:02:00 GMT | 120",
        "Sun, 01 Mar 2026 11:00:00 GMT | 0",
        "Mon, 01 Mar 2027 12:00:00 GMT | 86400",
        "soon |",
        "-5 |",
        "99999999999999999999 |",
      })
  void retryAfterIsSecondsOrADate(String header, @Nullable Long seconds) {
    for (int status : new int[] {429, 503}) {
      server.answer(status, "{}", "Retry-After", header);
      Refused<?> refused = refused(api.list());
      assertThat(refused.retryAfter())
          .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 304, 307, 308})
  void theCredentialsFollowNoRedirect(int status) {
    try (ScriptedApi elsewhere = new ScriptedApi()) {
      server.answer(status, "", "Location", elsewhere.url() + "/webhooks");
      Refused<?> refused = refused(api.list());
      assertThat(refused.kind()).isEqualTo(Kind.REDIRECTED);
      assertThat(refused.detail()).contains("api-url");
      assertThat(elsewhere.calls()).isEmpty();
    }
  }

  @Test
  void theCredentialsFollowNoLinkToAnotherHost() {
    try (ScriptedApi elsewhere = new ScriptedApi()) {
      RegistrationApi github =
          server.client("github", Map.of("owner", "octo-org", "repo", "hello"));
      for (String link :
          List.of(
              elsewhere.url() + "/hooks",
              "//" + elsewhere.url().getAuthority() + "/hooks",
              "https://" + server.url().getAuthority() + "/hooks",
              "http://user@" + server.url().getAuthority() + "/hooks",
              "file:///etc/passwd",
              "::::")) {
        server.answer(200, "[]", "Link", "<" + link + ">; rel=next");
        Refused<?> refused = refused(github.list());
        assertThat(refused.kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(refused.detail()).contains("Link");
      }
      assertThat(elsewhere.calls()).isEmpty();
    }
  }

  @Test
  void anAnswerThatNeverComesOrNeverEndsIsGivenUpInTime() {
    RegistrationApi quick =
        server.client(new ApiCatalogue().named("gamma"), Map.of(), Duration.ofMillis(300));
    server.silence().halfAnAnswer().silence();
    for (int i = 0; i < 2; i++) {
      long begin = System.nanoTime();
      Refused<?> refused = refused(quick.create(WANTED, SECRET, "k"));
      assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(refused.status()).isZero();
      assertThat(refused.detail()).isEqualTo("POST /webhooks had no whole answer within 300 ms");
      assertThat(refused.maybeDone()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(refused(quick.list()).maybeDone()).isFalse();
  }

  @Test
  void aConnectionThatIsLostMayHaveDoneIt() {
    server.hangUp();
    Refused<?> refused = refused(api.create(WANTED, SECRET, "k"));
    assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refused.maybeDone()).isTrue();
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void whereNobodyListensNothingIsDone() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertNotDone("http://localhost:" + port, "could not connect");
    assertNotDone("https://localhost:" + port, "could not connect");
    assertNotDone("https://nobody.invalid", "found no address of the host of api-url");
    assertNotDone("https://localhost:" + server.url().getPort(), null);
  }

  private static void assertNotDone(String url, @Nullable String detail) {
    Account account =
        new Account(
            URI.create(url),
            SecretText.valueOf(ScriptedApi.TOKEN),
            Map.of(),
            Duration.ofSeconds(10));
    RegistrationApi nobody =
        new HttpRegistrationApi(new ApiCatalogue().named("gamma"), account, () -> ScriptedApi.NOW);
    Refused<?> refused = refused(nobody.create(WANTED, SECRET, "k"));
    assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refused.status()).isZero();
    assertThat(refused.maybeDone()).isFalse();
    if (detail != null) {
      assertThat(refused.detail()).isEqualTo("POST /webhooks " + detail);
    }
  }

  @Test
  void aHugeAnswerIsNotRead() {
    String huge = "{\"data\":[\"" + "x".repeat(2 << 20) + "\"]}";
    server.answer(200, huge);
    Refused<?> refused = refused(api.list());
    assertThat(refused.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(refused.detail()).contains("1 MB");
    server.answer(500, huge);
    assertThat(refused(api.create(WANTED, SECRET, "k")).maybeDone()).isTrue();
    // The next call has a connection of its own.
    server.answer(200, NO_PAGE);
    assertThat(done(api.list())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{",
        "[]",
        "null",
        "{\"data\":{}}",
        "{\"data\":[null]}",
        "{\"data\":[[]]}",
        "{\"data\":[{}]}",
        "{\"data\":[]} {}",
        "{\"data\":[{\"id\":\"a\",\"events\":[],\"enabled\":true}]}",
        "{\"data\":[{\"id\":\"a\",\"url\":7,\"events\":[],\"enabled\":true}]}",
        "{\"data\":[{\"id\":\"a\",\"url\":\"u\",\"enabled\":true}]}",
        "{\"data\":[{\"id\":\"a\",\"url\":\"u\",\"events\":[]}]}",
        "{\"data\":[{\"id\":\"a\",\"url\":\"u\",\"events\":[],\"enabled\":{}}]}",
        "{\"data\":[],\"next_cursor\":{}}",
        "{\"data\":[],\"next_cursor\":[1]}",
      })
  void whatIsNotAsDescribedIsUnreadable(String body) {
    server.answer(200, body);
    Refused<?> refused = refused(api.list());
    assertThat(refused.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(refused.status()).isEqualTo(200);
    assertThat(refused.detail()).startsWith("GET /webhooks has an answer that is not as");
    server.answer(201, body);
    Refused<?> made = refused(api.create(WANTED, SECRET, "k"));
    assertThat(made.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(made.maybeDone()).isTrue();
  }

  @Test
  void jsonThatIsDeepIsUnreadable() {
    server.answer(200, "[".repeat(100_000));
    assertThat(refused(api.list()).kind()).isEqualTo(Kind.UNREADABLE);
  }

  @Test
  void anEntryWithoutEventsIsNoneForAll() {
    server.answer(200, "{\"data\":[{\"id\":\"a\",\"url\":\"u\",\"events\":[],\"enabled\":true}]}");
    assertThat(done(api.list()).get(0).events()).isEqualTo(Registered.NO_EVENTS);
  }

  @Test
  void pagingThatGoesInACircleOrOnForEverEnds() {
    server.answer(200, "{\"data\":[],\"next_cursor\":\"a\"}");
    server.answer(200, "{\"data\":[],\"next_cursor\":\"a\"}");
    assertThat(refused(api.list()).detail()).contains("was read already");
    assertThat(server.calls()).hasSize(2);
    for (int i = 0; i < 200; i++) {
      server.answer(200, "{\"data\":[],\"next_cursor\":\"p" + i + "\"}");
    }
    Refused<?> refused = refused(api.list());
    assertThat(refused.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(refused.detail()).contains("100 pages");
    assertThat(server.calls()).hasSize(102);
  }

  @Test
  void aListOfHugePagesEnds() {
    String pad = "x".repeat(900_000);
    for (int i = 0; i < 20; i++) {
      server.answer(200, "{\"data\":[],\"next_cursor\":\"p" + i + "\",\"pad\":\"" + pad + "\"}");
    }
    assertThat(refused(api.list()).detail()).contains("10 MB");
    assertThat(server.calls()).hasSizeLessThan(15);
  }

  @Test
  void anIdLeadsNowhereElse() {
    for (String id :
        List.of(
            "../../x",
            "..",
            ".",
            "a..b",
            "a/b",
            "a?b",
            "a%2fb",
            "a\\\\b",
            "",
            " ",
            "é",
            "a\\nb",
            "x".repeat(100_000))) {
      server.answer(200, "{\"data\":[" + ENTRY.replace("wh_1", id) + "]}");
      assertThat(refused(api.list()).kind()).isEqualTo(Kind.UNREADABLE);
      server.answer(201, ENTRY.replace("wh_1", id));
      assertThat(refused(api.create(WANTED, SECRET, "k")).kind()).isEqualTo(Kind.UNREADABLE);
      int calls = server.calls().size();
      Refused<?> refused = refused(api.delete(id));
      assertThat(refused.kind()).isEqualTo(Kind.INVALID);
      assertThat(refused.detail()).hasSizeLessThan(100);
      assertThat(refused(api.update(id, WANTED, null)).kind()).isEqualTo(Kind.INVALID);
      assertThat(server.calls()).hasSize(calls);
    }
    server.answer(204, "");
    assertThat(done(api.delete("wh:1~@=+-._"))).isTrue();
    assertThat(server.last().uri()).isEqualTo("/webhooks/wh%3A1~%40%3D%2B-._");
  }

  @Test
  void textsOfAnEntryAreCut() {
    String url = "https://x.example/" + "y".repeat(500_000);
    server.answer(200, "{\"data\":[" + ENTRY.replace("\"u\"", "\"" + url + "\"") + "]}");
    assertThat(done(api.list()).get(0).url()).hasSize(4_096);
  }

  @Test
  void aStatusThatTheDescriptionDoesNotKnowIsUnreadable() {
    ApiDescription strict =
        new ApiCatalogue()
            .fromYaml(
                "x",
                "x",
                ExampleApi.yaml().replace("  create:\n", "    success: \"203\"\n  create:\n"));
    server.answer(200, "{}");
    Refused<?> refused = refused(server.client(strict, Map.of("team", "t")).list());
    assertThat(refused.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(refused.detail()).contains("success");
  }

  @Test
  void numberedPagesEndWithAnEmptyOne() {
    ApiDescription numbered = new ApiCatalogue().fromYaml("x", "x", ExampleApi.yaml());
    server.answer(200, "{\"hooks\":[{\"uid\":1,\"target\":\"u\"}]}");
    server.answer(200, "{\"hooks\":[{\"uid\":2,\"target\":\"u\"}]}");
    server.answer(200, "{\"hooks\":[]}");
    assertThat(done(server.client(numbered, Map.of("team", "t")).list()))
        .extracting(Registered::id)
        .containsExactly("1", "2");
    assertThat(server.calls())
        .containsExactly(
            "GET /teams/t/hooks?page=1", "GET /teams/t/hooks?page=2", "GET /teams/t/hooks?page=3");
  }

  @Test
  void aKeyThatNoHeaderHoldsIsRefusedWithoutACall() {
    Refused<?> refused = refused(api.create(WANTED, SECRET, "a\r\nX-Evil: 1"));
    assertThat(refused.kind()).isEqualTo(Kind.INVALID);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void whoIsInterruptedStaysSo() {
    server.silence();
    Thread.currentThread().interrupt();
    Refused<?> refused = refused(api.list());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void anAccountThatLacksAParameterIsRefusedAtOnce() {
    assertThatThrownBy(() -> server.client("github", Map.of("owner", "o")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameters.repo is needed: the repository's name, without .git");
    assertThatThrownBy(() -> server.client("github", Map.of("owner", "o", "repo", "..")))
        .hasMessageStartingWith("parameters.repo must have 1 to 255 characters and be neither");
    assertThatThrownBy(() -> server.client("github", Map.of("owner", "o/p", "repo", "r")))
        .hasMessageStartingWith("parameters.owner must match ");
    assertThatThrownBy(() -> server.client("gamma", Map.of("owner", "o")))
        .hasMessage("parameters.owner is nothing that Gamma takes; delete it");
  }
}
