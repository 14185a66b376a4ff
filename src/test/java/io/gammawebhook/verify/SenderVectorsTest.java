package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each sender signs is verified, and nothing that differs from it. */
class SenderVectorsTest {

  static Stream<Vector> vectors() {
    return Vector.all();
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

  @ParameterizedTest
  @MethodSource("vectors")
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
  @MethodSource("vectors")
  void anotherSecretIsRejectedAndOneOfSeveralVerifies(Vector vector) {
    String other = vector.rules().secretEncoding().generate(new SecureRandom());
    assertThat(reason(vector.verifier(vector.at(), other).verify(vector.request())))
        .isEqualTo(RejectionReason.SIGNATURE_MISMATCH);
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
    if (Objects.requireNonNull(rule.signed()).covers(new ValueLocation.InQuery("a"))) {
      TestRequest request = vector.request().query("a=1");
      assertThat(vector.verifier(vector.at()).verify(request)).isInstanceOf(Rejected.class);
    } else {
      assertThat(vector.verifier(vector.at()).verify(vector.request().query("a=1")))
          .isInstanceOf(Verified.class);
    }
  }
}
