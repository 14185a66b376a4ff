package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Whatever text a parser is given, it has an answer; and what it wrote it reads. */
class ParserPropertiesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Text that is near to what a parser knows: its own signs, in any order. */
  @Provide
  Arbitrary<String> nearlyRight() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(60),
        Arbitraries.of(
                "{",
                "}",
                "$",
                ".",
                "[",
                "]",
                "=",
                ",",
                ";",
                "&",
                "%",
                "%4",
                "%ff",
                "+",
                "v1",
                "v1a",
                "t",
                "header.x",
                "query.x",
                "form.x",
                "$.a",
                "hmac-sha256-hex:",
                "whsec_",
                "whpk_",
                "body",
                "2026-01-31T12:00:00Z",
                "1614265330",
                "-",
                "\u0000",
                "\u0661",
                "\ud800",
                " ",
                "\n",
                ":",
                "- ",
                "&a",
                "*a",
                "!!java",
                "signature",
                "'")
            .list()
            .ofMaxSize(12)
            .map(parts -> String.join("", parts)));
  }

  private static void failsOnlyWith(
      Class<? extends Exception> expected, String text, Consumer<String> parser) {
    try {
      parser.accept(text);
    } catch (RuntimeException e) {
      assertThat(e).as(text).isInstanceOf(expected);
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Property
  void templatesPlacesAndSchemesAreReadOrRefusedWithAReason(@ForAll("nearlyRight") String text) {
    Class<IllegalArgumentException> refusal = IllegalArgumentException.class;
    failsOnlyWith(refusal, text, SignedTemplate::parse);
    failsOnlyWith(refusal, text, HandshakeText::parse);
    failsOnlyWith(refusal, text, ValueLocation::parse);
    failsOnlyWith(refusal, text, ValueLocation::parseInScheme);
    SchemeCatalogue catalogue = new SchemeCatalogue();
    failsOnlyWith(InvalidSchemeException.class, text, t -> catalogue.fromYaml("x", "x", t));
    failsOnlyWith(
        InvalidSchemeException.class,
        text,
        t -> catalogue.fromYaml("x", "x", "signature: none\nhandshakes:\n  a:\n    when: " + t));
  }

  @Property
  void aSecretIsReadOrRefusedAndNeverShown(@ForAll("nearlyRight") String text) {
    String secret = text.strip();
    for (SecretEncoding encoding : SecretEncoding.values()) {
      try {
        SigningSecret.parse(text, encoding);
      } catch (InvalidSecretException e) {
        if (secret.length() > 12) {
          assertThat(e.getMessage()).doesNotContain(secret);
        }
        assertThat(e.getCause()).isNull();
      }
    }
  }

  @Property(tries = 20)
  void aSecretThatIsMadeIsRead(@ForAll long ignored) {
    for (SecretEncoding encoding : SecretEncoding.values()) {
      assertThat(SigningSecret.parse(encoding.generate(new SecureRandom()), encoding)).isNotNull();
    }
  }

  @Property
  void aSignatureHeaderIsReadOrRefused(@ForAll("nearlyRight") String text) {
    for (SignatureFormat format :
        List.of(
            new SignatureFormat.Prefixed("v0="),
            new SignatureFormat.VersionedList("v1"),
            new SignatureFormat.Pairs("v1"))) {
      assertThat(format.parse(text)).isNotNull();
    }
    for (SignatureEncoding encoding : SignatureEncoding.values()) {
      for (Algorithm algorithm : Algorithm.values()) {
        byte[] decoded = encoding.decode(text, algorithm);
        assertThat(
                decoded == null
                    || decoded.length <= Math.max(algorithm.longest(), text.length() * 3))
            .isTrue();
      }
    }
  }

  @Property
  void whatASignatureHeaderWasWrittenWithIsRead(@ForAll @Size(min = 32, max = 32) byte[] bytes) {
    String hex = SignatureEncoding.HEX.encode(bytes);
    for (SignatureFormat format :
        List.of(
            new SignatureFormat.Prefixed("sha256="),
            new SignatureFormat.VersionedList("v1"),
            new SignatureFormat.Pairs("v1"))) {
      assertThat(format.parse(format.write(List.of(hex), Map.of("t", "1"))))
          .isInstanceOfSatisfying(
              SignatureFormat.Parsed.Signatures.class,
              parsed -> assertThat(parsed.encoded()).containsExactly(hex));
    }
    assertThat(SignatureEncoding.HEX.decode(hex, Algorithm.HMAC_SHA256)).isEqualTo(bytes);
  }

  @Property
  void aTimeIsThatOfItsDigitsOrNone(@ForAll("nearlyRight") String text) {
    OptionalLong seconds = TimestampRule.Format.UNIX_SECONDS.parse(text);
    boolean plain = text.matches("[0-9]{1,12}");
    assertThat(seconds.isPresent()).isEqualTo(plain);
    if (plain) {
      assertThat(new BigInteger(text)).isEqualTo(BigInteger.valueOf(seconds.getAsLong()));
    }
    assertThat(TimestampRule.Format.UNIX_MILLIS.parse(text).isPresent())
        .isEqualTo(text.matches("[0-9]{1,15}"));
    assertThat(TimestampRule.Format.ISO_8601.parse(text)).isNotNull();
  }

  @Property
  void aTimeThatWasWrittenIsRead(@ForAll @LongRange(min = 0, max = 9_999_999_999L) long second) {
    Instant time = Instant.ofEpochSecond(second);
    for (TimestampRule.Format format : TimestampRule.Format.values()) {
      assertThat(format.parse(format.write(time))).hasValue(second);
    }
    OffsetDateTime there = time.atOffset(ZoneOffset.ofHours(5)).withNano(1);
    if (there.getYear() <= 9999) {
      assertThat(TimestampRule.Format.ISO_8601.parse(there.toString())).hasValue(second);
    }
  }

  @Property
  void aFormIsReadAsItWasWritten(
      @ForAll @Size(max = 8) List<@StringLength(max = 12) String> values) {
    StringBuilder text = new StringBuilder();
    Map<String, List<String>> written = new TreeMap<>();
    for (int i = 0; i < values.size(); i++) {
      // What no charset can write is no form field.
      String value = values.get(i).replaceAll("[\\ud800-\\udfff]", "?");
      String name = "n" + i % 3;
      text.append(i == 0 ? "" : "&").append(name).append('=');
      text.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      written.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
    assertThat(FormText.parse(text.toString())).isEqualTo(written);
  }

  @Property
  void anyTextIsAFormOrNone(@ForAll("nearlyRight") String text, @ForAll byte[] bytes) {
    FormText.parse(text);
    FormText.parse(bytes);
    assertThat(FormText.parse("a=%")).isNull();
    assertThat(FormText.parse("a&".repeat(FormText.MAX_FIELDS + 1))).isNull();
  }

  @Property
  void anyValueInAHandshakesJsonIsThatValue(@ForAll @StringLength(min = 1, max = 80) String value)
      throws IOException, Refusal {
    HandshakeText.Values values =
        new HandshakeText.Values() {
          @Override
          public String only(ValueLocation location) {
            return value;
          }

          @Override
          public byte[] hmac(String text) {
            return new byte[32];
          }
        };
    String json =
        HandshakeText.parse("{\"a\":\"{query.x}\",\"b\":1}")
            .render(values, HandshakeText.Into.JSON);
    assertThat(MAPPER.readTree(json).get("a").asText()).isEqualTo(value);
    assertThat(MAPPER.readTree(json).size()).isEqualTo(2);
    if (!value.matches("[ -~]*")) {
      assertThatThrownBy(
              () -> HandshakeText.parse("{query.x}").render(values, HandshakeText.Into.HEADER))
          .isInstanceOf(Refusal.class);
    }
  }
}
