package io.gammawebhook.verify;

import static io.gammawebhook.verify.Requests.GAMMA_HUB;
import static io.gammawebhook.verify.Requests.SECRET;
import static io.gammawebhook.verify.Requests.SIGNED_AT;
import static io.gammawebhook.verify.Requests.STANDARD;
import static io.gammawebhook.verify.Requests.signed;
import static io.gammawebhook.verify.Requests.verifier;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.verify.Requests.TestRequest;
import io.gammawebhook.verify.Verification.Rejected;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class VerificationPropertiesTest {

  private final SignatureVerifier standard = verifier(SIGNED_AT, SECRET);
  private final SignatureVerifier hub = verifier(GAMMA_HUB, SIGNED_AT, "a secret");

  /** Header values as a container hands them over: one character a byte. */
  @Provide
  Arbitrary<String> headerText() {
    // Without a dot, which the specification forbids in an id.
    return Arbitraries.strings()
        .withCharRange('\u0000', '\u00ff')
        .excludeChars('.')
        .ofMinLength(1)
        .ofMaxLength(80);
  }

  @Property
  void aSignedRequestIsVerified(@ForAll("headerText") String id, @ForAll byte[] body) {
    assertThat(standard.verify(signed(STANDARD, SECRET, id, body))).isInstanceOf(Verified.class);
    assertThat(hub.verify(signed(GAMMA_HUB, "a secret", id, body))).isInstanceOf(Verified.class);
  }

  @Property
  void anyChangedByteOfTheBodyIsRejected(
      @ForAll @NotEmpty byte[] body,
      @ForAll int position,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    byte[] changed = body.clone();
    changed[Math.floorMod(position, body.length)] ^= (byte) flip;
    assertThat(standard.verify(signed(STANDARD, SECRET, "id", body).body(changed)))
        .isInstanceOf(Rejected.class);
    assertThat(hub.verify(signed(GAMMA_HUB, "a secret", "id", body).body(changed)))
        .isInstanceOf(Rejected.class);
  }

  @Property
  void anyChangedByteOfTheIdIsRejected(
      @ForAll("headerText") String id,
      @ForAll int position,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    TestRequest request = signed(STANDARD, SECRET, id, new byte[] {1, 2, 3});
    assertThat(standard.verify(request.with("webhook-id", changed(id, position, flip))))
        .isInstanceOf(Rejected.class);
  }

  @Property
  void anyChangedByteOfTheTimestampIsRejected(
      @ForAll int position, @ForAll @IntRange(min = 1, max = 255) int flip) {
    TestRequest request = signed(STANDARD, SECRET, "id", new byte[] {1, 2, 3});
    String timestamp = changed(Long.toString(SIGNED_AT), position, flip);
    assertThat(standard.verify(request.with("webhook-timestamp", timestamp)))
        .isInstanceOf(Rejected.class);
  }

  @Property
  void noHeaderAndNoBodyMakesVerifyThrow(
      @ForAll @Size(max = 3) List<String> ids,
      @ForAll @Size(max = 3) List<String> timestamps,
      @ForAll @Size(max = 3) List<String> signatures,
      @ForAll byte[] body) {
    TestRequest request =
        new TestRequest(body)
            .with("webhook-id", ids.toArray(String[]::new))
            .with("webhook-timestamp", timestamps.toArray(String[]::new))
            .with("webhook-signature", signatures.toArray(String[]::new))
            .with("x-gamma-signature", signatures.toArray(String[]::new));
    assertThat(standard.verify(request)).isInstanceOf(Rejected.class);
    assertThat(hub.verify(request)).isInstanceOf(Rejected.class);
  }

  /** Made of the pieces of the form itself, so that every branch of the parser is met. */
  @Provide
  Arbitrary<String> almostSignatures() {
    return Arbitraries.of("v1", "v1a", ",", " ", "=", "sha256=", "AAAA", "A".repeat(43), "\u0000")
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void almostASignatureIsRejectedAndDoesNotThrow(@ForAll("almostSignatures") String signature) {
    assertThat(standard.verify(Requests.vector().with("webhook-signature", signature)))
        .isInstanceOf(Rejected.class);
    assertThat(hub.verify(new TestRequest(new byte[0]).with("x-gamma-signature", signature)))
        .isInstanceOf(Rejected.class);
  }

  private static String changed(String text, int position, int flip) {
    char[] chars = text.toCharArray();
    chars[Math.floorMod(position, chars.length)] ^= (char) flip;
    return new String(chars);
  }
}
