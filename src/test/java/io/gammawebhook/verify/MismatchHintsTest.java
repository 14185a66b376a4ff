package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SourceName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is told of a signature that fits nothing. */
class MismatchHintsTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(Requests.SIGNED_AT));
  private static final String BODY = "{\"b\":1,\"a\":{\"x\":\"\u00e9\"}}";
  private static final String KEY = "a key that was made of text";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String hint(
      SignatureScheme scheme, String secret, Requests.TestRequest request) {
    return new MismatchHints(
            Requests.SOURCE,
            scheme,
            Requests.keyring(scheme, secret),
            Tolerance.DEFAULT,
            null,
            CLOCK,
            () ->
                Map.of(
                    Requests.SOURCE,
                    Requests.keyring(scheme, secret),
                    new SourceName("other"),
                    Requests.keyring(Requests.STANDARD, Requests.OTHER_SECRET)))
        .of(request);
  }

  private static Requests.TestRequest signed(String secret, String body) {
    return Requests.signed(Requests.GAMMA_HUB, secret, "evt-1", bytes(body));
  }

  @Test
  void anotherSourcesSecretIsNamed() {
    assertThat(
            hint(
                Requests.STANDARD,
                Requests.SECRET,
                Requests.signed(Requests.STANDARD, Requests.OTHER_SECRET, "msg_1", bytes(BODY))))
        .isEqualTo("it fits the secret '1' of source other");
  }

  @Test
  void aSecretThatIsReadInTheWrongWayIsNamed() {
    Requests.TestRequest request = signed(KEY, BODY);
    assertThat(hint(Requests.GAMMA_HUB, base64(KEY), request))
        .isEqualTo("it fits the secret '1' read as base64: it is used as text");
    assertThat(hint(Requests.GAMMA_HUB, "whsec_" + base64(KEY), request))
        .isEqualTo("it fits the secret '1' read as base64: it is used as text");
    assertThat(hint(Requests.GAMMA_HUB, HexFormat.of().formatHex(bytes(KEY)), request))
        .isEqualTo("it fits the secret '1' read as hex: it is used as text");
  }

  @Test
  void aSecretWithQuotesAroundItIsNamed() {
    assertThat(hint(Requests.GAMMA_HUB, '"' + KEY + '"', signed(KEY, BODY)))
        .isEqualTo("it fits the secret '1' without the quotes around it");
    assertThat(hint(Requests.GAMMA_HUB, "'" + KEY + "'", signed(KEY, BODY)))
        .isEqualTo("it fits the secret '1' without the quotes around it");
  }

  /** What {@code json.dumps} of Python and {@code json_encode} of PHP write by themselves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\": 1, \"a\": {\"x\": \"caf\\u00e9\", \"u\": \"a/b\"}, \"c\": [1, 2], \"e\": {}, \"f\": []}",
        "{\"b\": 1, \"a\": {\"x\": \"caf\u00e9\", \"u\": \"a/b\"}, \"c\": [1, 2], \"e\": {}, \"f\": []}",
        "{\"b\":1,\"a\":{\"x\":\"caf\\u00e9\",\"u\":\"a\\/b\"},\"c\":[1,2],\"e\":{},\"f\":[]}",
      })
  void aBodyThatAnotherLibraryWroteIsNamed(String signed) {
    String received =
        "{\"b\":1,\"a\":{\"x\":\"caf\u00e9\",\"u\":\"a/b\"},\"c\":[1,2],\"e\":{},\"f\":[]}";
    assertThat(hint(Requests.GAMMA_HUB, KEY, signed(KEY, signed).body(bytes(received))))
        .startsWith("it fits the body written in another way");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"b\" : 1, \"a\" : { \"x\" : \"\u00e9\" } }",
        "{\"b\":1,\"a\":{\"x\":\"\\u00e9\"}}",
        "{\"b\":1,\"a\":{\"x\":\"\u00e9\"}}\n",
      })
  void aBodyThatWasWrittenAnewOnTheWayIsNamed(String received) {
    assertThat(hint(Requests.GAMMA_HUB, KEY, signed(KEY, BODY).body(bytes(received))))
        .startsWith("it fits the body written in another way");
  }

  @Test
  void anAddressThatDiffersInItsSchemeOrItsEndIsNamed() {
    SignatureScheme square = new SchemeCatalogue().byName("square");
    Requests.TestRequest request = new Requests.TestRequest(bytes(BODY));
    new Signer(square, square.parseSecret(KEY), "https://example.com/hooks/")
        .sign("", CLOCK.instant(), request.body())
        .forEach(request::with);
    assertThat(
            new MismatchHints(
                    Requests.SOURCE,
                    square,
                    Requests.keyring(square, KEY),
                    Tolerance.DEFAULT,
                    "http://example.com/hooks",
                    CLOCK,
                    Map::of)
                .of(request))
        .isEqualTo("it fits the address https://example.com/hooks/: correct public-url");
  }

  /** Small, and nested so that every element is a long line of blanks where it is written. */
  private static String indentedBomb(int length) {
    int depth = 185;
    StringBuilder text = new StringBuilder("{\"a\":".repeat(depth)).append("[\"/\"");
    while (text.length() < length - depth - 10) {
      text.append(",{\"a\":0}");
    }
    return text.append(']').append("}".repeat(depth)).toString();
  }

  @Test
  void whatALookForAHintTakesIsBounded() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Requests.TestRequest bomb = signed("guessed", indentedBomb(60 << 10));
    assertThat(hint(Requests.GAMMA_HUB, KEY, bomb)).isNull();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(hint(Requests.GAMMA_HUB, KEY, bomb)).isNull();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
  }

  @Test
  void aLargeBodyIsNotWrittenAnew() {
    String body = "{\"a\":\"" + "x".repeat(70 << 10) + "\"}";
    assertThat(
            hint(
                Requests.GAMMA_HUB,
                KEY,
                signed(KEY, body).body(bytes(body.replace("\"a\":", "\"a\" : ")))))
        .isNull();
  }

  @Test
  void aForgeryHasNoHint() {
    assertThat(hint(Requests.GAMMA_HUB, KEY, signed("guessed", BODY))).isNull();
    assertThat(hint(Requests.GAMMA_HUB, KEY, signed(KEY, BODY).body(bytes("{\"b\":2}")))).isNull();
    assertThat(hint(Requests.GAMMA_HUB, KEY, signed("guessed", "no JSON"))).isNull();
  }
}
