package io.gammawebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.ValueLocation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is redacted by the defaults and by rules of one's own, and that it is bounded. */
class RedactionTest {

  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Redaction DEFAULTS = Redaction.defaults();

  private static String body(Redaction redaction, String body, @Nullable String type) {
    return redaction.body(body.getBytes(StandardCharsets.UTF_8), type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "PROXY-AUTHORIZATION",
        "Cookie",
        "set-cookie",
        "webhook-signature",
        "Stripe-Signature",
        "X-Api-Key",
        "x-shop-access-token",
        "X-Client-Secret",
        "api-key"
      })
  void aHeaderThatHoldsASecretIsRedactedByItsName(String name) {
    assertThat(DEFAULTS.headers(Map.of(name, "a"))).containsExactly(Map.entry(name, "***"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "content-type", "x-request-id", "date", "x-signed-for"})
  void anyOtherHeaderIsShownWithoutWhatThePatternsFind(String name) {
    assertThat(DEFAULTS.headers(Map.of(name, "v 4111111111111111")))
        .containsExactly(Map.entry(name, "v ***"));
  }

  @Test
  void whereverASchemeInTheJarHasItsSignatureOrSecretIsRedacted() {
    SchemeCatalogue schemes = new SchemeCatalogue();
    for (String name : schemes.signing()) {
      SignatureScheme scheme = schemes.byName(name);
      ValueLocation at = Objects.requireNonNull(scheme.signature()).location();
      if (at instanceof ValueLocation.InHeader header) {
        assertThat(DEFAULTS.headers(Map.of(header.name(), "a"))).as(name).containsValue("***");
      } else if (at instanceof ValueLocation.InBody path) {
        String field = path.jsonPath().replaceAll(".*\\.", "");
        assertThat(body(DEFAULTS, "{\"" + field + "\":\"abc\"}", JSON))
            .as(name)
            .isEqualTo("{\"" + field + "\":\"***\"}");
      }
    }
  }

  @Test
  void aNameOfAHeaderMayHaveStars() {
    Redaction own = Redaction.ofHeaders(List.of("X-*-Key*", "plain"));
    assertThat(own.headers(Map.of("x-my-key-2", "a", "PLAIN", "b")).values()).containsOnly("***");
    assertThat(own.headers(Map.of("x-key", "a", "plainer", "b")).values()).contains("a", "b");
    String hostile = "a".repeat(10_000);
    assertTimeout(
        Duration.ofSeconds(5),
        () -> Redaction.ofHeaders(List.of("*a*a*a*a*a*a*b")).headers(Map.of(hostile, "v")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "card 4111111111111111! | card ***!",
        "4111 1111 1111 1111 | ***",
        "4111-1111-1111-1111 | ***",
        "order 12345 4111 1111 1111 1111 12/28 | order 12345 *** 12/28",
        "378282246310005 and 6011000990139424 | *** and ***",
        "4222222222222 | ***",
        "card=4111%201111%201111%201111&x | card=***&x",
        "card=4111+1111+1111+1111 | card=***",
        "order 4111111111111112 | order 4111111111111112",
        "at 1764403200000 | at 1764403200000",
        "94111111111111111000 | 94111111111111111000",
        "01a20fb1-6c83-7074-a275-a13807c62a78.1.0 | 01a20fb1-6c83-7074-a275-a13807c62a78.1.0",
        "Bearer abc123.def | Bearer ***",
        "authorization: bearer 0123456789abcdef | authorization: bearer ***",
        "The bearer token is missing | The bearer token is missing",
        "Basic dXNlcjpwYXNz refused | Basic *** refused",
        "Basic authentication failed | Basic authentication failed",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is | *** is",
        "jdbc:x?password=hunter2&user=a | jdbc:x?password=***&user=a",
        "'secret': 'abc', 'b': 1 | 'secret': '***', 'b': 1",
        "eyJhbGciOi.eyJzdWIiOi.c2ln | ***",
        "key -----BEGIN PRIVATE KEY----- abc -----END PRIVATE KEY----- x | key *** x",
        "cut -----BEGIN RSA PRIVATE KEY----- abc | cut ***",
        "ann@example.com | ann@example.com",
      })
  void theDefaultsFindSecretsInAnyText(String text, String shown) {
    assertThat(DEFAULTS.text(text)).isEqualTo(shown);
    assertThat(DEFAULTS.text(shown)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "to ann.b+c@mail.example.com: refused,to ***: refused",
    "<ann@example.com>,<***>",
    "q=ann%40example.com&x,q=***&x",
    "user@localhost,user@localhost",
    "jürgen@exämple.de,***"
  })
  void addressesAreRedactedWhereThatIsAskedFor(String text, String shown) {
    assertThat(Redaction.emails().text(text)).isEqualTo(shown);
    assertThat(DEFAULTS.plus(Redaction.emails()).text(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1.50, 'b':[true,null]} | {'a':1.50,'b':[true,null]}",
        "{'a':4111111111111111,'b':'x 4111 1111 1111 1111'} | {'a':'***','b':'x ***'}",
        "{'4111111111111111':1} | {'***':1}",
        "{'card':'\\u0034111111111111111'} | {'card':'***'}",
        "{'access_token':'a','password':7,'secret':{'kept':1},'token':['a','b']} |"
            + " {'access_token':'***','password':'***','secret':{'kept':'***'},'token':['***','***']}",
        "{'iban':'DE12','l':[{'iban':null,'kind':'x','n':'N'}]} |"
            + " {'iban':'***','l':[{'iban':'***','kind':'***','n':'***'}]}",
      })
  void aJsonBodyIsShownOnOneLineWithItsValuesRedacted(String json, String shown) {
    // The filter finds its kind though that is redacted too, whatever the order of the two.
    Redaction own =
        Redaction.ofJsonPaths(List.of("$..iban", "$.l[?(@.kind=='x')].n", "$.l[*].kind"));
    assertThat(body(DEFAULTS.plus(own), json.replace('\'', '"'), JSON))
        .isEqualTo(shown.replace('\'', '"'));
    assertThat(body(own.plus(DEFAULTS), json.replace('\'', '"'), null))
        .isEqualTo(shown.replace('\'', '"'));
  }

  @Test
  void aFormIsReadAsOneObjectOfItsFields() {
    Redaction own = DEFAULTS.plus(Redaction.ofJsonPaths(List.of("$.name", "$.tag[1]")));
    assertThat(
            body(
                own,
                "name=Ann+B&tag=a&tag=b&card=4111+1111+1111+1111&token=x&note=f%C3%BCr&empty",
                FORM + "; charset=utf-8"))
        .isEqualTo("name=***&tag=a&tag=***&card=***&token=***&note=f%C3%BCr&empty=");
    assertThat(body(DEFAULTS, "payload=%7B%22token%22%3A%22xyz%22%2C%22a%22%3A1%7D", FORM))
        .isEqualTo("payload=%7B%22token%22%3A%22***%22%2C%22a%22%3A1%7D");
    assertThat(body(DEFAULTS, "a=%zz", FORM))
        .isEqualTo("5 bytes, not shown: it cannot be read as a form");
    assertThat(body(DEFAULTS, "a=1&".repeat(1_001), FORM)).contains("not shown");
  }

  @Test
  void whatARuleWouldHaveToReadAndCannotIsNotShown() {
    Redaction path = DEFAULTS.plus(Redaction.ofJsonPaths(List.of("$.iban")));
    assertThat(body(path, "{\"iban\":\"DE12\"", JSON))
        .isEqualTo("14 bytes, not shown: it cannot be read as JSON");
    assertThat(body(path, "{\"a\":1}{\"iban\":\"DE12\"}", JSON)).contains("not shown");
    assertThat(body(DEFAULTS, "{\"a\":\"\\u0034111111111111111\"", JSON)).contains("not shown");
    // Without a path, and without an escape that could hide something, patterns are enough.
    assertThat(body(DEFAULTS, "{\"a\":\"4111111111111111\"", JSON)).isEqualTo("{\"a\":\"***\"");
    assertThat(body(path, "{\"a\":" + "[".repeat(5_000), JSON)).contains("not shown");
    assertThat(body(path, "\"" + "a".repeat(2 << 20) + "\"", JSON)).contains("not shown");
  }

  @Test
  void whatIsNoTextIsCounted() {
    assertThat(DEFAULTS.body(new byte[] {1, 2, 3}, null)).isEqualTo("3 bytes, not text");
    assertThat(DEFAULTS.body(new byte[] {(byte) 0xC3, 0x28}, "text/plain"))
        .isEqualTo("2 bytes, not text");
    assertThat(DEFAULTS.body(new byte[0], JSON)).isEmpty();
  }

  @Test
  void aLongBodyIsCutBehindWhatIsRedacted() {
    String text = "é".repeat(Redaction.MAX_SHOWN - 8) + "4111111111111111" + "x".repeat(2 << 20);
    String shown = body(DEFAULTS, text, "text/plain");
    assertThat(shown)
        .doesNotContain("4111")
        .hasSizeLessThan(Redaction.MAX_SHOWN + 100)
        .endsWith("(of " + text.getBytes(StandardCharsets.UTF_8).length + " bytes)");
    assertThat(DEFAULTS.line("a".repeat(295) + "4111111111111111", 300))
        .isEqualTo("a".repeat(295) + "***");
  }

  @Test
  void hostileTextsAreBoundedInTimeAndHiddenAsAWhole() {
    Redaction hostile = Redaction.ofPatterns(List.of("(a|aa)+\\1b", "(x|xx)*y"));
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          assertThat(hostile.text("a".repeat(40) + "!")).isEqualTo("***");
          assertThat(hostile.text("x".repeat(100_000))).isEqualTo("***");
          assertThat(body(hostile, "[\"" + "a".repeat(40) + "!\",1]", JSON)).contains("not shown");
          assertThat(DEFAULTS.text("-----BEGIN A-----".repeat(20_000))).isEqualTo("***");
          assertThat(DEFAULTS.text("4 ".repeat(200_000))).contains("***");
          assertThat(DEFAULTS.plus(Redaction.emails()).text("a.b@".repeat(200_000))).isNotEmpty();
          assertThat(DEFAULTS.text("x".repeat(5_000_000))).isEqualTo("***");
        });
  }

