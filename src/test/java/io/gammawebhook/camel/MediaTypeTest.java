package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.hc.core5.http.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A header that nobody signed, before it becomes one of ours. */
class MediaTypeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"",
        "text/plain ; CHARSET=utf-8; format=flowed",
        "application/json;",
        "application/vnd.a+json; v=\"1;\\\"2\"",
        "multipart/form-data; boundary=----x",
        "text/plain; charset=utf-16"
      })
  void whatIsAMediaTypeStaysAsItWasSent(String sent) {
    assertThat(MediaType.orBytes(sent)).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "json",
        "a/b; charset=nope",
        "a/b; charset=",
        "a/b; charset=\"\"",
        "a/b; charset=\"nope\"",
        "a/b; CharSet=nope",
        "a/b; charset=utf-8; charset=nope",
        "a/b; charset='utf-8'",
        "a/b; charset=\"utf-8",
        "a/b; charset=ut f-8",
        "a/b; charset=\"utf-8\\\"\"",
        "a/b; charset=täxt",
        "a/bä",
        "a/b\r\nX: y",
        "a/b; x=\"\r\nX: y\"",
        "a/b; x=\"\u0000\"",
        "a/b, c/d",
        "a/b/c",
        "a/b x",
        "/",
        "*"
      })
  void whatIsNoneOrHasAnUnknownCharsetIsBytes(String sent) {
    assertThat(MediaType.orBytes(sent)).isEqualTo("application/octet-stream");
  }

  @Test
  void whatIsLongIsBytesHoweverItIsMade() {
    for (String part : new String[] {"x", ";", "; a=b", "\"", "\\\"", "=", " ", "\u00e4"}) {
      assertThat(MediaType.orBytes("a/b; x=\"" + part.repeat(8192)))
          .isEqualTo("application/octet-stream");
    }
  }

  @Property(tries = 5_000)
  void whateverItIsTheClientCanSendIt(@ForAll("nearlyMediaTypes") String sent) {
    String type = MediaType.orBytes(sent);

    assertThatCode(() -> ContentType.parse(type)).doesNotThrowAnyException();
    assertThat(type).matches("[\\x20-\\x7E\\t]+");
  }

  @Provide
  Arbitrary<String> nearlyMediaTypes() {
    Arbitrary<String> piece =
        Arbitraries.of(
            "a",
            "/",
            ";",
            "; ",
            "charset",
            "CHARSET",
            "=",
            "utf-8",
            "nope",
            "\"",
            "\\",
            "'",
            ",",
            " ",
            "\t",
            "\r\n",
            "\u0000",
            "ä",
            "x=y",
            "; charset=",
            "text/plain");
    return piece
        .list()
        .ofMaxSize(10)
        .map(list -> "text/plain" + String.join("", list))
        .injectDuplicates(0.01);
  }
}
