package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {

  @Test
  void aSecretDoesNotPrint() {
    SigningSecret secret = SigningSecret.parse(Requests.SECRET, SecretEncoding.WHSEC);
    assertThat(secret).hasToString("[secret]").isNotInstanceOf(Serializable.class);
    assertThat(List.of(secret)).hasToString("[[secret]]");
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void aWhsecSecretHas24To64Bytes(int length) {
    String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[length]);
    assertThat(SigningSecret.parse(text, SecretEncoding.WHSEC).key()).hasSize(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 23, 65, 1000})
  void aWhsecSecretOfAnotherLengthIsRefused(int length) {
    String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[length]);
    assertThatThrownBy(() -> SigningSecret.parse(text, SecretEncoding.WHSEC))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("24 to 64 bytes")
        .hasMessageContaining("is that of " + length);
  }

  @Test
  void theLineFeedAtTheEndOfASecretFileIsNoPartOfIt() {
    assertThat(SigningSecret.parse(Requests.SECRET + "\n", SecretEncoding.WHSEC).key())
        .isEqualTo(SigningSecret.parse(Requests.SECRET, SecretEncoding.WHSEC).key());
  }

  @ParameterizedTest
  @EnumSource
  void aGeneratedSecretIsOneOfItsEncoding(SecretEncoding encoding) {
    SecureRandom random = new SecureRandom();
    String text = encoding.generate(random);
    assertThat(SigningSecret.parse(text, encoding).key()).hasSizeBetween(24, 64);
    assertThat(encoding.generate(random)).isNotEqualTo(text);
  }

  @Property
  void noErrorShowsTheSecret(@ForAll @StringLength(min = 4, max = 200) String secret) {
    for (String text : List.of(secret, "whsec_" + secret)) {
      try {
        assertThat(SigningSecret.parse(text, SecretEncoding.WHSEC)).hasToString("[secret]");
      } catch (InvalidSecretException e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        // The rule's own words stay: what is compared is a text that no rule holds.
        assertThat(trace.toString()).doesNotContain("whsec_" + secret);
        assertThat(e.getCause()).isNull();
      }
    }
  }

  @Test
  void theErrorOfASecretWithAWrongCharacterDoesNotShowThatCharacter() {
    assertThatThrownBy(
            () -> SigningSecret.parse("whsec_QQ\u00a7QQQQQQQQQQQQQ", SecretEncoding.WHSEC))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageNotContainingAny("\u00a7", "a7", "QQ")
        .hasNoCause();
  }
}
