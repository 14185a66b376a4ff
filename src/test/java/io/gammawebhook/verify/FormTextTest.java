package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed of a form is what its fields say, however it is written. */
class FormTextTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sorted(byte[] body) {
    List<ByteBuffer> pieces = Objects.requireNonNull(FormText.sorted(body));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer piece : pieces) {
      all.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** The rule in so many words: names sorted, of each name its different values sorted. */
  private static String expected(SortedMap<String, List<String>> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (name, values) -> new TreeSet<>(values).forEach(value -> text.append(name).append(value)));
    return text.toString();
  }

  @Provide
  Arbitrary<List<Map.Entry<String, String>>> fields() {
    Arbitrary<String> words =
        Arbitraries.strings().withChars("ab=&%+ \u00e9").ofMinLength(0).ofMaxLength(4);
    return Arbitraries.entries(words.filter(word -> !word.isEmpty()), words)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Property(tries = 2_000)
  void aFormIsSortedByItsDecodedFields(@ForAll("fields") List<Map.Entry<String, String>> fields) {
    String body =
        fields.stream()
            .map(
                field ->
                    URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8)
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    SortedMap<String, List<String>> parsed = Objects.requireNonNull(FormText.parse(bytes(body)));
    assertThat(parsed.values().stream().mapToInt(List::size).sum()).isEqualTo(fields.size());
    assertThat(sorted(bytes(body))).isEqualTo(expected(parsed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b=2&a=1",
        "a",
        "a=",
        "=a",
        "a=b=c&a=b",
        "&&a=1&",
        "a=2&a=1&a=2&b=1",
        "a&b=1&c",
        ""
      })
  void aFormWithoutEscapesIsTakenAsItIs(String body) {
    SortedMap<String, List<String>> parsed = Objects.requireNonNull(FormText.parse(bytes(body)));
    assertThat(sorted(bytes(body))).isEqualTo(expected(parsed));
  }

  @Test
  void whatIsNoFormIsNone() {
    assertThat(FormText.sorted(bytes("a=%zz"))).isNull();
    assertThat(FormText.parse(bytes("a=%zz"))).isNull();
    String many = "a=1&".repeat(FormText.MAX_FIELDS + 1);
    assertThat(FormText.sorted(bytes(many))).isNull();
    assertThat(FormText.parse(bytes(many))).isNull();
  }
}
