package io.gammawebhook.verify;

import static io.gammawebhook.verify.Requests.BODY;
import static io.gammawebhook.verify.Requests.ID;
import static io.gammawebhook.verify.Requests.OTHER_SECRET;
import static io.gammawebhook.verify.Requests.SECRET;
import static io.gammawebhook.verify.Requests.SIGNATURE;
import static io.gammawebhook.verify.Requests.SIGNED_AT;
import static io.gammawebhook.verify.Requests.STANDARD;
import static io.gammawebhook.verify.Requests.signed;
import static io.gammawebhook.verify.Requests.vector;
import static io.gammawebhook.verify.Requests.verifier;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of the Standard Webhooks libraries' own tests, and those that they leave open. */
class StandardWebhooksTest {

  private static final String WRONG = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

  private static Verification verdict(TestRequest request) {
    return verifier(SIGNED_AT, SECRET).verify(request);
  }

  private static void assertRejected(Verification verdict, RejectionReason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }

  @Test
  void thePublishedVectorIsVerified() {
    assertThat(verdict(vector()))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.source()).isEqualTo(Requests.SOURCE);
              assertThat(verified.body().bytes()).isEqualTo(BODY.getBytes(StandardCharsets.UTF_8));
            });
  }

  @Test
  void theSignerMakesThePublishedVector() {
    assertThat(
            new Signer(STANDARD, STANDARD.parseSecret(SECRET), null)
                .sign(
                    ID,
                    Instant.ofEpochSecond(SIGNED_AT),
                    RawBody.of(BODY.getBytes(StandardCharsets.UTF_8))))
        .containsEntry("webhook-id", ID)
        .containsEntry("webhook-timestamp", "1614265330")
        .containsEntry("webhook-signature", SIGNATURE);
  }

  @Test
  void oneFittingSignatureOfSeveralIsEnough() {
    String several = WRONG + " " + "v1a,AAAA" + " " + SIGNATURE + " v2,whatever";
    assertThat(verdict(vector().with("webhook-signature", several))).isInstanceOf(Verified.class);
  }

  /** The last character before the padding has two bits to spare, which decoders pass over. */
  @Test
  void aSignatureIsTakenInItsOneSpellingOnly() {
    assertThat(SIGNATURE).endsWith("E=");
    for (String last : List.of("F=", "G=", "H=")) {
      String other = SIGNATURE.replaceFirst("E=$", last);
      assertThat(Base64.getDecoder().decode(other.substring(3)))
          .isEqualTo(Base64.getDecoder().decode(SIGNATURE.substring(3)));
      assertRejected(
          verdict(vector().with("webhook-signature", other)), RejectionReason.MALFORMED_HEADER);
    }
  }

  @Test
  void aTamperedBodyIsRejected() {
    TestRequest request = vector().body("{\"test\": 2432232315}".getBytes(StandardCharsets.UTF_8));
    assertRejected(verdict(request), RejectionReason.SIGNATURE_MISMATCH);
  }

  @Test
  void aWrongSecretIsRejected() {
    assertRejected(
        verifier(SIGNED_AT, OTHER_SECRET).verify(vector()), RejectionReason.SIGNATURE_MISMATCH);
  }

  @Test
  void anySecretOfARotationVerifies() {
    assertThat(verifier(SIGNED_AT, OTHER_SECRET, SECRET).verify(vector()))
        .isInstanceOf(Verified.class);
    assertThat(verifier(SIGNED_AT, SECRET, OTHER_SECRET).verify(vector()))
        .isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void aMissingHeaderIsRejected(String header) {
    Verification verdict = verdict(vector().without(header));
    assertRejected(verdict, RejectionReason.MISSING_HEADER);
    assertThat(((Rejected) verdict).detail()).contains(header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void anEmptyHeaderIsRejected(String header) {
    assertRejected(verdict(vector().with(header, "")), RejectionReason.MALFORMED_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void aRepeatedHeaderIsAmbiguousEvenIfBothAreEqual(String header) {
    TestRequest request = vector();
    request.and(header, request.header(header).get(0));
    assertRejected(verdict(request), RejectionReason.AMBIGUOUS_HEADER);
  }

  @ParameterizedTest
  @CsvSource({
    "300, true",
    "301, false",
    "-300, true",
    "-301, false",
    "86400, false",
    "-86400, false"
  })
  void theToleranceHoldsToBothSidesAndIncludesItsEnd(long age, boolean accepted) {
    Verification verdict = verifier(SIGNED_AT + age, SECRET).verify(vector());
    if (accepted) {
      assertThat(verdict).isInstanceOf(Verified.class);
    } else {
      assertRejected(
          verdict, age > 0 ? RejectionReason.STALE_TIMESTAMP : RejectionReason.FUTURE_TIMESTAMP);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1614265330",
        "-1614265330",
        "1614265330.0",
        "1614265330 ",
        " 1614265330",
        "1.6e9",
        "NaN",
        "0x603",
        "١٦١٤٢٦٥٣٣٠",
        "9999999999999",
        "99999999999999999999999999999999999",
        "2021-02-25T15:02:10Z",
        "1614265330\u0000",
        "x"
      })
  void aTimestampThatIsNotPlainDigitsIsMalformed(String timestamp) {
    assertRejected(
        verdict(vector().with("webhook-timestamp", timestamp)),
        RejectionReason.MALFORMED_TIMESTAMP);
  }

  @Test
  void theLongestTimestampDoesNotOverflow() {
    assertRejected(
        verdict(vector().with("webhook-timestamp", "999999999999")),
        RejectionReason.FUTURE_TIMESTAMP);
    assertRejected(
        verdict(vector().with("webhook-timestamp", "0")), RejectionReason.STALE_TIMESTAMP);
  }

  @Test
  void aTimestampInAnotherSpellingIsNotTheSignedOne() {
    assertRejected(
        verdict(vector().with("webhook-timestamp", "01614265330")),
        RejectionReason.MALFORMED_TIMESTAMP);
  }

  @ParameterizedTest
  @CsvSource({
    "'v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', UNSUPPORTED_VERSION",
    "'V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', UNSUPPORTED_VERSION",
    "'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', MALFORMED_HEADER",
    "'v1', MALFORMED_HEADER",
    "'v1,', MALFORMED_HEADER",
    "',', MALFORMED_HEADER",
    "' ', MALFORMED_HEADER",
    "',g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', MALFORMED_HEADER",
    "'v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', MALFORMED_HEADER",
    "'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE', MALFORMED_HEADER",
    "'v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=', MALFORMED_HEADER",
    "'v1,G0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', SIGNATURE_MISMATCH",
    "'v1,g0hM', MALFORMED_HEADER"
  })
  void aSignatureOfAnotherFormIsRejected(String signature, RejectionReason reason) {
    assertRejected(verdict(vector().with("webhook-signature", signature)), reason);
  }

  @Test
  void moreThan32SignaturesAreRefusedEvenIfOneFits() {
    String list = String.join(" ", Collections.nCopies(31, WRONG)) + " " + SIGNATURE;
    assertThat(verdict(vector().with("webhook-signature", list))).isInstanceOf(Verified.class);
    assertRejected(
        verdict(vector().with("webhook-signature", list + " " + WRONG)),
        RejectionReason.TOO_MANY_SIGNATURES);
  }

  @Test
  void anIdIsSignedAsItIsAndNeitherTrimmedNorFolded() {
    for (String changed :
        new String[] {ID + " ", " " + ID, ID.toUpperCase(Locale.ROOT), ID + "\u0000"}) {
      assertRejected(
          verdict(vector().with("webhook-id", changed)), RejectionReason.SIGNATURE_MISMATCH);
    }
  }

  @Test
  void aBodyChangedFromTheReplacementCharacterToAnInvalidByteIsRejected() {
    byte[] replacement = HexFormat.of().parseHex("7b2261223a22efbfbd227d");
    byte[] invalid = HexFormat.of().parseHex("7b2261223a22ff227d");
    TestRequest request = signed(STANDARD, SECRET, ID, replacement);
    assertThat(verdict(request)).isInstanceOf(Verified.class);
    assertRejected(verdict(request.body(invalid)), RejectionReason.SIGNATURE_MISMATCH);
  }

  @Test
  void aHeaderWithBytesBeyondAsciiIsSignedAsThoseBytes() {
    // A container shows the UTF-8 bytes C3 A9 of an e with acute accent as two characters.
    TestRequest request = signed(STANDARD, SECRET, "caf\u00c3\u00a9", new byte[] {1});
    assertThat(verdict(request)).isInstanceOf(Verified.class);
    assertRejected(
        verdict(request.with("webhook-id", "caf\u00e9")), RejectionReason.SIGNATURE_MISMATCH);
  }

  @Test
  void aBorderMovedFromIdToBodyIsRejected() {
    // Signed by an honest sender: id "evt.<time>", its own timestamp and body.
    String signature =
        signed(STANDARD, SECRET, "evt.1614265331", "{}".getBytes(StandardCharsets.UTF_8))
            .header("webhook-signature")
            .get(0);
    TestRequest forged =
        new TestRequest("1614265330.{}".getBytes(StandardCharsets.UTF_8))
            .with("webhook-id", "evt")
            .with("webhook-timestamp", "1614265331")
            .with("webhook-signature", signature);
    assertRejected(verdict(forged), RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void aBorderMovedFromBodyToIdIsRejected() {
    String signature =
        signed(STANDARD, SECRET, "evt", "1614265331.{}".getBytes(StandardCharsets.UTF_8))
            .header("webhook-signature")
            .get(0);
    TestRequest forged =
        new TestRequest("{}".getBytes(StandardCharsets.UTF_8))
            .with("webhook-id", "evt.1614265330")
            .with("webhook-timestamp", "1614265331")
            .with("webhook-signature", signature);
    assertRejected(verdict(forged), RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void aBorderMovedIntoTheMiddleOfTheBodyIsRejected() {
    // Signed by an honest sender: a body that holds a time between dots.
    String body = "{\"type\":\"order.paid\",\"file\":\"export.1614265331.csv\"}";
    String signature =
        signed(STANDARD, SECRET, "evt", body.getBytes(StandardCharsets.UTF_8))
            .header("webhook-signature")
            .get(0);
    TestRequest forged =
        new TestRequest("csv\"}".getBytes(StandardCharsets.UTF_8))
            .with("webhook-id", "evt.1614265330.{\"type\":\"order.paid\",\"file\":\"export")
            .with("webhook-timestamp", "1614265331")
            .with("webhook-signature", signature);
    assertRejected(verdict(forged), RejectionReason.AMBIGUOUS_CONTENT);
  }

  @Test
  void anIdHasNoDots() {
    TestRequest request = signed(STANDARD, SECRET, "order.12345.created", new byte[0]);
    assertRejected(verdict(request), RejectionReason.AMBIGUOUS_CONTENT);
  }
}
