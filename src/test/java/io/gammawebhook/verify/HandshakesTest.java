package io.gammawebhook.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What senders ask for before they send events, and what a stranger makes of it. */
class HandshakesTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(Requests.SIGNED_AT));
  private static final SchemeCatalogue CATALOGUE = new SchemeCatalogue();
  private static final SigningSecret TOKEN =
      SigningSecret.parse("meatyhamhock", SecretEncoding.UTF8);

  private static Requests.TestRequest post(String body) {
    return new Requests.TestRequest(body.getBytes(StandardCharsets.UTF_8));
  }

  private static Requests.TestRequest get(String query) {
    return post("").method("GET").query(query);
  }

  private static Handshakes handshakes(String scheme, String secret) {
    SignatureScheme known = CATALOGUE.byName(scheme);
    return new Handshakes(known, Requests.keyring(known, secret), TOKEN, CLOCK);
  }

  private static @Nullable HandshakeAnswer early(
      String scheme, String secret, SignedRequest request) {
    assertThat(handshakes(scheme, secret).afterVerification(request)).isNull();
    return handshakes(scheme, secret).beforeVerification(request);
  }

  private static @Nullable HandshakeAnswer late(
      String scheme, String secret, SignedRequest request) {
    assertThat(handshakes(scheme, secret).beforeVerification(request)).isNull();
    return handshakes(scheme, secret).afterVerification(request);
  }

  @Test
  void slackGetsItsChallengeBackOnceItIsVerified() {
    assertThat(
            late("slack", "secret", post("{\"type\":\"url_verification\",\"challenge\":\"3eZb\"}")))
        .isEqualTo(new HandshakeAnswer("url-verification", 200, "text/plain", "3eZb", Map.of()));
    assertThat(late("slack", "secret", post("{\"type\":\"event_callback\",\"challenge\":\"3\"}")))
        .isNull();
  }

  @Test
  void zoomGetsTheHmacOfItsToken() {
    // The token and secret are ours; the digest is `printf %s qgg8vlvZRS6UYooatFL8Aw | openssl dgst
    // -sha256 -hmac secret`.
    @Nullable HandshakeAnswer answer =
        late(
            "zoom",
            "secret",
            post(
                "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":"
                    + "\"qgg8vlvZRS6UYooatFL8Aw\"},\"event_ts\":1654503849680}"));
    assertThat(requireNonNull(answer).contentType()).isEqualTo("application/json");
    assertThat(requireNonNull(answer).body())
        .isEqualTo(
            "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":\""
                + ZOOM_DIGEST
                + "\"}");
  }

  private static final String ZOOM_DIGEST =
      "72cef096bfd47c0b8664df30d07721641e4abd7e885ba432204260db477a9a3e";

  @Test
  void metaGetsItsChallengeBackIfItKnowsTheToken() {
    String query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
    assertThat(early("meta", "secret", get(query + "meatyhamhock")))
        .isEqualTo(new HandshakeAnswer("verification", 200, "text/plain", "1158201444", Map.of()));
    assertThat(early("meta", "secret", get(query + "meatyhamhocks"))).isNull();
    assertThat(early("meta", "secret", get(query))).isNull();
    assertThat(early("meta", "secret", post("").query(query + "meatyhamhock"))).isNull();
  }

  @Test
  void aTokenThatIsNotConfiguredFitsNothing() {
    SignatureScheme meta = CATALOGUE.byName("meta");
    Handshakes handshakes = new Handshakes(meta, Requests.keyring(meta, "secret"), null, CLOCK);
    assertThat(
            handshakes.beforeVerification(
                get("hub.mode=subscribe&hub.challenge=1&hub.verify_token=meatyhamhock")))
        .isNull();
  }

  @Test
  void graphGetsItsTokenBackDecoded() {
    assertThat(
            early(
                "microsoft-graph",
                "state",
                post("").query("validationToken=Validation%3A+Testing+%26+more")))
        .isEqualTo(
            new HandshakeAnswer(
                "validation", 200, "text/plain", "Validation: Testing & more", Map.of()));
  }

  @Test
  void eventGridGetsItsCodeBackOnceTheKeyIsVerified() {
    @Nullable HandshakeAnswer answer =
        late(
            "event-grid",
            "key",
            post("[{\"id\":\"1\",\"eventType\":\"Microsoft.EventGrid.SubscriptionValidationEvent\","
                    + "\"data\":{\"validationCode\":\"512d38b6\"}}]")
                .query("code=key"));
    assertThat(requireNonNull(answer).body()).isEqualTo("{\"validationResponse\":\"512d38b6\"}");
  }

  @Test
  void discordsPingIsAnsweredWithNothing() {
    assertThat(
            late(
                "discord",
                "00".repeat(31) + "01",
                post("{\"version\":1,\"application_id\":\"1\",\"type\":0}")))
        .isEqualTo(new HandshakeAnswer("ping", 204, null, "", Map.of()));
  }

  @Test
  void thePingOfDiscordsInteractionsIsAnsweredInItsForm() {
    String ping =
        "{\"id\":\"1\",\"application_id\":\"1\",\"type\":1,\"token\":\"t\",\"version\":1}";
    assertThat(late("discord", "00".repeat(31) + "01", post(ping)))
        .isEqualTo(
            new HandshakeAnswer(
                "interactions-ping", 200, "application/json", "{\"type\":1}", Map.of()));
    assertThat(
            late(
                "discord",
                "00".repeat(31) + "01",
                post("{\"version\":1,\"application_id\":\"1\",\"type\":1,\"event\":{}}")))
        .isNull();
  }

  @Test
  void aHandshakeWithAnotherTokenIsKnownForThat() {
    SignatureScheme meta = CATALOGUE.byName("meta");
    Handshakes handshakes =
        new Handshakes(
            meta,
            Requests.keyring(meta, "secret"),
            SigningSecret.parse("right", SecretEncoding.UTF8),
            InstantSource.fixed(Instant.EPOCH));
    String start = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
    assertThat(handshakes.beforeVerification(get(start + "wrong"))).isNull();
    assertThat(handshakes.lackingOnlyTheToken(get(start + "wrong"))).isEqualTo("verification");
    assertThat(handshakes.lackingOnlyTheToken(get("hub.mode=other&hub.verify_token=x"))).isNull();
  }

  @Test
  void twitterGetsTheHmacOfItsToken() {
    @Nullable HandshakeAnswer answer = early("twitter", "secret", get("crc_token=challenge"));
    assertThat(requireNonNull(answer).body())
        .isEqualTo("{\"response_token\":\"sha256=" + TWITTER_DIGEST + "\"}");
  }

  private static final String TWITTER_DIGEST = "oeUF6Wxqoezggrue+wbIDxKRPSF6esKwizR2MHh9HaA=";

  @Test
  void aValueCannotLeaveTheJsonThatItIsPutInto() {
    @Nullable HandshakeAnswer answer =
        late(
            "event-grid",
            "secret",
            post(
                "[{\"eventType\":\"Microsoft.EventGrid.SubscriptionValidationEvent\","
                    + "\"data\":{\"validationCode\":\"a\\\",\\\"x\\\":\\\"\\u0000\\n\"}}]"));
    assertThat(requireNonNull(answer).body())
        .isEqualTo("{\"validationResponse\":\"a\\\",\\\"x\\\":\\\"\\u0000\\n\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "{}", "[1]", "a\\n", "\u20ac"})
  void onlyATokenIsSignedForAStranger(String token) {
    @Nullable HandshakeAnswer answer =
        late(
            "zoom",
            "secret",
            post(
                "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\""
                    + token
                    + "\"}}"));
    assertThat(requireNonNull(answer).isPossible()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%0D%0ASet-Cookie%3A+x", "%00", "%E2%82%AC"})
  void aValueCannotLeaveTheHeaderThatItIsPutInto(String challenge) {
    SignatureScheme scheme =
        CATALOGUE.fromYaml(
            "test",
            "test",
            """
            signature: none
            handshakes:
              ask:
                when: GET query.c
                headers: "X-Challenge: {query.c}"
            """);
    Handshakes handshakes = new Handshakes(scheme, new Keyring(scheme, List.of()), null, CLOCK);
    assertThat(requireNonNull(handshakes.beforeVerification(get("c=" + challenge))).isPossible())
        .isFalse();
    assertThat(handshakes.beforeVerification(get("c=plain")))
        .isEqualTo(new HandshakeAnswer("ask", 200, null, "", Map.of("X-Challenge", "plain")));
  }

  @Test
  void aValueThatIsTooLongOrThereTwiceIsNoChallenge() {
    for (int length : new int[] {512, 513}) {
      @Nullable HandshakeAnswer answer =
          early("twitter", "secret", get("crc_token=" + "x".repeat(length)));
      assertThat(requireNonNull(answer).isPossible()).isEqualTo(length == 512);
    }
    assertThat(early("twitter", "secret", get("crc_token=a&crc_token=a"))).isNull();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "when: PUT query.c             | when begins with the method PUT",
        "when: POST                    | when has no condition",
        "when: POST nowhere.x          | must be header.<name>",
        "body: '{$.x}'                 | belong together",
        "status: 302                   | must be between 200 and 299",
        "wehn: POST query.c            | is not an option here",
        "headers: no colon             | must be one 'Name: text' a line",
        "headers: 'X: {quary.c}'       | has the unknown variable {quary.c}",
      })
  void whatIsWrongWithAHandshakeIsSaidWithItsLine(String option, String fault) {
    String when = option.startsWith("when:") ? "" : "    when: GET query.c\n";
    assertThatThrownBy(
            () ->
                CATALOGUE.fromYaml(
                    "my.yaml",
                    "mine",
                    "signature: none\nhandshakes:\n  ask:\n" + when + "    " + option))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageContaining("my.yaml")
        .hasMessageContaining(fault);
  }
}
