package io.gammawebhook.kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gammawebhook.dispatch.PermanentFailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is redacted is gone, and all else stays as it was written. */
class RedactedBodyTest {

  private static String redacted(String paths, String pattern, String body) throws IOException {
    RedactedBody redacted = new RedactedBody();
    redacted.setPaths(paths);
    redacted.setPattern(pattern);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(camel);
      exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
      redacted.process(exchange);
      return exchange.getMessage().getBody(String.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$.a | {'a':1,'b':2.50} | {'a':'***','b':2.50}",
        "$.a.b;$.c | {'a':{'b':'x','d':[1]},'c':{'e':1}} | {'a':{'b':'***','d':[1]},'c':'***'}",
        "$..iban | {'iban':'x','l':[{'iban':'y'},{'z':1}]} | {'iban':'***','l':[{'iban':'***'},{'z':1}]}",
        "$.l[*].k | {'l':[{'k':1},{'k':null}]} | {'l':[{'k':'***'},{'k':'***'}]}",
        "$.gone | {'a':12345678901234567890.10} | {'a':12345678901234567890.10}",
      })
  void whatIsAtAPathIsRedacted(String paths, String body, String expected) throws IOException {
    assertThat(redacted(paths, "", body.replace('\'', '"'))).isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void whatThePatternFindsInATextOrANumberIsRedactedWhereverItIs() throws IOException {
    assertThat(
            redacted(
                "",
                "[0-9]{13,19}",
                "{\"a\":[\"card 4111111111111111!\",4111111111111111],\"b\":{\"c\":\"411\"}}"))
        .isEqualTo("{\"a\":[\"card ***!\",\"***\"],\"b\":{\"c\":\"411\"}}");
  }

  @Test
  void whatCannotBeReadIsNotLetThrough() {
    assertThatThrownBy(() -> redacted("$.a", "", "{\"a\":"))
        .isInstanceOf(JsonProcessingException.class);
    assertThatThrownBy(() -> redacted("$.a", "", "")).isInstanceOf(PermanentFailureException.class);
  }

  @Test
  void aPathThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new RedactedBody().setPaths("$.a;$.["))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("$.[");
  }
}
