package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Nothing that a sender types makes a step throw, or answers a 5xx. */
class ReceiverPropertiesTest {

  private final TestSource standard =
      TestSource.standard(options -> options.orderingKey("$..customer").keepHeaders(List.of("x")));
  private final TestSource hub = TestSource.hub(options -> options.orderingKey("$.items[-1:].k"));

  /** Pieces of JSON in any order. */
  @Provide
  Arbitrary<String> almostJson() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"id\"",
            "\"type\"",
            "\"customer\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "1e999999",
            "-",
            "0",
            "null",
            "true",
            "\"",
            "\\",
            "\u0000",
            "\ufeff")
        .list()
        .ofMaxSize(15)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void anySignedBodyIsAnsweredWith2xxOr400(@ForAll("almostJson") String body) {
    assertThat(hub.send(hub.signed("", body)).status()).isIn(200, 202, 400);
    assertThat(standard.send(standard.signed("id", body)).status()).isIn(200, 202);
  }

  @Property
  void anyBytesAreAnsweredWith2xxOr400(@ForAll byte[] body) {
    assertThat(hub.send(hub.signed("", body)).status()).isIn(200, 202, 400);
    assertThat(standard.send(standard.signed("id", body)).status()).isIn(200, 202);
  }

  @Property
  void anyHeadersAreAnsweredWith2xxOr401(
      @ForAll @Size(max = 3) List<String> values, @ForAll String contentType) {
    Map<String, List<String>> more =
        Map.of("x", values, "webhook-id", values, "content-type", List.of(contentType));
    assertThat(standard.send(standard.signed("id", new byte[0], more)).status()).isIn(200, 202);
    assertThat(standard.send(TestSource.request(more, new byte[0])).status()).isEqualTo(401);
  }

  @Property
  void anyRequestLineIsAdmittedOrRefusedWith4xx(
      @ForAll String method,
      @ForAll long length,
      @ForAll String contentType,
      @ForAll String address) {
    TestSource limited =
        TestSource.standard(
            options -> options.perAddressPerSecond(1).mediaTypes(Set.of("application/json")));
    for (String m : List.of(method, "POST")) {
      Answer answer = limited.receiver.admit(m, length, contentType, address);
      assertThat(answer == null ? 404 : answer.status()).isBetween(400, 499);
    }
  }

  @Test
  void aBodyOfAMillionNestedArraysIsAnsweredLikeAnyOther() {
    for (String open : List.of("[", "{\"a\":", "{\"items\":[", "{\"customer\":[")) {
      byte[] body = open.repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
      assertThat(hub.send(hub.signed("", body)).status()).isEqualTo(400);
      assertThat(standard.send(standard.signed(open, body)).status()).isEqualTo(202);
    }
  }
}
