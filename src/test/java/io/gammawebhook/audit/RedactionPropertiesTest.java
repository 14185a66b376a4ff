package io.gammawebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever the text around it, a secret is shown by no face; and how rules are put together. */
class RedactionPropertiesTest {

  private static final Redaction ALL = Redaction.defaults().plus(Redaction.emails());

  /** Numbers that every card scheme publishes for tests, as people write them. */
  @Provide
  Arbitrary<String> cards() {
    return Combinators.combine(
            Arbitraries.of(
                "4111111111111111",
                "4222222222222",
                "5555555555554444",
                "378282246310005",
                "6011000990139424",
                "3530111333300000",
                "30569309025904",
                "6304000000000000",
                "6200000000000005",
                "2223003122003222"),
            Arbitraries.of("", " ", "-", "\u00A0", " - "))
        .as((digits, separator) -> digits.replaceAll("(....)(?=.)", "$1" + separator));
  }

  /** Does not end or begin with what would make another number of the card's. */
  @Provide
  Arbitrary<String> around() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "", "card: ", "\"", "\\", "€", "***", "<b>", "=", "\n", "{\"a\":", "ref 77 x"),
        Arbitraries.strings().alpha().withChars("\"\\/{}[]:,.&=%\n\u0007äß*").ofMaxLength(30));
  }

  @Property(tries = 300)
  void noFaceShowsACardNumber(
      @ForAll("cards") String card, @ForAll("around") String before, @ForAll("around") String after)
      throws JsonProcessingException {
    String text = before + card + after;
    String json =
        new ObjectMapper()
            .writeValueAsString(Map.of("a", List.of(Map.of("note", text)), text, 1, "b", text));
    List<String> shown = new ArrayList<>();
    shown.add(ALL.text(text));
    shown.add(ALL.headers(Map.of("x-note", text)).toString());
    shown.add(body(json, "application/json"));
    shown.add(body(json, null));
    shown.add(body(text, "text/plain"));
    shown.add(
        body(
            "a=1&note=" + URLEncoder.encode(text, StandardCharsets.UTF_8),
            "application/x-www-form-urlencoded"));
    shown.add(OneLine.of(new IllegalStateException(card + after)));
    String digits = card.replaceAll("[^0-9]", "");
    for (String face : shown) {
      assertThat(face.replaceAll("[ \u00A0+-]|%C2%A0|%20", "")).doesNotContain(digits);
    }
  }

  private static String body(String body, @Nullable String type) {
    return ALL.body(body.getBytes(StandardCharsets.UTF_8), type);
  }

  /** Texts in which the rules below find much, next to and within each other. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "abc",
            "b",
            "4111111111111111",
            " ",
            "*",
            "***",
            "Bearer x1234567890",
            "a@b.cd",
            "c",
            "\n")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 500)
  void neitherTheOrderOfRulesNorAnotherApplicationChangesAResult(
      @ForAll("texts") String text, @ForAll long seed) {
    List<Redaction> rules =
        new ArrayList<>(
            List.of(
                Redaction.defaults(),
                Redaction.emails(),
                Redaction.ofPatterns(List.of("ab", "bc+", "(?<=c)\\*")),
                Redaction.ofPatterns(List.of("\\*b")),
                Redaction.ofHeaders(List.of("x-*"))));
    Redaction inOrder = all(rules);
    Collections.shuffle(rules, new Random(seed));
    Redaction shuffled = all(rules);
    String once = inOrder.text(text);
    assertThat(shuffled.text(text)).isEqualTo(once);
    assertThat(shuffled.text(once)).isEqualTo(once);
    assertThat(inOrder.plus(inOrder).text(text)).isEqualTo(once);
    assertThat(Redaction.none().plus(inOrder).text(text)).isEqualTo(once);
    Map<String, String> headers = Map.of("x-a", text, "b", text);
    assertThat(shuffled.headers(inOrder.headers(headers))).isEqualTo(inOrder.headers(headers));
  }

  private static Redaction all(List<Redaction> rules) {
    return rules.stream().reduce(Redaction.none(), Redaction::plus);
  }
}
