package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A secret is wrong for a night, and no event is lost or let in unverified. */
@Timeout(120)
class QuarantineTest {

  private static final String NEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String ROUTE =
      """
      - route:
          id: orders
          from:
            uri: webhook-inbox:gamma
            steps:
              - log: "delivered"
      """;

  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder;
  private Path secret;
  private App app;
  private Sender rotated;

  @BeforeEach
  void start() throws Exception {
    secret = folder.resolve("gamma.secret");
    Files.writeString(secret, Sender.SECRET);
    Files.writeString(folder.resolve("routes.camel.yaml"), ROUTE);
    app =
        App.host(
            folder,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:" + folder + "/*.camel.yaml",
                "gamma.webhook.sources.gamma.secrets[0]",
                "file:" + secret,
                "gamma.webhook.sources.gamma.on-invalid-signature",
                "quarantine",
                "gamma.webhook.sources.strict.secrets[0]",
                Sender.SECRET,
                "gamma.webhook.inbox.quarantine-requests",
                "5",
                "gamma.webhook.secrets.refresh",
                "1s"));
    rotated = new Sender(app.url("/webhooks/gamma"), "standard-webhooks", NEXT);
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private JsonNode order(int status, String operation, String fields) throws Exception {
    Sender.Answer answer =
        rotated.post(
            app.url("/actuator/webhooks/" + operation),
            "{" + fields + "}",
            Map.of("content-type", "application/json"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return json.readTree(answer.body());
  }

  private static String ann(String field, String value) {
    return "\"%s\":\"%s\",\"who\":\"ann\",\"why\":\"new secret\"".formatted(field, value);
  }

  private void mend() throws Exception {
    Files.writeString(secret, NEXT);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                order(200, "reverify", "\"source\":\"gamma\"").get("would-be-released").asInt()
                    > 0);
  }

  private void delivered(String eventId) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries(eventId))
                    .containsExactly("orders 0 delivered 1"));
  }

  @Test
  void whatWasSignedWithTheNextSecretIsReleasedOnceTheSecretIsMended() throws Exception {
    Sender.Answer kept = rotated.send("evt-1", "order.paid");
    assertThat(kept.status()).isEqualTo(202);
    String reference = kept.reference();
    app.sender().accepted("evt-2", "order.paid");
    delivered("evt-2");
    assertThat(app.inbox().deliveries("evt-1")).isEmpty();

    assertThat(app.actuator("").get("quarantined-requests").get("gamma").asInt()).isEqualTo(1);
    JsonNode listed = app.actuator("/quarantine");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).get("request").asText()).isEqualTo(reference);
    assertThat(listed.get(0).get("reason").asText()).isEqualTo("signature-mismatch");
    assertThat(listed.toString()).doesNotContain("129.00").doesNotContain("v1,");

    JsonNode before = order(200, "release", ann("request", reference));
    assertThat(before.get("released").asInt()).isZero();
    assertThat(before.get("still-refused").get("signature-mismatch").asInt()).isEqualTo(1);
    assertThat(app.inbox().deliveries("evt-1")).isEmpty();

    mend();
    assertThat(app.inbox().deliveries("evt-1")).isEmpty();
    JsonNode valid = order(200, "discard", ann("source", "gamma"));
    assertThat(valid.get("discarded").asInt()).isZero();
    assertThat(valid.get("kept-as-valid").asInt()).isEqualTo(1);
    JsonNode after = order(200, "release", ann("source", "gamma"));
    assertThat(after.get("released").asInt()).isEqualTo(1);
    assertThat(after.get("still-refused")).isEmpty();
    delivered("evt-1");
    assertThat(app.actuator("/quarantine")).isEmpty();
    assertThat(order(404, "release", ann("request", reference)).get("detail").asText())
        .contains("no such request in quarantine");
    assertThat(
            app.inbox()
                .lines(
                    "select kind from webhook_audit where reference = '"
                        + reference
                        + "' order by entry"))
        .containsExactlyInAnyOrder("quarantined", "received", "released", "delivered");

    // The sender's own copy of it is a duplicate.
    Sender.Answer again = rotated.send("evt-1", "order.paid");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.reference()).isEqualTo(reference);
  }

  @Test
  void whatWasSentAgainMeanwhileIsADuplicateAndIsDeliveredOnce() throws Exception {
    rotated.send("evt-1", "order.paid");
    mend();
    assertThat(rotated.send("evt-1", "order.paid").status()).isEqualTo(202);
    delivered("evt-1");

    JsonNode outcome = order(200, "release", ann("source", "gamma"));

    assertThat(outcome.get("released").asInt()).isZero();
    assertThat(outcome.get("duplicates").asInt()).isEqualTo(1);
    assertThat(app.actuator("/quarantine")).isEmpty();
    assertThat(app.inbox().deliveries("evt-1")).containsExactly("orders 0 delivered 1");
  }

  @Test
  void aForgedIdInQuarantinePoisonsNoHonestEvent() throws Exception {
    Map<String, String> forged = new HashMap<>(app.sender().signed("evt-1", "{}"));
    assertThat(app.sender().post(app.url("/webhooks/gamma"), "{\"x\":1}", forged).status())
        .isEqualTo(202);
    app.sender().accepted("evt-1", "order.paid");
    delivered("evt-1");
    assertThat(order(200, "release", ann("source", "gamma")).get("released").asInt()).isZero();
    JsonNode gone = order(200, "discard", ann("source", "gamma"));
    assertThat(gone.get("discarded").asInt()).isEqualTo(1);
    assertThat(gone.get("kept-as-valid").asInt()).isZero();
    assertThat(gone.has("go-on-after")).isFalse();
  }

  @Test
  void aFullQuarantineIs429AndHonestEventsGoOn() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(rotated.send("evt-" + i, "order.paid").status()).isEqualTo(202);
    }
    for (int i = 5; i < 20; i++) {
      Sender.Answer answer = rotated.send("evt-" + i, "order.paid");
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.headers()).containsKey("retry-after");
    }
    app.sender().accepted("evt-honest", "order.paid");
    delivered("evt-honest");
    assertThat(app.inbox().lines("select count(*) from webhook_quarantine")).containsExactly("5");
    assertThat(
            new Sender(app.url("/webhooks/strict"), "standard-webhooks", NEXT)
                .send("evt-1", "x")
                .status())
        .isEqualTo(401);
  }

  @Test
  void aWrongOrderSaysWhatToGive() throws Exception {
    assertThat(order(400, "release", ann("who", "x")).get("detail").asText())
        .contains("'request'")
        .contains("'source'");
    assertThat(order(400, "release", "\"source\":\"gamma\"").get("detail").asText())
        .contains("'who'");
    assertThat(order(400, "reverify", "\"request\":\"x\"").get("detail").asText())
        .contains("'request' is malformed");
    assertThat(order(400, "reverify", "\"source\":\"unknown\"").get("detail").asText())
        .contains("no source 'unknown'");
    assertThat(order(404, "discard", ann("request", "01a20fb1-6c83-7074-a275-a13807c62a78")))
        .isNotEmpty();
  }
}
