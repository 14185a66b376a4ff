package io.gammawebhook.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API at which endpoints are registered, over its own port. */
@Timeout(60)
class RegistrationApiTest {

  private static final String URL = "https://ours.example/webhooks/gamma";

  private final HttpClient client = HttpClient.newHttpClient();
  private GammaSimulator gamma = GammaSimulator.builder(InstantSource.system()).seed(1).start();

  /** What was answered; the body is missing where there is none. */
  private record Answer(int status, JsonNode body, Map<String, List<String>> headers) {}

  @AfterEach
  void close() {
    gamma.close();
  }

  private HttpRequest request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gamma.apiUrl() + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + gamma.token().reveal());
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  private Answer call(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(
        answer.statusCode(), new ObjectMapper().readTree(answer.body()), answer.headers().map());
  }

  private Answer create(String url) throws IOException, InterruptedException {
    return call("POST", "/webhooks", "{\"url\":\"" + url + "\"}");
  }

  private static String error(Answer answer) {
    return answer.status() + " " + answer.body().at("/error/code").asText();
  }

  @Test
  void aRegistrationIsMadeReadChangedListedAndDeleted() throws Exception {
    Answer made =
        call(
            "POST",
            "/webhooks",
            "{\"url\":\"%s\",\"events\":[\"invoice.*\"],\"description\":\"ours\",\"metadata\":{\"registration\":\"m\"}}"
                .formatted(URL));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().path("secret").asText()).startsWith("whsec_");
    String id = made.body().path("id").asText();
    assertThat(id).startsWith("wh_");

    Answer read = call("GET", "/webhooks/" + id, "");
    assertThat(read.status()).isEqualTo(200);
    List<String> fields = new ArrayList<>();
    read.body().fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactly(
            "id",
            "url",
            "events",
            "description",
            "enabled",
            "disabled_reason",
            "created_at",
            "updated_at",
            "metadata");
    assertThat(read.body().at("/metadata/registration").asText()).isEqualTo("m");
    assertThat(read.body().at("/events/0").asText()).isEqualTo("invoice.*");
    assertThat(read.body().path("disabled_reason").isNull()).isTrue();

    Answer changed =
        call("PATCH", "/webhooks/" + id, "{\"enabled\":false,\"events\":[],\"description\":null}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().path("enabled").asBoolean(true)).isFalse();
    assertThat(changed.body().at("/events/0").asText()).isEqualTo("*");
    assertThat(changed.body().path("url").asText()).isEqualTo(URL);

    Answer listed = call("GET", "/webhooks?limit=100", "");
    assertThat(listed.body().path("data")).hasSize(1);
    assertThat(listed.body().path("next_cursor").isNull()).isTrue();
    assertThat(listed.body().toString()).doesNotContain("whsec_");

    assertThat(call("DELETE", "/webhooks/" + id, "").status()).isEqualTo(204);
    assertThat(error(call("DELETE", "/webhooks/" + id, ""))).isEqualTo("404 not_found");
    assertThat(error(call("GET", "/webhooks/" + id, ""))).isEqualTo("404 not_found");
    assertThat(gamma.registrations()).isEmpty();
  }

  @Test
  void aGivenSecretIsKeptAndNeverShown() throws Exception {
    String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    Answer made =
        call("POST", "/webhooks", "{\"url\":\"%s\",\"secret\":\"%s\"}".formatted(URL, secret));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().toString()).doesNotContain("whsec_");
    String id = made.body().path("id").asText();
    assertThat(gamma.secret(id).reveal()).isEqualTo(secret);

    String next = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    Answer rotated = call("POST", "/webhooks/" + id + "/rotate", "{\"secret\":\"" + next + "\"}");
    assertThat(rotated.status()).isEqualTo(200);
    assertThat(rotated.body().path("secret").asText()).isEqualTo(next);
    Answer again = call("POST", "/webhooks/" + id + "/rotate", "");
    assertThat(again.body().path("secret").asText()).startsWith("whsec_").isNotEqualTo(next);
    assertThat(gamma.secret(id).reveal()).isEqualTo(again.body().path("secret").asText());
    assertThat(
            call("PATCH", "/webhooks/" + id, "{\"secret\":\"" + secret + "\"}").body().toString())
        .doesNotContain("whsec_");
    assertThat(gamma.secret(id).reveal()).isEqualTo(secret);
  }

  @Test
  void whoHasNoTokenOrOneToReadIsRefused() throws Exception {
    String id = create(URL).body().path("id").asText();
    for (String header : List.of("", "Basic abc", "Bearer nope", "Bearer ")) {
      Answer refused = call("GET", "/webhooks", "", "Authorization", header);
      assertThat(error(refused)).isEqualTo("401 unauthorized");
    }
    String[] reader = {"Authorization", "Bearer " + gamma.readOnlyToken().reveal()};
    assertThat(call("GET", "/webhooks", "", reader).status()).isEqualTo(200);
    assertThat(error(call("DELETE", "/webhooks/" + id, "", reader))).isEqualTo("403 forbidden");
    assertThat(error(call("POST", "/webhooks", "{}", reader))).isEqualTo("403 forbidden");
    assertThat(gamma.registrations()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                  | 422 invalid",
        "[]                                                  | 422 invalid",
        "{\"url\"                                            | 400 unreadable",
        "''                                                  | 422 invalid",
        "{\"url\":\"ftp://x/\"}                              | 422 invalid",
        "{\"url\":\"https://user@x/\"}                       | 422 invalid",
        "{\"url\":\"https://x/\",\"events\":\"*\"}           | 422 invalid",
        "{\"url\":\"https://x/\",\"events\":[\"a b\"]}       | 422 invalid",
        "{\"url\":\"https://x/\",\"enabled\":\"yes\"}        | 422 invalid",
        "{\"url\":\"https://x/\",\"metadata\":{\"a\":1}}     | 422 invalid",
        "{\"url\":\"https://x/\",\"secret\":\"short\"}       | 422 invalid",
        "{\"url\":\"https://x/\",\"colour\":\"red\"}         | 422 invalid",
        "{\"url\":\"https://ours.example/webhooks/gamma\"}   | 409 already_registered"
      })
  void whatIsNoRegistrationIsRefused(String body, String expected) throws Exception {
    create(URL);
    assertThat(error(call("POST", "/webhooks", body))).isEqualTo(expected);
    assertThat(gamma.registrations()).hasSize(1);
  }

  @Test
  void aUrlMayNotBecomeAnothersAndABodyHasAnEnd() throws Exception {
    create(URL);
    String other = create(URL + "/2").body().path("id").asText();
    assertThat(error(call("PATCH", "/webhooks/" + other, "{\"url\":\"" + URL + "\"}")))
        .isEqualTo("409 already_registered");
    assertThat(error(call("POST", "/webhooks", " ".repeat(70_000)))).isEqualTo("413 too_large");
    assertThat(error(call("PUT", "/webhooks", "{}"))).isEqualTo("405 method_not_allowed");
    assertThat(error(call("GET", "/nope", ""))).isEqualTo("404 not_found");
  }

  @Test
  void whereItIsAllowedAUrlIsRegisteredTwice() throws Exception {
    gamma.close();
    gamma = GammaSimulator.builder(InstantSource.system()).sameUrlTwice(true).start();
    assertThat(create(URL).status()).isEqualTo(201);
    assertThat(create(URL).status()).isEqualTo(201);
  }

  @Test
  void aKeyMakesOneRegistrationOfTwoCalls() throws Exception {
    String body = "{\"url\":\"" + URL + "\"}";
    Answer first = call("POST", "/webhooks", body, "Idempotency-Key", "k-1");
    Answer second = call("POST", "/webhooks", body, "Idempotency-Key", "k-1");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(gamma.registrations()).hasSize(1);
    assertThat(
            error(call("POST", "/webhooks", "{\"url\":\"https://x/\"}", "Idempotency-Key", "k-1")))
        .isEqualTo("422 idempotency_key_reused");
  }

  @Test
  void pagesShowEachOnceAlsoIfOneIsDeletedInBetween() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(create(URL + "/" + i).body().path("id").asText());
    }
    Answer first = call("GET", "/webhooks?limit=2", "");
    assertThat(first.body().path("data").findValuesAsText("id")).isEqualTo(ids.subList(0, 2));
    call("DELETE", "/webhooks/" + ids.get(1), "");
    String cursor = first.body().path("next_cursor").asText();
    Answer second = call("GET", "/webhooks?limit=2&cursor=" + cursor, "");
    assertThat(second.body().path("data").findValuesAsText("id")).isEqualTo(ids.subList(2, 4));
    cursor = second.body().path("next_cursor").asText();
    Answer last = call("GET", "/webhooks?limit=2&cursor=" + cursor, "");
    assertThat(last.body().path("data").findValuesAsText("id")).isEqualTo(ids.subList(4, 5));
    assertThat(last.body().path("next_cursor").isNull()).isTrue();
    for (String query : List.of("limit=0", "limit=101", "limit=x", "cursor=x", "page=1")) {
      assertThat(error(call("GET", "/webhooks?" + query, ""))).isEqualTo("422 invalid");
    }
  }

  @Test
  void thereAreAtMostAHundred() throws Exception {
    for (int i = 0; i < Hooks.MOST; i++) {
      gamma.register(URL + "/" + i, List.of(), null);
    }
    assertThat(error(create(URL))).isEqualTo("422 invalid");
    assertThatThrownBy(() -> gamma.register(URL, List.of(), null))
        .hasMessageContaining("There are 100 webhooks already");
  }

  @Test
  void failuresAreAnsweredAsOrderedAndDoNothing() throws Exception {
    gamma.failNext(ApiCall.CREATE, 1, 429, Duration.ofSeconds(7));
    gamma.failNext(null, 2, 503, null);
    Answer limited = create(URL);
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.headers().get("retry-after")).containsExactly("7");
    assertThat(create(URL).status()).isEqualTo(503);
    assertThat(call("GET", "/webhooks", "").status()).isEqualTo(503);
    assertThat(gamma.registrations()).isEmpty();
    assertThat(create(URL).status()).isEqualTo(201);
  }

  @Test
  void aTestEventReachesAlsoOneThatIsDisabledAndWantsSomethingElse() throws Exception {
    try (Endpoint endpoint = new Endpoint(number -> Endpoint.Reply.of(204))) {
      String id = gamma.register(endpoint.url(), List.of("order.*"), null);
      call("PATCH", "/webhooks/" + id, "{\"enabled\":false}");
      assertThat(call("POST", "/webhooks/" + id + "/test", "").status()).isEqualTo(202);
      assertThat(gamma.awaitIdle(Duration.ofSeconds(10))).isTrue();
      assertThat(endpoint.requests())
          .singleElement()
          .satisfies(each -> assertThat(each.body()).contains("\"type\":\"webhook.test\""));
    }
    assertThat(error(call("POST", "/webhooks/wh_nope/test", ""))).isEqualTo("404 not_found");
  }

  @Test
  void aLostAnswerLeavesWhatWasDone() throws Exception {
    gamma.loseNextAnswer(ApiCall.CREATE);
    assertThatThrownBy(() -> create(URL)).isInstanceOf(IOException.class);
    assertThat(gamma.registrations()).hasSize(1);
    assertThat(create(URL).status()).isEqualTo(409);
  }

  @Test
  void aPausedApiAnswersLater() throws Exception {
    gamma.pauseApi();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("GET", "/webhooks", ""), HttpResponse.BodyHandlers.ofString());
    assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    gamma.resumeApi();
    assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  private static final String HALF_HEAD = "POST /v1/webhooks HTTP/1.1\r\nHo";
  private static final String HALF_BODY =
      "POST /v1/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n%s\r\n{";

  /** A connection on which that was sent, and no more. */
  private Socket sent(String begun) throws IOException {
    URI api = gamma.apiUrl();
    Socket socket = new Socket(api.getHost(), api.getPort());
    socket.setSoTimeout(5000);
    socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private String token() {
    return "Authorization: Bearer " + gamma.token().reveal() + "\r\n";
  }

  /** Up to the end of the connection. */
  private static String rest(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void halvesOfCallsKeepNobodyOut() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        halves.add(sent(HALF_HEAD));
        halves.add(sent(HALF_BODY.formatted(i % 2 == 0 ? "" : token())));
      }
      assertThat(create(URL).status()).isEqualTo(201);
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  @Test
  void aStrangerIsAnsweredBeforeHisBodyIsThere() throws Exception {
    try (Socket stranger = sent(HALF_BODY.formatted(""))) {
      byte[] line = stranger.getInputStream().readNBytes("HTTP/1.1 401".length());
      assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
    }
  }

  @Test
  void aCallThatDoesNotComeInItsTimeIsEnded() throws Exception {
    gamma.close();
    GammaSimulator.Builder impatient = GammaSimulator.builder(InstantSource.system());
    impatient.arrival = Duration.ofMillis(200);
    gamma = impatient.start();
    assertThat(rest(sent(HALF_HEAD))).isEmpty();
    assertThat(rest(sent(HALF_BODY.formatted(token())))).isEmpty();
    assertThat(rest(sent(HALF_BODY.formatted("")))).startsWith("HTTP/1.1 401");
    // One that has come has as long as the answer takes.
    gamma.pauseApi();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("GET", "/webhooks", ""), HttpResponse.BodyHandlers.ofString());
    assertThatThrownBy(() -> answer.get(600, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    gamma.resumeApi();
    assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void theApiListensOnLoopbackAloneUnlessToldOtherwise() throws Exception {
    assertThat(InetAddress.getByName(gamma.apiUrl().getHost()).isLoopbackAddress()).isTrue();
    assertThat(GammaSimulator.builder(InstantSource.system()).address.isLoopbackAddress()).isTrue();
  }

  @Test
  void wrongSettingsAreRefusedByName() {
    GammaSimulator.Builder builder = GammaSimulator.builder(InstantSource.system());
    assertThatThrownBy(() -> builder.scheme("standard-webhooks-v1a").build())
        .hasMessageContaining("only the sender has");
    builder.scheme("standard-webhooks");
    assertThatThrownBy(() -> builder.duplicates(1.5).build()).hasMessageContaining("share");
    builder.duplicates(0);
    assertThatThrownBy(() -> builder.families(Set.of()).build()).hasMessageContaining("families");
    builder.families(Set.of(Family.ORDER));
    assertThatThrownBy(() -> builder.token(SecretText.valueOf("short")).build())
        .hasMessageContaining("token")
        .hasMessageNotContaining("short");
  }
}