  @Test
  void longHonestTextsAreShown() {
    Redaction all = DEFAULTS.plus(Redaction.emails());
    String prose = "The token of this password policy is a secret: bearer, basic 4111 at 5. ";
    String shown = prose.replace("bearer", "***");
    assertThat(all.text(prose.repeat(800))).isEqualTo(shown.repeat(800));
    String json = "[" + "{\"id\":\"a1b2-c3\",\"amount\":12.50},".repeat(1_000) + "1]";
    assertThat(body(all, json, JSON)).isEqualTo(json);
    String lines = "0123456789abcdef0123456789ABCDEF/+ ".repeat(1_800);
    assertThat(body(all, lines, "text/plain")).isEqualTo(lines);
    assertThat(Redaction.ofPatterns(List.of("pin=(?<hidden>[0-9]+)|PO")).text("pin=12 PO"))
        .isEqualTo("pin=*** ***");
  }

  @Test
  void hostileDocumentsAreBoundedInTimeAndNotShown() {
    Redaction paths =
        DEFAULTS.plus(Redaction.ofJsonPaths(List.of("$..a..a..a..b", "$..[?(@..c)]")));
    String deep = "{\"a\":".repeat(900) + "1" + "}".repeat(900);
    String wide = "[" + "{\"a\":[1]},".repeat(20_000) + "1]";
    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          assertThat(body(paths, deep, JSON)).contains("not shown");
          assertThat(body(paths, wide, JSON)).isNotEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"$", "$.[", "$.a.length()", "$[?(@.a =~ /(a+)+$/)]"})
  void aPathThatIsNoneOrCannotBeRedactedIsRefused(String path) {
    assertThatThrownBy(() -> Redaction.ofJsonPaths(List.of("$.fine", path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path);
  }

  @Test
  void aPatternOrNameThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Redaction.ofPatterns(List.of("a[")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a[");
    assertThatThrownBy(() -> Redaction.ofPatterns(List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Redaction.ofHeaders(List.of(" ")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What is below a secret's name is secret, and JSON within a text is JSON. */
  @Test
  void nothingHidesBelowASecretNameOrInATextThatIsJson() {
    String body =
        """
        {"secret":{"v":"hunter4"},"password":[{"a":"hunter3"}],
         "inner":"{\\"pass\\u0077ord\\":\\"hunter2\\",\\"card\\":\\"\\u0034111111111111111\\"}",
         "note":"[as it is]","list":"{\\"a\\": 1}"}
        """;

    String shown = Redaction.defaults().body(bytes(body), "application/json");

    assertThat(shown)
        .doesNotContain("hunter", "111111111")
        .contains("\"note\":\"[as it is]\"", "\"list\":\"{\\\"a\\\": 1}\"");
    assertThat(
            Redaction.defaults()
                .body(bytes("user[password]=hunter4&a=b"), "application/x-www-form-urlencoded"))
        .doesNotContain("hunter")
        .contains("a=b");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
