package io.gammawebhook.registration.api;

import static io.gammawebhook.registration.api.ShippedApisTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.verify.SecretText;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that is shown shows credentials or a secret, whatever the API sends back. */
class SecrecyTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final Wanted WANTED =
      new Wanted("https://hooks.example.com/in", List.of(), true, null, "gamma-webhook:x");

  private final ScriptedApi server = new ScriptedApi();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void anApiThatEchoesShowsNothing() throws JsonProcessingException {
    RegistrationApi api = server.client("gamma", Map.of());
    List<UnaryOperator<String>> ways =
        List.of(
            secret -> secret,
            secret -> "Bearer " + secret,
            secret -> "header 'Authorization: Bearer " + secret + "' is wrong",
            secret -> secret.toUpperCase(Locale.ROOT),
            secret -> secret.substring(3),
            secret -> secret.substring(0, 12) + "…",
            secret -> URLEncoder.encode(secret, StandardCharsets.UTF_8),
            secret -> "x".repeat(190) + secret,
            secret -> "x".repeat(4_090) + secret);
    for (String secret : List.of(ScriptedApi.TOKEN, SECRET)) {
      for (UnaryOperator<String> way : ways) {
        String said = way.apply(secret);
        for (int status : new int[] {401, 422, 500}) {
          server.answer(
              status,
              new ObjectMapper().writeValueAsString(Map.of("error", Map.of("message", said))),
              "X-Echo",
              secret);
          Refused<?> refused = refused(api.create(WANTED, SecretText.valueOf(SECRET), "k"));
          assertShowsNothing(refused.detail(), secret);
          assertThat(refused.detail()).hasSizeLessThanOrEqualTo(300);
          assertShowsNothing(refused.toString(), secret);
        }
      }
    }
  }

  private static String entry(String id, String url, String more) {
    return "{\"id\":\"%s\",\"url\":\"%s\",\"enabled\":false,%s}".formatted(id, url, more);
  }

  @Test
  void anEntryThatEchoesShowsNothing() {
    RegistrationApi api = server.client("gamma", Map.of());
    String told = "whsec_9fJ2kQ0aYb7LxWc3Rt5VnZ1mGp8HsDe4";
    String managed = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    api.censor(List.of(SecretText.valueOf(managed)), WANTED);
    server.answer(
        201, entry("wh_1", WANTED.url(), "\"events\":[\"*\"],\"secret\":\"" + told + "\""));
    assertThat(api.create(WANTED, SecretText.valueOf(SECRET), "k"))
        .isInstanceOf(ApiOutcome.Done.class);
    for (String secret : List.of(ScriptedApi.TOKEN, SECRET, told, managed)) {
      String echo = "\"bad " + secret + " here\"";
      server.answer(
          200,
          "{\"data\":["
              + entry(
                  "wh_1",
                  "https://hooks.example.com/?t=" + secret,
                  "\"events\":["
                      + echo
                      + "],\"description\":"
                      + echo
                      + ",\"disabled_reason\":"
                      + echo
                      + ",\"metadata\":{\"registration\":"
                      + echo
                      + "}")
              + "]}");
      Registered seen = ((ApiOutcome.Done<List<Registered>>) api.list()).value().get(0);
      assertShowsNothing(seen.toString(), secret);
      assertThat(seen.url()).isEqualTo("https://hooks.example.com/?t=[secret]");
      assertThat(seen.disabledReason()).isEqualTo("bad [secret] here");
      server.answer(
          200,
          "{\"data\":["
              + entry("wh_" + secret.replace('+', '_'), "u", "\"events\":[\"*\"]")
              + "]}");
      Refused<?> refused = refused(api.list());
      assertThat(refused.kind()).isEqualTo(ApiOutcome.Kind.UNREADABLE);
      assertThat(refused.detail()).contains("has a secret in an id");
      assertShowsNothing(refused.detail(), secret);
      server.answer(401, "{\"error\":{\"message\":" + echo + "}}");
      assertShowsNothing(refused(api.list()).detail(), secret);
    }
  }

  @Test
  void whatIsWantedOpenlyIsKnownAgainWhateverItHasInCommonWithASecret() {
    RegistrationApi api = server.client("gamma", Map.of());
    Wanted wanted =
        new Wanted(
            "https://hooks.example.com/" + ScriptedApi.TOKEN,
            List.of(),
            true,
            null,
            "gamma-webhook:x");
    api.censor(List.of(), wanted);
    server.answer(200, "{\"data\":[" + entry("wh_1", wanted.url(), "\"events\":[\"*\"]") + "]}");

    assertThat(((ApiOutcome.Done<List<Registered>>) api.list()).value().get(0).url())
        .isEqualTo(wanted.url());
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "true", "{\"a\":1}", "[\"gamma-webhook:x\"]"})
  void aMarkerThatIsNoTextIsAnotherOnes(String marker) {
    RegistrationApi api = server.client("gamma", Map.of());
    server.answer(
        200,
        "{\"data\":["
            + entry(
                "wh_1",
                WANTED.url(),
                "\"events\":[\"*\"],\"metadata\":{\"registration\":" + marker + "}")
            + "]}");

    assertThat(((ApiOutcome.Done<List<Registered>>) api.list()).value().get(0).marker())
        .isEqualTo("JSON " + marker);
  }

  private static void assertShowsNothing(String shown, String secret) {
    String lower = shown.toLowerCase(Locale.ROOT);
    for (int i = 0; i + 8 <= secret.length(); i++) {
      assertThat(lower).doesNotContain(secret.substring(i, i + 8).toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void whatAnApiSaysIsOneCleanLine() throws JsonProcessingException {
    RegistrationApi api = server.client("gamma", Map.of());
    server.answer(
        422,
        new ObjectMapper()
            .writeValueAsString(
                Map.of("error", Map.of("message", "a\u001b[31m\u202eb mail me@example.com\nc"))));
    assertThat(refused(api.list()).detail())
        .startsWith("GET /webhooks was answered 422: a?[31m?b")
        .doesNotContain("me@example.com")
        .doesNotContain("\n");
  }

  @Test
  void aSecretThatIsNoneIsNotShown() {
    RegistrationApi api = server.client("stripe", Map.of());
    for (String secret : List.of("two words", "", "x".repeat(2_000), "é")) {
      server.answer(
          200,
          "{\"id\":\"we_1\",\"url\":\"u\",\"enabled_events\":[\"*\"],\"status\":\"enabled\","
              + "\"secret\":\""
              + secret
              + "\"}");
      Refused<?> refused = refused(api.create(WANTED, null, "k"));
      assertThat(refused.kind()).isEqualTo(ApiOutcome.Kind.UNREADABLE);
      assertThat(refused.detail()).contains("no secret that could be one at secret");
    }
  }

  @Test
  void noRecordPrintsThem() {
    Account account =
        new Account(
            server.url(), SecretText.valueOf(ScriptedApi.TOKEN), Map.of(), Duration.ofSeconds(1));
    assertThat(account.toString()).doesNotContain(ScriptedApi.TOKEN);
    Registered entry =
        new Registered("a", "u", List.of(), true, null, null, null, SecretText.valueOf(SECRET));
    assertThat(entry.toString()).doesNotContain(SECRET);
    assertThat(new RegistrationApi.Rotated("a", SecretText.valueOf(SECRET)).toString())
        .doesNotContain(SECRET);
    assertThat(new ApiOutcome.Done<>(entry).toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tok en", "tok\nen", "tök", "\u0000"})
  void credentialsThatNoHeaderHoldsAreRefusedAndNotShown(String credentials) {
    assertThatThrownBy(
            () ->
                new Account(
                    server.url(),
                    SecretText.valueOf("x" + credentials + "x"),
                    Map.of(),
                    Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("credentials must be")
        .message()
        .doesNotContain(credentials.strip());
  }

  @Test
  void anAddressIsWholeAndEncryptedOrOnThisMachine() {
    for (String url :
        List.of(
            "https://api.example.com/v1/",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:80/v1")) {
      assertThat(account(url, Duration.ofSeconds(1)).baseUrl().toString()).doesNotEndWith("/");
    }
    assertRefused("http://api.example.com", "api-url must begin with https://");
    assertRefused("http://localhost.example.com", "api-url must begin with https://");
    assertRefused("http://127.0.0.1.example.com", "api-url must begin with https://");
    assertRefused("ftp://localhost", "api-url must be the whole address");
    assertRefused("api.example.com", "api-url must be the whole address");
    assertRefused("https:///v1", "api-url must be the whole address");
    assertRefused("https://[fe80::1%25lo]/v1", "api-url must hold no zone");
    assertRefused("https://me:pass@api.example.com", "api-url must hold no name or password");
    assertRefused("https://api.example.com?a=b", "api-url must end with its path");
    assertRefused("https://api.example.com/#a", "api-url must end with its path");
    assertThatThrownBy(() -> account("https://api.example.com", Duration.ZERO))
        .hasMessageStartingWith("timeout must be");
    assertThatThrownBy(() -> account("https://api.example.com", Duration.ofMinutes(6)))
        .hasMessageStartingWith("timeout must be");
    assertThatThrownBy(
            () ->
                new Account(
                    URI.create("https://api.example.com"),
                    SecretText.valueOf(" "),
                    Map.of(),
                    Duration.ofSeconds(1)))
        .hasMessageStartingWith("credentials are missing");
  }

  private static void assertRefused(String url, String message) {
    assertThatThrownBy(() -> account(url, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("pass@");
  }

  private static Account account(String url, Duration timeout) {
    return new Account(URI.create(url), SecretText.valueOf(ScriptedApi.TOKEN), Map.of(), timeout);
  }
}
