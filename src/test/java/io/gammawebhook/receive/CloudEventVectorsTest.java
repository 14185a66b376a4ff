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
