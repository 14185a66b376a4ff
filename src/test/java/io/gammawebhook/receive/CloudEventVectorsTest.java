package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.event.WebhookEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the CloudEvents library writes, in both modes, is understood. */
class CloudEventVectorsTest {

  static Stream<JsonNode> vectors() throws IOException {
    try (InputStream in =
        CloudEventVectorsTest.class.getResourceAsStream("../verify/library-vectors.json")) {
      JsonNode all = new ObjectMapper().readTree(Objects.requireNonNull(in));
      return StreamSupport.stream(all.spliterator(), false)
          .filter(vector -> vector.get("scheme").asText().equals("cloudevents"))
          .toList()
          .stream();
    }
  }

  /** Of the two modes a request has one: a captured event is never described by other headers. */
  @Test
  void aStructuredEventIsNoneInBinaryModeAndABatchIsNoneAtAll() {
    TestSource source = TestSource.of("github", "secret", builder -> builder.cloudEvents(true));
    byte[] body =
        "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"order.paid\"}"
            .getBytes(StandardCharsets.UTF_8);
    Map<String, List<String>> headers = new HashMap<>(source.signed("x", body).headers());
    headers.put("content-type", List.of("application/cloudevents+json"));
    assertThat(source.send(TestSource.request(headers, body)).status()).isEqualTo(202);
    Map<String, List<String>> captured = new HashMap<>(headers);
    captured.put("content-type", List.of("application/json"));
    captured.put("ce-specversion", List.of("1.0"));
    captured.put("ce-id", List.of("evil"));
    captured.put("ce-source", List.of("/evil"));
    captured.put("ce-type", List.of("account.deleted"));
    assertThat(source.send(TestSource.request(captured, body)).status()).isEqualTo(400);
    byte[] batch = "[]".getBytes(StandardCharsets.UTF_8);
    captured.putAll(source.signed("y", batch).headers());
    captured.put("content-type", List.of("application/cloudevents-batch+json"));
    assertThat(source.send(TestSource.request(captured, batch)).status()).isEqualTo(400);
    assertThat(source.inbox.events).hasSize(1);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("vectors")
  void itsIdSourceAndTypeAreThoseOfTheEvent(JsonNode vector) {
    TestSource source = TestSource.of("cloudevents", vector.get("secret").asText());
    Map<String, List<String>> headers = new HashMap<>();
    vector
        .get("headers")
        .fields()
        .forEachRemaining(
            header -> headers.put(header.getKey(), List.of(header.getValue().asText())));
    byte[] body = vector.get("body").asText().getBytes(StandardCharsets.UTF_8);

    assertThat(source.send(TestSource.request(headers, body)).status()).isEqualTo(202);

    WebhookEvent event = source.inbox.events.values().iterator().next();
    JsonNode wanted = vector.get("event");
    assertThat(event.eventId()).hasToString(wanted.get("id").asText());
    assertThat(event.eventType()).isEqualTo(wanted.get("type").asText());
    assertThat(event.headers()).containsEntry("ce-source", wanted.get("source").asText());
    assertThat(event.body().bytes()).isEqualTo(body);
  }
}
