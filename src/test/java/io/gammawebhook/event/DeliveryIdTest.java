package io.gammawebhook.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryIdTest {

  @Property
  void aDeliveryIdIsReadAsItIsPrinted(
      @ForAll long high,
      @ForAll long low,
      @ForAll @IntRange(max = 999_999_999) int subscription,
      @ForAll @IntRange(max = 999_999_999) int run) {
    DeliveryId id = new DeliveryId(new Reference(new UUID(high, low)), subscription, run);
    assertThat(DeliveryId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "0198c0de-0000-7000-8000-000000000000",
        "0198c0de-0000-7000-8000-000000000000.1",
        "0198c0de-0000-7000-8000-000000000000.1.-1",
        "0198c0de-0000-7000-8000-000000000000.1.9999999999",
        "0198c0de-0000-7000-8000-000000000000.1.2.3",
        "------------------------------------.1.0"
      })
  void anotherFormIsRefused(String text) {
    assertThatThrownBy(() -> DeliveryId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
