package io.gammawebhook.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.verify.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** A sealed secret is opened by its own key, in its own place, unchanged, or not at all. */
class SecretSealTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SecretText SECRET = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZI");

  private final SecretSeal seal = SecretSeal.of(SecretSeal.newKey(RANDOM), RANDOM);

  @Test
  void whatWasSealedIsOpenedAndEachTimeItIsSealedInAnotherWay() throws SealException {
    byte[] sealed = seal.seal(SECRET, "orders", 3);

    assertThat(seal.open(sealed, "orders", 3)).isEqualTo(SECRET);
    assertThat(seal.seal(SECRET, "orders", 3)).isNotEqualTo(sealed);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("whsec_", "MfKQ9");
    assertThat(seal.toString()).isEqualTo("[seal]");
  }

  @Test
  void inAnotherPlaceItIsRefused() {
    byte[] sealed = seal.seal(SECRET, "orders", 3);

    for (String registration : new String[] {"billing", "orders"}) {
      assertThatThrownBy(() -> seal.open(sealed, registration, 4))
          .isInstanceOfSatisfying(
              SealException.class,
              e ->
                  assertThat(e.cure())
                      .startsWith("Restore the row, or order `registrations rotate"))
          .hasMessageContaining("changed in the store, or is that of another row");
    }
  }

  @Test
  void changedInAnyByteOrCutOffItIsRefused() {
    byte[] sealed = seal.seal(SECRET, "orders", 3);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> seal.open(changed, "orders", 3)).isInstanceOf(SealException.class);
      byte[] cut = java.util.Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> seal.open(cut, "orders", 3)).isInstanceOf(SealException.class);
    }
  }

  @Test
  void anotherKeyIsNamedAsWhatIsWrong() {
    SecretSeal other = SecretSeal.of(SecretSeal.newKey(RANDOM), RANDOM);

    assertThatThrownBy(() -> other.open(seal.seal(SECRET, "orders", 3), "orders", 3))
        .isInstanceOfSatisfying(
            SealException.class, e -> assertThat(e.cure()).contains("registrations rotate orders"))
        .hasMessageContaining("sealed with another key than gamma.webhook.secret-key");
  }

  @Test
  void aKeyIs32BytesInBase64AndIsNeverShown() {
    for (String wrong :
        new String[] {
          "", "not base64!", Base64.getEncoder().encodeToString(new byte[31]), "c2hvcnQ="
        }) {
      assertThatThrownBy(() -> SecretSeal.of(SecretText.valueOf(wrong), RANDOM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("secret-key ")
          .hasMessageContaining("openssl rand -base64 32")
          .satisfies(
              e ->
                  assertThat(wrong.isEmpty() || !String.valueOf(e.getMessage()).contains(wrong))
                      .isTrue());
    }
  }
}
