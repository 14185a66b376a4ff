package io.gammawebhook.kamelet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be a fact fails the start, and what is no delivery has none. */
class AuditedFactTest {

  private final DefaultCamelContext camel = new DefaultCamelContext();

  private AuditedFact fact(String name, String detail, String value) {
    AuditedFact fact = new AuditedFact();
    fact.setCamelContext(camel);
    fact.setFact(name);
    fact.setDetail(detail);
    fact.setValue(value);
    return fact;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Booked", "1st", "booked\ndelivered", "a b", "ä"})
  void aFactIsAName(String name) {
    assertThatThrownBy(() -> fact(name, "", "").doInit())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("fact must be 1 to 63");
  }

  @Test
  void aFactOf64LettersIsTooLong() {
    fact("f".repeat(63), "d".repeat(200), "$.a").doInit();
    assertThatThrownBy(() -> fact("f".repeat(64), "", "").doInit())
        .hasMessageStartingWith("fact must be 1 to 63");
    assertThatThrownBy(() -> fact("f", "d".repeat(201), "").doInit())
        .hasMessageStartingWith("detail must have at most 200");
  }

  @Test
  void theWholeBodyIsNoValue() {
    assertThatThrownBy(() -> fact("booked", "", "$").doInit())
        .hasMessageStartingWith("value is '$', the whole body");
    assertThatThrownBy(() -> fact("booked", "", "$.[").doInit()).hasMessageContaining("JSONPath");
  }

  @Test
  void whatIsNoDeliveryHasNoHistory() {
    AuditedFact fact = fact("booked", "", "");
    fact.doInit();
    Exchange exchange = new DefaultExchange(camel);
    assertThatThrownBy(() -> fact.process(exchange))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is no delivery")
        .hasMessageContaining("'booked'");
  }
}
