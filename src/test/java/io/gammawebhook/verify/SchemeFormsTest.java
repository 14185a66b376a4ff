package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of a scheme that no vector of a sender shows. */
class SchemeFormsTest {

  private static final long NOW = 1_761_998_400;
  private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(StandardCharsets.UTF_8);

  private static SignatureScheme catalogued(String name) {
    return new SchemeCatalogue().byName(name);
  }

  private static SignatureVerifier verifier(SignatureScheme scheme, String... secrets) {
    return new SignatureVerifier(
        Requests.SOURCE,
        scheme,
        Requests.keyring(scheme, secrets),
        Tolerance.DEFAULT,
        "https://hooks.example.com/webhooks/x",
        InstantSource.fixed(Instant.ofEpochSecond(NOW)));
  }

  private static void assertRejected(Verification verification, RejectionReason reason) {
    assertThat(verification)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPasswordIsComparedWhole() {
    SignatureVerifier verifier = verifier(catalogued("basic"), "user:pass:word", "other:x");
    TestRequest request = new TestRequest(BODY);
    assertThat(verifier.verify(request.with("authorization", basic("user:pass:word"))))
        .isInstanceOf(Verified.class);
    assertThat(verifier.verify(request.with("authorization", basic("other:x"))))
        .isInstanceOf(Verified.class);
    for (String wrong :
        new String[] {"user:pass", "user:pass:word2", "user", ":", "User:pass:word"}) {
      assertRejected(
          verifier.verify(request.with("authorization", basic(wrong))),
          RejectionReason.SIGNATURE_MISMATCH);
    }
    assertRejected(
        verifier.verify(request.with("authorization", "user:pass:word")),
        RejectionReason.MALFORMED_HEADER);
    assertRejected(
        verifier.verify(request.with("authorization", "Basic ")), RejectionReason.MALFORMED_HEADER);
    assertRejected(verifier.verify(new TestRequest(BODY)), RejectionReason.MISSING_HEADER);
  }

  @ParameterizedTest
  @CsvSource({
    "bearer, authorization, Bearer t0ken, t0ken",
    "api-key, x-api-key, t0ken, t0ken",
    "gitlab-token, x-gitlab-token, t0ken, t0ken"
  })
  void aTokenIsTakenAsItIs(String scheme, String header, String right, String secret) {
    SignatureVerifier verifier = verifier(catalogued(scheme), secret);
    assertThat(verifier.verify(new TestRequest(BODY).with(header, right)))
        .isInstanceOf(Verified.class);
    assertRejected(
        verifier.verify(new TestRequest(BODY).with(header, right + "x")),
        RejectionReason.SIGNATURE_MISMATCH);
    assertRejected(
        verifier.verify(new TestRequest(BODY).with(header, right.replace("t0ken", "T0ken"))),
        RejectionReason.SIGNATURE_MISMATCH);
    assertRejected(
        verifier.verify(new TestRequest(BODY).with(header, right, right)),
        RejectionReason.AMBIGUOUS_HEADER);
    assertRejected(verifier.verify(new TestRequest(BODY)), RejectionReason.MISSING_HEADER);
  }

  @Test
  void standardWebhooksAreVerifiedWithTheSendersPublicKey() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] info = pair.getPublic().getEncoded();
    String secret =
        "whpk_"
            + Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(info, info.length - 32, info.length));
    SignatureScheme scheme = catalogued("standard-webhooks-v1a");
    String signature =
        "v1a,"
            + Base64.getEncoder().encodeToString(sign("Ed25519", pair, "msg_1." + NOW + ".", BODY));
    TestRequest request =
        new TestRequest(BODY)
            .with("webhook-id", "msg_1")
            .with("webhook-timestamp", Long.toString(NOW))
            .with("webhook-signature", "v1,AAAA " + signature);
    assertThat(verifier(scheme, secret).verify(request)).isInstanceOf(Verified.class);
    assertRejected(
        verifier(scheme, secret).verify(request.body(new byte[] {1})),
        RejectionReason.SIGNATURE_MISMATCH);
    request
        .body(BODY)
        .with("webhook-signature", String.join(" ", Collections.nCopies(5, signature)));
    assertRejected(verifier(scheme, secret).verify(request), RejectionReason.TOO_MANY_SIGNATURES);
  }

  private static byte[] sign(String algorithm, KeyPair pair, String prefix, byte[] body)
      throws GeneralSecurityException {
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(pair.getPrivate());
    signer.update(prefix.getBytes(StandardCharsets.UTF_8));
    signer.update(body);
    return signer.sign();
  }

  @ParameterizedTest
  @CsvSource({
    "ecdsa-sha256, SHA256withECDSA, EC, 256",
    "ecdsa-sha256, SHA256withECDSA, EC, 521",
    "rsa-sha256, SHA256withRSA, RSA, 2048",
    "rsa-sha256, SHA256withRSA, RSA, 4096",
  })
  void aPublicKeyInPemVerifies(String algorithm, String jca, String kind, int bits)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    SignatureScheme scheme = scheme("{method}:{body}", algorithm, "base64url", "pem");
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    String signature =
        Base64.getUrlEncoder().withoutPadding().encodeToString(sign(jca, pair, "POST:", BODY));
    TestRequest request = new TestRequest(BODY).with("x-signature", signature);
    assertThat(verifier(scheme, pem).verify(request)).isInstanceOf(Verified.class);
    assertRejected(
        verifier(scheme, pem).verify(request.body(new byte[0])),
        RejectionReason.SIGNATURE_MISMATCH);
    assertRejected(
        verifier(scheme, pem).verify(request.body(BODY).with("x-signature", "A".repeat(400))),
        algorithm.startsWith("rsa")
            ? RejectionReason.SIGNATURE_MISMATCH
            : RejectionReason.MALFORMED_HEADER);
  }

  private static SignatureScheme scheme(
      String signed, String algorithm, String encoding, String secret) {
    return scheme(
        Map.of("signed", signed, "algorithm", algorithm, "encoding", encoding, "secret", secret),
        Map.of());
  }

  /** An HMAC of the body in hex, but for what is given. */
  private static SignatureScheme scheme(Map<String, String> signature, Map<String, ?> beside) {
    Map<String, String> options =
        new HashMap<>(
            Map.of(
                "header", "x-signature",
                "format", "prefixed",
                "signed", "{body}",
                "algorithm", "hmac-sha256",
                "encoding", "hex",
                "secret", "utf8"));
    options.putAll(signature);
    Map<String, Object> definition = new HashMap<>(beside);
    definition.put("signature", options);
    return new SchemeCatalogue().inline("test", definition, option -> "");
  }

  private static SignatureScheme hmacOf(String signed, String secret) {
    return scheme(signed, "hmac-sha256", "hex", secret);
  }

  private static String hmac(byte[] key, String text) {
    SigningSecret secret = SigningSecret.ofKey(key);
    return HexFormat.of()
        .formatHex(
            SignedContent.of(text.getBytes(StandardCharsets.UTF_8))
                .mac(VerificationKey.mac(Algorithm.HMAC_SHA256, secret)));
  }

  @Test
  void onlyTheSecretThatTheRequestNamesIsTried() {
    SignatureScheme scheme = scheme(Map.of("key-id", "header.x-key"), Map.of());
    LiveSecret old =
        new LiveSecret(
            "old", scheme.parseSecret("a"), null, Instant.ofEpochSecond(NOW).minusSeconds(1));
    LiveSecret current = LiveSecret.always("current", scheme.parseSecret("b"));
    SignatureVerifier verifier =
        new SignatureVerifier(
            Requests.SOURCE,
            scheme,
            new Keyring(scheme, java.util.List.of(old, current)),
            Tolerance.DEFAULT,
            null,
            InstantSource.fixed(Instant.ofEpochSecond(NOW)));
    String text = new String(BODY, StandardCharsets.UTF_8);
    TestRequest request =
        new TestRequest(BODY)
            .with("x-signature", hmac("b".getBytes(StandardCharsets.UTF_8), text))
            .with("x-key", "current");
    assertThat(verifier.verify(request)).isInstanceOf(Verified.class);
    assertRejected(
        verifier.verify(request.with("x-key", "old")), RejectionReason.SIGNATURE_MISMATCH);
    assertThat(verifier.verify(request.with("x-key", "k9")))
        .isEqualTo(
            new Rejected(
                RejectionReason.UNKNOWN_KEY,
                "it is signed with the key 'k9', and no secret has that name"));
    assertThat(verifier.verify(request.with("x-key", "current detail=forged")))
        .isEqualTo(
            new Rejected(
                RejectionReason.UNKNOWN_KEY,
                "it is signed with the key of a name that none can have, and no secret has that"
                    + " name"));
    assertRejected(
        verifier.verify(request.with("x-key", "current", "current")),
        RejectionReason.AMBIGUOUS_HEADER);
    assertRejected(verifier.verify(request.without("x-key")), RejectionReason.MISSING_HEADER);
    assertRejected(
        verifier.verify(
            request
                .with("x-key", "old")
                .with("x-signature", hmac("a".getBytes(StandardCharsets.UTF_8), text))),
        RejectionReason.SECRET_OUT_OF_TIME);
  }

  @Test
  void methodPathQueryAndADigestOfTheBodyCanBeSigned() {
    SignatureScheme scheme =
        hmacOf("{method} {path}?{query}\n{body-sha256-hex} {body-sha256-base64}", "utf8");
    // printf '{"id":"evt_1"}' | sha256sum, and | openssl dgst -sha256 -binary | base64
    String signed =
        "POST /webhooks/x?a=1&b=%20\n"
            + HexFormat.of().formatHex(RawBody.of(BODY).sha256())
            + " "
            + Base64.getEncoder().encodeToString(RawBody.of(BODY).sha256());
    TestRequest request =
        new TestRequest(BODY)
            .query("a=1&b=%20")
            .with("x-signature", hmac("key".getBytes(StandardCharsets.UTF_8), signed));

    assertThat(verifier(scheme, "key").verify(request)).isInstanceOf(Verified.class);
    assertRejected(
        verifier(scheme, "key").verify(request.query("a=1&b=%21")),
        RejectionReason.SIGNATURE_MISMATCH);
    assertRejected(
        verifier(scheme, "key").verify(request.query("a=1&b=%20").body(new byte[] {1})),
        RejectionReason.SIGNATURE_MISMATCH);
    assertThat(scheme.needsPublicUrl()).isTrue();
    assertThat(scheme.covers(new ValueLocation.InBody("$.id"))).isTrue();
    assertThat(scheme.covers(new ValueLocation.InQuery("a"))).isTrue();
  }

  @Test
  void aQueryThatHoldsTheDelimiterBehindItIsAmbiguous() {
    SignatureScheme scheme = hmacOf("{query}.{body}", "utf8");
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    TestRequest honest =
        new TestRequest("b.c".getBytes(StandardCharsets.UTF_8))
            .query("a")
            .with("x-signature", hmac(key, "a.b.c"));
    assertThat(verifier(scheme, "key").verify(honest)).isInstanceOf(Verified.class);
    assertRejected(
        verifier(scheme, "key")
            .verify(honest.query("a.b").body("c".getBytes(StandardCharsets.UTF_8))),
        RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void besideAnAddressWithoutABorderNoSingleValueIsCovered() {
    SignatureScheme open = hmacOf("{url}{header.x-id}.{body}", "utf8");
    assertThat(open.covers(new ValueLocation.InHeader("x-id"))).isFalse();
    assertThat(open.covers(new ValueLocation.InQuery("id"))).isFalse();
    SignatureScheme closed = hmacOf("{url}.{header.x-id}.{body}", "utf8");
    assertThat(closed.covers(new ValueLocation.InHeader("x-id"))).isTrue();
    assertThat(closed.covers(new ValueLocation.InQuery("id"))).isTrue();
    assertThat(catalogued("twilio-form").covers(new ValueLocation.InForm("MessageSid"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{body}.{header.x-id}",
        "{sorted-form}.{header.x-id}",
        "{body}{header.x-time}{header.x-id}",
        "{header.x-time}.{body}.{header.x-id}",
        "{body}.{query}",
      })
  void whatStandsBehindTheBodyIsRefusedSinceABodyMayHoldAnyDelimiter(String signed) {
    assertThatThrownBy(() -> hmacOf(signed, "utf8"))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageContaining("signature.signed has a variable behind the body");
  }

  @Test
  void oneSignatureForEveryRequestIsRefused() {
    assertThatThrownBy(() -> hmacOf("{method} {path} constant", "utf8"))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageContaining("one signature would do for all");
  }

  @Test
  void aDelimiterThatBeginsInsideTheValueIsAmbiguous() {
    SignatureScheme scheme = hmacOf("{header.x-id}--{body}", "utf8");
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    String signature = hmac(key, "evt1---{}");
    TestRequest cut =
        new TestRequest("{}".getBytes(StandardCharsets.UTF_8))
            .with("x-id", "evt1-")
            .with("x-signature", signature);
    assertRejected(verifier(scheme, "key").verify(cut), RejectionReason.AMBIGUOUS_CONTENT);
    assertThat(
            verifier(scheme, "key")
                .verify(
                    new TestRequest("-{}".getBytes(StandardCharsets.UTF_8))
                        .with("x-id", "evt1")
                        .with("x-signature", signature)))
        .isInstanceOf(Verified.class);
  }

  @Test
  void aBodyThatBeginsLikeAnotherTimestampBehindTheFirstIsAmbiguous() {
    SignatureScheme scheme =
        scheme(
            Map.of("signed", "{header.x-id}{header.x-time}{body}"),
            Map.of(
                "timestamp",
                Map.of("header", "x-time", "format", "unix-seconds", "tolerance", "5m")));
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    TestRequest honest =
        new TestRequest((NOW + "{}").getBytes(StandardCharsets.UTF_8))
            .with("x-id", "evt")
            .with("x-time", Long.toString(NOW))
            .with("x-signature", hmac(key, "evt" + NOW + NOW + "{}"));
    assertRejected(verifier(scheme, "key").verify(honest), RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void aSignatureOfAnotherAlgorithmIsNamed() {
    SignatureVerifier verifier = verifier(catalogued("github"), "key");
    assertThat(
            verifier.verify(
                new TestRequest(BODY).with("x-hub-signature-256", "sha1=" + "ab".repeat(20))))
        .isEqualTo(
            new Rejected(
                RejectionReason.UNSUPPORTED_VERSION,
                "a signature of 'sha1=', and not of 'sha256='"));
    assertRejected(
        verifier.verify(new TestRequest(BODY).with("x-hub-signature-256", "ab".repeat(32))),
        RejectionReason.MALFORMED_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefixed", "versioned-list"})
  void base64UrlMayBePadded(String format) {
    SignatureScheme scheme =
        scheme(
            format.equals("versioned-list")
                ? Map.of("encoding", "base64url", "format", format, "version", "v1")
                : Map.of("encoding", "base64url"),
            Map.of());
    byte[] mac =
        HexFormat.of()
            .parseHex(
                hmac(
                    "key".getBytes(StandardCharsets.UTF_8),
                    new String(BODY, StandardCharsets.UTF_8)));
    String padded = Base64.getUrlEncoder().encodeToString(mac);
    String start = format.equals("prefixed") ? "" : "v1,";
    assertThat(padded).endsWith("=");
    for (String written : new String[] {padded, padded.replace("=", "")}) {
      assertThat(
              verifier(scheme, "key")
                  .verify(new TestRequest(BODY).with("x-signature", start + written)))
          .isInstanceOf(Verified.class);
    }
    assertRejected(
        verifier(scheme, "key")
            .verify(new TestRequest(BODY).with("x-signature", start + padded + "=")),
        RejectionReason.MALFORMED_HEADER);
  }

  @Test
  void aQueryThatHoldsTheDelimiterBehindTheAddressIsAmbiguous() {
    SignatureScheme scheme = hmacOf("{url}.{body}", "utf8");
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    String url = "https://hooks.example.com/webhooks/x?id=7";
    TestRequest honest =
        new TestRequest("amount=1.5".getBytes(StandardCharsets.UTF_8))
            .query("id=7")
            .with("x-signature", hmac(key, url + ".amount=1.5"));
    assertThat(verifier(scheme, "key").verify(honest)).isInstanceOf(Verified.class);
    assertRejected(
        verifier(scheme, "key")
            .verify(honest.query("id=7.amount=1").body("5".getBytes(StandardCharsets.UTF_8))),
        RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void aTimestampWithALeadingZeroIsNone() {
    for (TimestampRule.Format format :
        new TimestampRule.Format[] {
          TimestampRule.Format.UNIX_SECONDS, TimestampRule.Format.UNIX_MILLIS
        }) {
      assertThat(format.parse("01761998400")).isEmpty();
      assertThat(format.parse("0")).hasValue(0);
    }
  }

  @Test
  void whatTheHandshakeOfTwitterSignsForAnybodyIsNoEvent() {
    SignatureScheme twitter = catalogued("twitter");
    Handshakes handshakes =
        new Handshakes(
            twitter,
            Requests.keyring(twitter, "key"),
            null,
            InstantSource.fixed(Instant.ofEpochSecond(NOW)));
    HandshakeAnswer forged =
        handshakes.beforeVerification(
            new TestRequest(new byte[0]).method("GET").query("crc_token=%7B%22id%22%3A1%7D"));
    assertThat(Objects.requireNonNull(forged).isPossible()).isFalse();
    HandshakeAnswer honest =
        handshakes.beforeVerification(
            new TestRequest(new byte[0]).method("GET").query("crc_token=abc"));
    String signature =
        Objects.requireNonNull(honest).body().replaceAll(".*(sha256=[^\"]+)\".*", "$1");
    assertRejected(
        verifier(twitter, "key")
            .verify(
                new TestRequest("abc".getBytes(StandardCharsets.UTF_8))
                    .with("x-twitter-webhooks-signature", signature)),
        RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void anItemOfABatchWithoutTheSecretIsRefused() {
    SignatureVerifier graph = verifier(catalogued("microsoft-graph"), "secret");
    for (String body :
        new String[] {
          "{\"value\":[{\"clientState\":\"secret\"},{}]}",
          "{\"value\":[{\"a\":1},{\"clientState\":\"secret\"}]}",
          "{\"value\":[{\"clientState\":\"secret\"},{\"clientState\":\"other\"}]}"
        }) {
      assertRejected(
          graph.verify(new TestRequest(body.getBytes(StandardCharsets.UTF_8))),
          RejectionReason.MISSING_FIELD);
    }
  }

  @Test
  void aSecretInBase64urlIsReadWithAndWithoutItsPadding() {
    byte[] key = {(byte) 0xfb, (byte) 0xff, 1, 2};
    SignatureScheme scheme = hmacOf("{body}", "base64url");
    TestRequest request =
        new TestRequest(BODY)
            .with("x-signature", hmac(key, new String(BODY, StandardCharsets.UTF_8)));
    for (String written : new String[] {"-_8BAg", "-_8BAg=="}) {
      assertThat(verifier(scheme, written).verify(request)).isInstanceOf(Verified.class);
    }
    assertThatThrownBy(() -> scheme.parseSecret("+/8BAg=="))
        .hasMessage("must be base64url, and is not");
    assertThatThrownBy(() -> scheme.parseSecret(""))
        .hasMessage("must have 1 to 1024 bytes, and has 0");
  }

  @Test
  void mailgunsSignatureIsInTheBody() {
    String signed = NOW + "e0b5477167110d68991efc6b9f89f0a11066af27834600e123";
    SigningSecret key = catalogued("mailgun").parseSecret("key");
    String signature =
        HexFormat.of()
            .formatHex(
                SignedContent.of(signed.getBytes(StandardCharsets.UTF_8))
                    .mac(VerificationKey.mac(Algorithm.HMAC_SHA256, key)));
    String body =
        String.format(
            Locale.ROOT,
            "{\"signature\":{\"token\":\"%s\",\"timestamp\":\"%s\",\"signature\":\"%s\"},"
                + "\"event-data\":{\"event\":\"failed\",\"id\":\"x\"}}",
            signed.substring(10),
            signed.substring(0, 10),
            signature);
    SignatureVerifier verifier = verifier(catalogued("mailgun"), "key");
    Verification verified = verifier.verify(new TestRequest(body.getBytes(StandardCharsets.UTF_8)));
    assertThat(verified).isInstanceOf(Verified.class);
    // The event is not signed, so another one under the same token has to be a duplicate.
    Verification other =
        verifier.verify(
            new TestRequest(body.replace("failed", "opened").getBytes(StandardCharsets.UTF_8)));
    assertThat(((Verified) other).signedContentSha256())
        .isEqualTo(((Verified) verified).signedContentSha256());
    assertThat(catalogued("mailgun").covers(ValueLocation.parse("$.event-data.id"))).isFalse();
    assertRejected(
        verifier.verify(
            new TestRequest(body.replace("\"e0b5", "\"e0b6").getBytes(StandardCharsets.UTF_8))),
        RejectionReason.SIGNATURE_MISMATCH);
    assertRejected(verifier.verify(new TestRequest(BODY)), RejectionReason.MISSING_FIELD);
    assertRejected(
        verifier.verify(new TestRequest(new byte[] {1, 2})), RejectionReason.MISSING_FIELD);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-01T12:00:00Z, true",
    "2025-11-01T12:00:00.123456789Z, true",
    "2025-11-01T13:00:00+01:00, true",
    "2025-11-01T13:00:00, false",
    "2025-11-01 12:00:00Z, false",
    "2025-13-01T12:00:00Z, false",
    "+2025-11-01T12:00:00Z, false",
    "2025-11-01T12:00:00.Z, false",
    "1761998400, false",
  })
  void aTimeOfIso8601IsReadStrictly(String text, boolean isOne) {
    assertThat(TimestampRule.Format.ISO_8601.parse(text).isPresent()).isEqualTo(isOne);
  }

  @ParameterizedTest
  @CsvSource({
    "1761998400000, 1761998400",
    "1761998400999, 1761998400",
    "999999999999999, 999999999999",
  })
  void millisecondsAreReadAsSeconds(String text, long seconds) {
    assertThat(TimestampRule.Format.UNIX_MILLIS.parse(text).getAsLong()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource({"-1", "+1", "1.0", "1e3", "NaN", "''", "9999999999999999", "١"})
  void anythingElseIsNoTimeInMilliseconds(String text) {
    assertThat(TimestampRule.Format.UNIX_MILLIS.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t=1761998400 | UNSUPPORTED_VERSION",
        "v1=00 | MALFORMED_HEADER",
        "t=1761998400,t=1761998400,v1=00 | AMBIGUOUS_HEADER",
        "t=,v1=00 | MALFORMED_HEADER",
        "t=1761998400,v1=zz | MALFORMED_HEADER",
        "t=x,v1=00 | MALFORMED_TIMESTAMP",
        "t | MALFORMED_HEADER",
        ", | MALFORMED_HEADER",
        "t=1761998400,, | MALFORMED_HEADER",
      })
  void aListOfPairsThatIsWrongIsRejected(String header, RejectionReason reason) {
    assertRejected(
        verifier(catalogued("stripe"), "whsec_x")
            .verify(new TestRequest(BODY).with("stripe-signature", header)),
        reason);
  }

  @Test
  void anEntryFloodIsRefused() {
    String flood = "t=1761998400" + ",v1=00".repeat(100);
    assertRejected(
        verifier(catalogued("stripe"), "whsec_x")
            .verify(new TestRequest(BODY).with("stripe-signature", flood)),
        RejectionReason.TOO_MANY_SIGNATURES);
  }

  @Test
  void everySchemeThatWeCanSignForVerifiesWhatWeSign() {
    for (String name : new SchemeCatalogue().names()) {
      SignatureScheme scheme = catalogued(name);
      if (!scheme.isSigned() || Signer.whyNot(scheme) != null) {
        continue;
      }
      String secret = scheme.secretEncoding().generate(new java.security.SecureRandom());
      TestRequest request = new TestRequest(BODY);
      new Signer(scheme, scheme.parseSecret(secret), "https://hooks.example.com/webhooks/x")
          .sign("evt_1", Instant.ofEpochSecond(NOW), request.body())
          .forEach(request::with);
      assertThat(verifier(scheme, secret).verify(request)).as(name).isInstanceOf(Verified.class);
    }
  }
}
