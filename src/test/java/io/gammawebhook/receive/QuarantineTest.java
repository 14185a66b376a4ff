package io.gammawebhook.receive;

import static io.gammawebhook.receive.TestSource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.UnverifiedRequest;
import io.gammawebhook.verify.LiveSecret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that keeps what it cannot verify, case by case. */
class QuarantineTest {

  private static final byte[] BODY = "{\"type\":\"a\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "{\"type\":\"b\"}".getBytes(StandardCharsets.UTF_8);

  private final TestSource source = TestSource.standard(builder -> builder.quarantine(true));

  /** One whose signature is that of another body. */
  private WebhookRequest forged(String id) {
    return TestSource.request(source.signed(id, BODY).headers(), OTHER);
  }

  private CompletionStage<Answer> quarantined(WebhookRequest request) {
    return ((VerifyResult.Quarantined) source.receiver.verify(request)).answer();
  }

  private Answer answer(WebhookRequest request) {
    return quarantined(request).toCompletableFuture().join();
  }

  private UnverifiedRequest kept() {
    assertThat(source.inbox.quarantine.kept).hasSize(1);
    return source.inbox.quarantine.kept.get(0);
  }

  @Test
  void itsAnswerIsThatToAnEvent() {
    Answer accepted = source.send(source.signed("msg_1", BODY));
    Answer apart = answer(forged("msg_2"));

    assertThat(apart.status()).isEqualTo(accepted.status()).isEqualTo(202);
    assertThat(apart.headers()).isEqualTo(accepted.headers());
    assertThat(text(apart))
        .isEqualTo("{\"status\":\"accepted\",\"reference\":\"" + kept().reference() + "\"}");
    assertThat(source.inbox.events).hasSize(1);
    assertThat(kept().reason()).isEqualTo("signature-mismatch");
    assertThat(kept().body().bytes()).isEqualTo(OTHER);
    assertThat(source.inbox.entries).isEmpty();
  }

  @Test
  void theAnswerWaitsForTheCommit() {
    CompletableFuture<Kept> commit = new CompletableFuture<>();
    source.inbox.quarantine.outcome = commit;
    CompletableFuture<Answer> answer = quarantined(forged("msg_1")).toCompletableFuture();
    assertThat(answer).isNotDone();
    commit.complete(Kept.KEPT);
    assertThat(answer.join().status()).isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource({"FULL, 429", "TOO_LARGE, 429", "LINE_FULL, 503", "NOT_STORED, 503"})
  void whatIsNotKeptIsNever2xx(Kept outcome, int status) {
    source.inbox.quarantine.outcome = CompletableFuture.completedStage(outcome);
    Answer answer = answer(forged("msg_1"));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(Integer.parseInt(answer.headers().get("Retry-After"))).isPositive();
  }

  @Test
  void aStoreThatBreaksItsContractIs503() {
    source.inbox.quarantine.outcome = CompletableFuture.failedStage(new IllegalStateException("x"));
    assertThat(answer(forged("msg_1")).status()).isEqualTo(503);
    source.inbox.quarantine.outcome = null;
    source.inbox.quarantine.broken = new IllegalStateException("x");
    assertThat(answer(forged("msg_1")).status()).isEqualTo(503);
  }

  @Test
  void aFullOneIsNotAskedAgainForASecond() {
    source.inbox.quarantine.outcome = CompletableFuture.completedStage(Kept.FULL);
    assertThat(answer(forged("msg_1")).status()).isEqualTo(429);
    source.inbox.quarantine.outcome = null;
    assertThat(answer(forged("msg_2")).status()).isEqualTo(429);
    assertThat(source.inbox.quarantine.kept).isEmpty();
    source.pass(Duration.ofSeconds(1));
    assertThat(answer(forged("msg_3")).status()).isEqualTo(202);
    assertThat(source.inbox.entries)
        .extracting(entry -> entry.reason())
        .containsOnly("quarantine-full");
  }

  @Test
  void oneThatIsTooLargeDoesNotKeepSmallerOnesOut() {
    source.inbox.quarantine.outcome = CompletableFuture.completedStage(Kept.TOO_LARGE);
    assertThat(answer(forged("msg_1")).status()).isEqualTo(429);
    assertThat(source.inbox.entries)
        .extracting(entry -> entry.reason())
        .containsExactly("quarantine-full");
    source.inbox.quarantine.outcome = null;
    assertThat(answer(forged("msg_2")).status()).isEqualTo(202);
  }

  @Test
  void whatIsKeptSaysWhatWouldFit() {
    byte[] anew = " {\"type\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    answer(TestSource.request(source.signed("msg_1", BODY).headers(), anew));
    assertThat(kept().detail()).contains("it fits the body written in another way");
  }

  @Test
  void aSourceThatSignsNothingAnyMoreReleasesNothing() {
    answer(forged("msg_1"));
    Receiver open =
        new Receiver(
            SourceDefinition.builder(TestSource.NAME, TestSource.CATALOGUE.byName("none"))
                .allowUnsigned()
                .build(),
            source.inbox,
            new ReferenceGenerator(new Random(1)),
            source);
    assertThat(((Reverified.Refused) open.reverify(kept(), source.instant(), true)).reason())
        .isEqualTo("unsigned");
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void whatHasNoSignatureIs401AsEver(String header) {
    Map<String, List<String>> headers = new HashMap<>(source.signed("msg_1", BODY).headers());
    headers.remove(header);
    assertThat(source.send(TestSource.request(headers, BODY)).status()).isEqualTo(401);
    assertThat(source.inbox.quarantine.kept).isEmpty();
  }

  @Test
  void whatIsAmbiguousIs401AsEver() {
    Map<String, List<String>> headers = new HashMap<>(source.signed("msg_1", BODY).headers());
    headers.put("webhook-signature", List.of("v1,AAAA", "v1,BBBB"));
    assertThat(source.send(TestSource.request(headers, BODY)).status()).isEqualTo(401);
  }

  @Test
  void credentialsThatTheSchemeDoesNotReadAreNotKept() {
    WebhookRequest sent =
        TestSource.request(
            source
                .signed(
                    "msg_1",
                    BODY,
                    Map.of(
                        "authorization", List.of("Bearer x"),
                        "proxy-authorization", List.of("Basic x"),
                        "cookie", List.of("a=b"),
                        "x-more", List.of("c")))
                .headers(),
            OTHER);
    answer(sent);
    assertThat(kept().headers()).containsKeys("webhook-signature", "x-more");
    assertThat(kept().headers())
        .doesNotContainKeys("authorization", "proxy-authorization", "cookie");
    assertThat(kept().toString()).doesNotContain("v1,");
  }

  @Test
  void aSourceThatRejectsKeepsNothing() {
    TestSource rejecting = TestSource.standard();
    WebhookRequest good = rejecting.signed("msg_1", BODY);
    assertThat(rejecting.send(TestSource.request(good.headers(), OTHER)).status()).isEqualTo(401);
    assertThat(rejecting.inbox.quarantine.kept).isEmpty();
  }

  private Reverified reverify(Instant receivedAt) {
    return source.receiver.reverify(kept(), receivedAt, true);
  }

  private void secrets(String text) {
    source
        .receiver
        .keyring()
        .replace(
            List.of(
                LiveSecret.always("1", source.receiver.definition().scheme().parseSecret(text))));
  }

  @Test
  void onceTheSecretIsMendedItIsTheEventThatItWouldHaveBeen() {
    Instant received = source.instant();
    WebhookRequest sent = source.signed("msg_1", BODY);
    secrets("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    answer(sent);
    source.pass(Duration.ofDays(3));
    assertThat(((Reverified.Refused) reverify(received)).reason()).isEqualTo("signature-mismatch");

    secrets(TestSource.WHSEC);
    WebhookEvent event = ((Reverified.Valid) reverify(received)).event();

    assertThat(event.reference()).isEqualTo(kept().reference());
    assertThat(event.eventId()).hasToString("msg_1");
    assertThat(event.dedupKey()).hasToString("msg_1");
    assertThat(event.eventType()).isEqualTo("a");
    assertThat(event.body().bytes()).isEqualTo(BODY);
  }

  @Test
  void aCapturedRequestStaysStaleHoweverLateItIsLookedAt() {
    WebhookRequest captured = source.signed("msg_1", BODY);
    source.pass(Duration.ofHours(1));
    assertThat(answer(captured).status()).isEqualTo(202);
    assertThat(kept().reason()).isEqualTo("stale-timestamp");
    assertThat(((Reverified.Refused) reverify(source.instant())).reason())
        .isEqualTo("stale-timestamp");
  }

  @Test
  void aBodyInGzipIsKeptAsItCameAndInflatedAgain() throws IOException {
    TestSource gzip = TestSource.standard(builder -> builder.quarantine(true).gzip(true));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(OTHER);
    }
    Map<String, List<String>> headers = new HashMap<>(gzip.signed("msg_1", BODY).headers());
    headers.put("content-encoding", List.of("gzip"));
    VerifyResult result = gzip.receiver.verify(TestSource.request(headers, bytes.toByteArray()));
    assertThat(((VerifyResult.Quarantined) result).answer().toCompletableFuture().join().status())
        .isEqualTo(202);
    UnverifiedRequest kept = gzip.inbox.quarantine.kept.get(0);
    assertThat(kept.body().bytes()).isEqualTo(bytes.toByteArray());
    assertThat(((Reverified.Refused) gzip.receiver.reverify(kept, gzip.instant(), true)).reason())
        .isEqualTo("signature-mismatch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer", "basic", "api-key"})
  void aSchemeThatSendsTheSecretItselfCannotHaveOne(String scheme) {
    assertThatThrownBy(
            () ->
                SourceDefinition.builder(TestSource.NAME, TestSource.CATALOGUE.byName(scheme))
                    .secret("user:some secret")
                    .quarantine(true)
                    .build())
        .hasMessageStartingWith("gamma.webhook.sources.gamma.on-invalid-signature must be reject")
        .hasMessageContaining("credential");
  }
}
