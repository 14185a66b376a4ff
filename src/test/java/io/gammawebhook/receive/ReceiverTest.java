package io.gammawebhook.receive;

import static io.gammawebhook.receive.TestSource.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sender gets back, case by case. */
class ReceiverTest {

  private static final byte[] BODY =
      "{\"type\":\"invoice.paid\",\"data\":{\"customer\":7}}".getBytes(StandardCharsets.UTF_8);

  private static WebhookEvent only(TestSource source) {
    assertThat(source.inbox.events).hasSize(1);
    return source.inbox.events.values().iterator().next();
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo("application/problem+json");
    assertThat(text(answer)).contains("\"type\":\"about:blank\"", "\"status\":" + status);
  }

  @Test
  void whatIsVerifiedAndStoredIs202WithOurReference() {
    TestSource source = TestSource.standard();
    Answer answer = source.send(source.signed("msg_1", BODY));
    WebhookEvent event = only(source);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(text(answer))
        .isEqualTo("{\"status\":\"accepted\",\"reference\":\"" + event.reference() + "\"}");
    assertThat(event.source()).isEqualTo(TestSource.NAME);
    assertThat(event.eventId()).hasToString("msg_1");
    assertThat(event.dedupKey()).hasToString("msg_1");
    assertThat(event.eventType()).isEqualTo("invoice.paid");
    assertThat(event.orderingKey()).isNull();
    assertThat(event.body().bytes()).isSameAs(BODY);
    assertThat(event.reference().value().version()).isEqualTo(7);
  }

