package io.gammawebhook.verify;

import static io.gammawebhook.verify.Requests.GAMMA_HUB;
import static io.gammawebhook.verify.Requests.verifier;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form is GitHub's, so GitHub's published vector holds for it. */
class GammaHubTest {

  private static final String SECRET = "It's a Secret to Everybody";
  private static final String HEX =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  private static TestRequest hello(String signature) {
    return new TestRequest("Hello, World!".getBytes(StandardCharsets.UTF_8))
        .with("x-gamma-signature", signature);
  }

  @Test
  void thePublishedVectorIsVerifiedAtAnyTime() {
    assertThat(verifier(GAMMA_HUB, 0, SECRET).verify(hello("sha256=" + HEX)))
        .isInstanceOf(Verified.class);
  }

  @Test
  void hexIsReadInBothCases() {
    assertThat(
            verifier(GAMMA_HUB, 0, SECRET).verify(hello("sha256=" + HEX.toUpperCase(Locale.ROOT))))
        .isInstanceOf(Verified.class);
  }

  @Test
  void theSignerMakesThePublishedVector() {
    assertThat(
            Requests.signed(
                    GAMMA_HUB, SECRET, "ignored", "Hello, World!".getBytes(StandardCharsets.UTF_8))
                .header("x-gamma-signature"))
        .containsExactly("sha256=" + HEX);
  }

  @ParameterizedTest
  @CsvSource({
    "'', MALFORMED_HEADER",
    "sha256=, MALFORMED_HEADER",
    "sha1=757107ea0eb2509fc211221cce984b8a37570b6d, UNSUPPORTED_VERSION",
    HEX + ", MALFORMED_HEADER",
    "sha256=" + HEX + "00, MALFORMED_HEADER",
    "sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17, MALFORMED_HEADER",
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18, SIGNATURE_MISMATCH"
  })
  void anotherSignatureIsRejected(String signature, RejectionReason reason) {
    assertThat(verifier(GAMMA_HUB, 0, SECRET).verify(hello(signature)))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }
}
