package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.verify.Requests.TestRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueReaderTest {

  private static @Nullable String read(String location, byte[] body) {
    return ValueReader.of(ValueLocation.parse(location))
        .read(
            new TestRequest(body)
                .with("x-id", "h")
                .with("x-two", "a", "b")
                .query("q=1%2B1&twice=1&twice=2&flag&=x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$.id | {\"id\":\"x\"} | x",
        "$.id | {\"a\":{\"id\":\"inner\"},\"id\":\"x\"} | x",
        "$.a.b.c | {\"a\":{\"x\":[1,{\"c\":0}],\"b\":{\"d\":1,\"c\":\"y\"}}} | y",
        "$.a.b | {\"a\":{\"c\":1},\"b\":\"not this\"} |",
        "$.a.b | {\"a\":\"text\"} |",
        "$.a.b | {\"a\":[{\"b\":1}]} |",
        "$['a']['b-c d'] | {\"a\":{\"b-c d\":\"y\"}} | y",
        "$.a['b'] | {\"a\":{\"b\":1}} | 1",
        "$.n | {\"n\":-1.50} | -1.50",
        "$.n | {\"n\":12345678901234567890123} | 12345678901234567890123",
        "$.n | {\"n\":true} |",
        "$.n | {\"n\":null} |",
        "$.id | {\"id\":\"x\", and then no JSON at all | x",
        "$.a[0].id | {\"a\":[{\"id\":\"x\"}]} | x",
        "$.a[-1].id | {\"a\":[{\"id\":\"x\"},{\"id\":\"y\"}]} | y",
        "$..id | {\"a\":[{\"id\":\"x\"},{\"id\":\"y\"}]} | x",
        "$.a[?(@.k=='v')].id | {\"a\":[{\"id\":\"x\"},{\"k\":\"v\",\"id\":\"y\"}]} | y",
        "$..id | {} |",
        "$..id | [] |",
        "$.a[0] | {\"a\":{}} |",
        "$ | 7 | 7",
        "$.a[0] | not json |",
        "$.id | not json |",
        "header.X-Id | {} | h",
        "header.x-absent | {} |",
        "header.x-two | {} |",
        "query.q | {} | 1+1",
        "query.twice | {} |",
        "query.absent | {} |",
        "form.b | a=1&b=%C3%A9+2 | \u00e9 2",
        "form.b | a=1&b=2&b=3 |",
        "form.b | a=%zz&b=2 |",
      })
  void aTextOrNumberIsFoundAndAnythingElseIsAbsent(
      String location, String body, @Nullable String value) {
    assertThat(read(location, body.getBytes(StandardCharsets.UTF_8))).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE"})
  void jsonIsReadInEveryEncodingOfJson(String charset) {
    byte[] body = "{\"id\":\"\u00e9\"}".getBytes(Charset.forName(charset));
    assertThat(read("$.id", body)).isEqualTo("\u00e9");
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    assertThat(read("$.id", "\ufeff{\"id\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("x");
  }

  @Test
  void nothingIsLookedUpBelowTheDepthLimit() {
    String body = "{\"a\":" + "[".repeat(300) + "]".repeat(300) + ",\"id\":\"x\"}";
    assertThat(read("$.id", body.getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(read("$..id", body.getBytes(StandardCharsets.UTF_8))).isNull();
  }
}
