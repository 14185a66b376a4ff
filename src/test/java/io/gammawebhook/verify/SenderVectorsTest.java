package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each sender signs is verified, and nothing that differs from it. */
class SenderVectorsTest {

  static Stream<Vector> all() {
    return Vector.all().filter(Vector::isSigned);
  }

  static Stream<Vector> vectors() {
    return all().filter(Vector::signsBody);
  }

  static Stream<Vector> handshakes() {
    return Vector.all().filter(vector -> vector.handshake() != null);
  }

  static Stream<Vector> timed() {
    return vectors().filter(vector -> vector.rules().timestamp() != null);
  }

  private static RejectionReason reason(Verification verification) {
    assertThat(verification).isInstanceOf(Rejected.class);
    return ((Rejected) verification).reason();
  }

  private static String signatureHeader(Vector vector) {
    SignatureRule rule = Objects.requireNonNull(vector.rules().signature());
    return ((ValueLocation.InHeader) rule.location()).name();
  }

  /** Another public key of ECDSA. */
  private static String publicKey() {
    try {
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getMimeEncoder()
              .encodeToString(
                  KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getEncoded())
          + "\n-----END PUBLIC KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void itIsVerified(Vector vector) {
    assertThat(vector.verifier(vector.at()).verify(vector.request())).isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void anyOtherBodyIsRejected(Vector vector) {
    byte[] body = vector.body().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < body.length; i++) {
      byte[] changed = body.clone();
      changed[i] ^= 1;
      assertThat(vector.verifier(vector.at()).verify(vector.request().body(changed)))
          .as("byte %s", i)
          .isInstanceOf(Rejected.class);
    }
    byte[] longer = (vector.body() + " ").getBytes(StandardCharsets.UTF_8);
    assertThat(vector.verifier(vector.at()).verify(vector.request().body(longer)))
        .isInstanceOf(Rejected.class);
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void aHandshakeIsAnsweredAsItsSenderWantsIt(Vector vector) throws IOException {
    SignatureScheme scheme = vector.rules();
    Handshakes handshakes =
        new Handshakes(
            scheme,
            Requests.keyring(scheme, vector.secret()),
            null,
            InstantSource.fixed(Instant.ofEpochSecond(vector.at())));
    HandshakeAnswer early = handshakes.beforeVerification(vector.request());
    HandshakeAnswer answer =
        Objects.requireNonNull(
            early == null ? handshakes.afterVerification(vector.request()) : early);
    Vector.Answered wanted = Objects.requireNonNull(vector.handshake());
    assertThat(answer.status()).isEqualTo(wanted.status());
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(answer.body())).isEqualTo(json.readTree(wanted.body()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void anotherSecretIsRejectedAndOneOfSeveralVerifies(Vector vector) {
    String other =
        vector.key() == null
            ? vector.rules().secretEncoding().generate(new SecureRandom())
            : publicKey();
    assertThat(reason(vector.verifier(vector.at(), other).verify(vector.request())))
        .isEqualTo(
            vector.key() == null
                ? RejectionReason.SIGNATURE_MISMATCH
                : RejectionReason.UNKNOWN_KEY);
    assertThat(vector.verifier(vector.at(), other, vector.secret()).verify(vector.request()))
        .isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aSignatureThatIsAbsentEmptyOrThereTwiceIsRejected(Vector vector) {
    String header = signatureHeader(vector);
    SignatureVerifier verifier = vector.verifier(vector.at());
    String signature = vector.request().header(header).get(0);
    assertThat(reason(verifier.verify(vector.request().without(header))))
        .isEqualTo(RejectionReason.MISSING_HEADER);
    assertThat(reason(verifier.verify(vector.request().with(header, ""))))
        .isEqualTo(RejectionReason.MALFORMED_HEADER);
    assertThat(reason(verifier.verify(vector.request().with(header, signature, signature))))
        .isEqualTo(RejectionReason.AMBIGUOUS_HEADER);
    assertThat(reason(verifier.verify(vector.request().with(header, "x"))))
        .isIn(RejectionReason.MALFORMED_HEADER, RejectionReason.UNSUPPORTED_VERSION);
  }

  @ParameterizedTest
  @MethodSource("timed")
  void itGrowsStaleAndIsNotTakenFromTheFuture(Vector vector) {
    assertThat(vector.verifier(vector.at() + 300).verify(vector.request()))
        .isInstanceOf(Verified.class);
    assertThat(reason(vector.verifier(vector.at() + 301).verify(vector.request())))
        .isEqualTo(RejectionReason.STALE_TIMESTAMP);
    assertThat(reason(vector.verifier(vector.at() - 301).verify(vector.request())))
        .isEqualTo(RejectionReason.FUTURE_TIMESTAMP);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void anotherQueryIsRejectedWhereTheAddressIsSigned(Vector vector) {
    SignatureRule rule = Objects.requireNonNull(vector.rules().signature());
    if (Objects.requireNonNull(rule.signed()).toString().contains("{url}")) {
      TestRequest request = vector.request().query("a=1");
      assertThat(vector.verifier(vector.at()).verify(request)).isInstanceOf(Rejected.class);
    } else {
      assertThat(vector.verifier(vector.at()).verify(vector.request().query("a=1")))
          .isInstanceOf(Verified.class);
    }
  }
}
