package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.verify.SignatureScheme;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SourceDefinitionTest {

  private static final SignatureScheme STANDARD = TestSource.CATALOGUE.byName("standard-webhooks");

  private static SourceDefinition.Builder builder() {
    return SourceDefinition.builder(TestSource.NAME, STANDARD).secret(TestSource.WHSEC);
  }

  @Test
  void theSchemeGivesTheDefaults() {
    SourceDefinition definition = builder().build();
    assertThat(definition.path()).isEqualTo("/webhooks/gamma");
    assertThat(definition.tolerance()).isEqualTo(Duration.ofMinutes(5));
    assertThat(definition.maxBodySize()).isEqualTo(1024 * 1024);
    assertThat(definition.mediaTypes()).isEmpty();
    assertThat(definition.eventId()).hasToString("header.webhook-id");
    assertThat(definition.eventType()).hasToString("$.type");
    assertThat(definition.orderingKey()).isNull();
    assertThat(definition.acceptedStatus()).isEqualTo(202);
    assertThat(definition.dedupesByEventId()).isTrue();
  }

  @Test
  void aNullLeavesTheDefault() {
    SourceDefinition definition =
        builder()
            .path(null)
            .tolerance(null)
            .maxBodySize(null)
            .eventId(null)
            .eventType(null)
            .orderingKey(null)
            .perAddressPerSecond(null)
            .perSourcePerSecond(null)
            .acceptedStatus(null)
            .build();
    assertThat(definition)
        .usingRecursiveComparison()
        .ignoringFields("secrets", "scheme")
        .isEqualTo(builder().build());
  }

  @Test
  void itDoesNotPrintItsSecrets() {
    assertThat(builder().build().toString())
        .contains("[secret]")
        .doesNotContain(TestSource.WHSEC.substring(6));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("path must be an exact path", o -> o.path("webhooks/gamma")),
        wrong("path must be an exact path", o -> o.path("/")),
        wrong("path must be an exact path", o -> o.path("/webhooks/{source}")),
        wrong("path must be an exact path", o -> o.path("/webhooks/*")),
        wrong("path must be an exact path", o -> o.path("/webhooks/")),
        wrong("path must be an exact path", o -> o.path("/a/../b")),
        wrong("path must be an exact path", o -> o.path("/a?b=c")),
        wrong("tolerance must be between 1s and 1h, was 0s", o -> o.tolerance(Duration.ZERO)),
        wrong("tolerance must be between 1s and 1h", o -> o.tolerance(Duration.ofMinutes(61))),
        wrong("tolerance must be between 1s and 1h", o -> o.tolerance(Duration.ofSeconds(-5))),
        wrong("max-body-size must be between 1B and 64MB, was 0B", o -> o.maxBodySize(0)),
        wrong("max-body-size must be between 1B and 64MB", o -> o.maxBodySize(1 << 30)),
        wrong("media-types must be such as", o -> o.mediaTypes(Set.of("json"))),
        wrong("media-types must be such as", o -> o.mediaTypes(Set.of("a/b; c=d"))),
        wrong("keep-headers 'a b' is not a header name", o -> o.keepHeaders(List.of("A b"))),
        wrong("event-id must be header.<name>, query.<name>", o -> o.eventId("id")),
        wrong("event-id must be a JSONPath such as $.id, was '$.['", o -> o.eventId("$.[")),
        wrong("event-type must be header.<name>, query.<name>", o -> o.eventType("")),
        wrong("ordering-key must be a JSONPath", o -> o.orderingKey("$.a[?(")),
        wrong("per-address-per-second must be between", o -> o.perAddressPerSecond(0)),
        wrong("per-source-per-second must be between", o -> o.perSourcePerSecond(-1)),
        wrong("accepted-status must be between 200 and 299", o -> o.acceptedStatus(302)),
        wrong(
            "secrets must have at most 16",
            o -> {
              for (int i = 0; i < 16; i++) {
                o.secret(TestSource.WHSEC);
              }
              return o;
            }));
  }

  private static Arguments wrong(String message, UnaryOperator<SourceDefinition.Builder> option) {
    return Arguments.of(message, option);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void aWrongOptionIsRefusedByItsNameWithTheCure(
      String message, UnaryOperator<SourceDefinition.Builder> option) {
    assertThatThrownBy(() -> option.apply(builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("gamma.webhook.sources.gamma." + message);
  }

  @Test
  void aSourceWithoutASecretIsRefused() {
    assertThatThrownBy(() -> SourceDefinition.builder(TestSource.NAME, STANDARD).build())
        .hasMessageStartingWith(
            "gamma.webhook.sources.gamma.secrets must have at least one secret");
  }

  @Test
  void aWrongSecretIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> SourceDefinition.builder(TestSource.NAME, STANDARD).secret("hunter2"))
        .hasMessageStartingWith("gamma.webhook.sources.gamma.secrets")
        .hasMessageContaining("must begin with whsec_")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aSchemeThatSignsNothingIsRefusedUnlessItIsAllowed() {
    SignatureScheme none = TestSource.CATALOGUE.byName("none");
    assertThatThrownBy(() -> SourceDefinition.builder(TestSource.NAME, none).build())
        .hasMessageStartingWith("gamma.webhook.sources.gamma.scheme must be one that signs")
        .hasMessageContaining("gamma.webhook.mode: dev");
    SourceDefinition dev = SourceDefinition.builder(TestSource.NAME, none).allowUnsigned().build();
    assertThat(dev.dedupesByEventId()).isFalse();
    assertThatThrownBy(
            () -> SourceDefinition.builder(TestSource.NAME, none).allowUnsigned().secret("x"))
        .hasMessageContaining("secrets must be empty");
  }

  @Test
  void anySchemeThatSignsCanCarryCloudEvents() {
    for (String scheme : new String[] {"standard-webhooks", "github", "gamma-hub"}) {
      SourceDefinition definition =
          SourceDefinition.builder(TestSource.NAME, TestSource.CATALOGUE.byName(scheme))
              .secret(TestSource.WHSEC)
              .cloudEvents(true)
              .build();
      assertThat(definition.cloudEvents()).isTrue();
      assertThat(definition.eventId()).isNull();
      assertThat(definition.dedupesByEventId()).isFalse();
    }
  }
}