  @Test
  void theSameIdAgainIs200WithTheFirstOnesReference() {
    TestSource source = TestSource.standard();
    source.send(source.signed("msg_1", BODY));
    source.pass(Duration.ofHours(5));
    Answer again = source.send(source.signed("msg_1", "another body"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(text(again))
        .isEqualTo("{\"status\":\"duplicate\",\"reference\":\"" + only(source).reference() + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void aRequestThatCannotBeVerifiedIs401AndTheReasonGoesToTheAuditOnly(String header) {
    TestSource source = TestSource.standard();
    Map<String, List<String>> headers = new HashMap<>(source.signed("msg_1", BODY).headers());
    headers.remove(header);
    Answer answer = source.send(TestSource.request(headers, BODY));
    assertProblem(answer, 401);
    assertThat(text(answer)).doesNotContain(header).doesNotContain("missing");
    assertThat(source.inbox.events).isEmpty();
    assertThat(source.inbox.entries)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.reason()).isEqualTo("missing-header");
              assertThat(entry.detail()).isEqualTo("no header " + header);
            });
  }

  @Test
  void everyReasonHasTheSameAnswer() {
    TestSource source = TestSource.standard();
    WebhookRequest good = source.signed("msg_1", BODY);
    Answer mismatch = source.send(TestSource.request(good.headers(), new byte[] {1}));
    source.pass(Duration.ofMinutes(10));
    Answer stale = source.send(good);
    assertThat(stale.body()).isEqualTo(mismatch.body());
    assertThat(stale.headers()).isEqualTo(mismatch.headers());
    assertThat(source.inbox.entries)
        .extracting(entry -> entry.reason())
        .containsExactly("signature-mismatch", "stale-timestamp");
  }

  @Test
  void theStoreBeingDownDoesNotChangeA401() {
    TestSource source = TestSource.standard();
    source.inbox.broken = new IllegalStateException("down");
    assertProblem(source.send(TestSource.request(Map.of(), BODY)), 401);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotStoredIs503WithRetryAfter(NotStored.Cause cause) {
    TestSource source = TestSource.standard();
    source.inbox.acceptance = CompletableFuture.completedStage(new NotStored(cause));
    Answer answer = source.send(source.signed("msg_1", BODY));
    assertProblem(answer, 503);
    assertThat(Integer.parseInt(answer.headers().get("Retry-After"))).isPositive();
  }

  @Test
  void anInboxThatBreaksItsContractIsStill503() {
    TestSource source = TestSource.standard();
    source.inbox.acceptance = CompletableFuture.failedStage(new IllegalStateException("down"));
    assertProblem(source.send(source.signed("msg_1", BODY)), 503);
    source.inbox.broken = new IllegalStateException("down");
    assertProblem(source.send(source.signed("msg_1", BODY)), 503);
  }

  @Test
  void theAnswerWaitsForTheCommit() {
    TestSource source = TestSource.standard();
    CompletableFuture<Acceptance> commit = new CompletableFuture<>();
    source.inbox.acceptance = commit;
    VerifyResult verified = source.receiver.verify(source.signed("msg_1", BODY));
    CompletableFuture<Answer> answer =
        source.receiver.accept(((VerifyResult.Passed) verified).verified()).toCompletableFuture();
    assertThat(answer).isNotDone();
    commit.complete(new Acceptance.Accepted(new ReferenceGenerator(new Random(2)).next(1)));
    assertThat(answer.join().status()).isEqualTo(202);
  }

  @Test
  void anIdOf255CharactersIsTakenAndALongerOneIs400() {
    TestSource source = TestSource.standard();
    assertThat(source.send(source.signed("x".repeat(255), BODY)).status()).isEqualTo(202);
    assertProblem(source.send(source.signed("x".repeat(256), BODY)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "7",
        "{}",
        "{\"id\":null}",
        "{\"id\":\"\"}",
        "{\"id\":{\"a\":1}}",
        "{\"id\":true}",
        "{\"id\":[1]}",
        "{\"id\":",
        "{\"a\":{\"id\":\"x\"}}",
        "{\"Id\":\"x\"}"
      })
  void aSignedBodyWithoutTheIdThatItsSchemeNeedsIs400(String body) {
    TestSource source = TestSource.hub();
    assertProblem(source.send(source.signed("", body)), 400);
    assertThat(source.inbox.events).isEmpty();
  }

  @Test
  void anIdInTheBodyMayBeANumber() {
    TestSource source = TestSource.hub();
    source.send(source.signed("", "{\"type\":\"a\",\"id\":12345678901234567890}"));
    assertThat(only(source).eventId()).hasToString("12345678901234567890");
  }

  @Test
  void anIdOfAnyCharactersIsData() {
    TestSource source = TestSource.hub();
    for (String id :
        List.of("\\u0000", "\\ud800", "'; drop table x; --", "../..", " ", "sha256:")) {
      assertThat(source.send(source.signed("", "{\"id\":\"" + id + "\"}")).status()).isEqualTo(202);
    }
    assertThat(source.inbox.events).hasSize(6);
  }

  @Test
  void aTypeThatADatabaseCannotHoldIsMadeSuchThatItCan() {
    TestSource source = TestSource.hub();
    String type = "a\\u0000b\\ud800" + "c".repeat(300);
    source.send(source.signed("", "{\"id\":1,\"type\":\"" + type + "\"}"));
    assertThat(only(source).eventType()).startsWith("a\ufffdb\ufffdccc").hasSize(255);
  }

  @Test
  void aBodyThatIsNoJsonHasNoTypeAndNoOrderingKey() {
    TestSource source = TestSource.standard(options -> options.orderingKey("$.data.customer"));
    assertThat(source.send(source.signed("msg_1", new byte[] {0, -1, '{'})).status())
        .isEqualTo(202);
    assertThat(only(source).eventType()).isNull();
    assertThat(only(source).orderingKey()).isNull();
  }

  @Test
  void theOrderingKeyIsReadWhereTheSourceSays() {
    TestSource source = TestSource.standard(options -> options.orderingKey("$.data.customer"));
    source.send(source.signed("msg_1", BODY));
    assertThat(only(source).orderingKey()).isEqualTo("7");
  }

  @Test
  void longOrderingKeysStayApart() {
    TestSource source = TestSource.standard(options -> options.orderingKey("$.k"));
    source.send(source.signed("1", "{\"k\":\"" + "x".repeat(300) + "a\"}"));
    source.send(source.signed("2", "{\"k\":\"" + "x".repeat(300) + "b\"}"));
    assertThat(source.inbox.events.values())
        .extracting(WebhookEvent::orderingKey)
        .doesNotHaveDuplicates()
        .allSatisfy(key -> assertThat(key).hasSizeLessThanOrEqualTo(255));
  }

  @Test
  void onlyTheNamedHeadersAreKept() {
    TestSource source =
        TestSource.standard(options -> options.keepHeaders(List.of("X-Shop-Domain", "X-Absent")));
    source.send(
        source.signed(
            "msg_1",
            BODY,
            Map.of(
                "x-shop-domain", List.of("a", "b\u0000"),
                "to", List.of("thief@example.org"),
                "authorization", List.of("Basic x"),
                "content-type", List.of("application/json"))));
    assertThat(only(source).headers()).isEqualTo(Map.of("x-shop-domain", "a, b\ufffd"));
    assertThat(only(source).contentType()).isEqualTo("application/json");
  }

  @Test
  void anIdThatTheSignatureDoesNotCoverIsForInformationOnly() {
    TestSource source = TestSource.hub(options -> options.eventId("header.x-delivery"));
    Answer first = source.send(source.signed("", BODY, Map.of("x-delivery", List.of("real-id"))));
    Answer captured = source.send(source.signed("", BODY, Map.of("x-delivery", List.of("new"))));
    Answer other = source.send(source.signed("", "{}"));
    assertThat(first.status()).isEqualTo(202);
    assertThat(captured.status()).isEqualTo(200);
    assertThat(other.status()).isEqualTo(202);
    WebhookEvent event = source.inbox.events.values().iterator().next();
    assertThat(event.eventId()).hasToString("real-id");
    assertThat(event.dedupKey().value()).startsWith("sha256:");
  }

  @ParameterizedTest
  @CsvSource({"GET", "PUT", "HEAD", "OPTIONS", "DELETE", "post", "''"})
  void onlyPostIsAdmitted(String method) {
    Answer answer =
        requireNonNull(TestSource.standard().receiver.admit(method, -1, null, "192.0.2.1"));
    assertProblem(answer, 405);
    assertThat(answer.headers()).containsEntry("Allow", "POST");
  }

  @Test
  void aDeclaredLengthOverTheLimitIs413() {
    Receiver receiver = TestSource.standard(options -> options.maxBodySize(100)).receiver;
    assertThat(receiver.admit("POST", 100, null, "192.0.2.1")).isNull();
    assertThat(receiver.admit("POST", -1, null, "192.0.2.1")).isNull();
    Answer answer = requireNonNull(receiver.admit("POST", 101, null, "192.0.2.1"));
    assertProblem(answer, 413);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "Application/JSON ; charset=utf-8, true",
    "text/plain, false",
    "application/json2, false",
    "'', false",
    ", false"
  })
  void aMediaTypeIsRefusedOnlyWhereTheSourceListsSome(String type, boolean admitted) {
    Receiver any = TestSource.standard().receiver;
    Receiver listed =
        TestSource.standard(options -> options.mediaTypes(Set.of("application/json"))).receiver;
    assertThat(any.admit("POST", 1, type, "192.0.2.1")).isNull();
    Answer answer = listed.admit("POST", 1, type, "192.0.2.1");
    assertThat(answer == null).isEqualTo(admitted);
    if (answer != null) {
      assertProblem(answer, 415);
    }
  }

  @Test
  void anAddressOverItsRateIs429AndOthersAreNot() {
    TestSource source = TestSource.standard(options -> options.perAddressPerSecond(2));
    assertThat(source.receiver.admit("POST", 1, null, "192.0.2.1")).isNull();
    assertThat(source.receiver.admit("POST", 1, null, "192.0.2.1")).isNull();
    Answer answer = requireNonNull(source.receiver.admit("POST", 1, null, "192.0.2.1"));
    assertProblem(answer, 429);
    assertThat(answer.headers()).containsEntry("Retry-After", "1");
    assertThat(source.receiver.admit("POST", 1, null, "192.0.2.2")).isNull();
    source.pass(Duration.ofSeconds(1));
    assertThat(source.receiver.admit("POST", 1, null, "192.0.2.1")).isNull();
  }

  @Test
  void forgersDoNotSpendTheSourcesRate() {
    TestSource source = TestSource.standard(options -> options.perSourcePerSecond(1));
    for (int i = 0; i < 10; i++) {
      assertThat(source.send(TestSource.request(Map.of(), BODY)).status()).isEqualTo(401);
    }
    assertThat(source.send(source.signed("msg_1", BODY)).status()).isEqualTo(202);
    Answer over = source.send(source.signed("msg_2", BODY));
    assertProblem(over, 429);
    assertThat(over.headers()).containsEntry("Retry-After", "1");
  }

  @Test
  void aSourceMayNameTheStatusThatItsSenderCountsAsSuccess() {
    TestSource source = TestSource.standard(options -> options.acceptedStatus(200));
    assertThat(source.send(source.signed("msg_1", BODY)).status()).isEqualTo(200);
    TestSource empty = TestSource.standard(options -> options.acceptedStatus(204));
    Answer answer = empty.send(empty.signed("msg_1", BODY));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.contentType()).isNull();
  }

  @Test
  void whatAnotherSourceVerifiedIsNotAccepted() {
    TestSource source = TestSource.standard();
    VerifyResult verified = source.receiver.verify(source.signed("msg_1", BODY));
    Receiver other =
        new Receiver(
            SourceDefinition.builder(
                    new SourceName("other"), TestSource.CATALOGUE.byName("standard-webhooks"))
                .secret(TestSource.WHSEC)
                .build(),
            source.inbox,
            new ReferenceGenerator(new Random(3)),
            source);
    assertThatThrownBy(() -> other.accept(((VerifyResult.Passed) verified).verified()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gamma")
        .hasMessageContaining("other");
  }

  @Test
  void everyAnswerIsJsonAndHoldsNothingOfTheRequest() throws Exception {
    TestSource source = TestSource.standard();
    String marker = "MARKER";
    WebhookRequest request =
        new WebhookRequest(
            marker,
            "/" + marker,
            marker,
            Map.of("webhook-id", List.of(marker), "webhook-signature", List.of(marker)),
            marker,
            RawBody.of(marker.getBytes(StandardCharsets.UTF_8)));
    Answer answer = source.send(request);
    new ObjectMapper().readTree(answer.body());
    assertThat(text(answer)).doesNotContain(marker);
    assertThat(answer.headers().toString()).doesNotContain(marker);
  }
}
