package io.gammawebhook.receive;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/** A source with its receiver, its inbox, its sender, and a clock that the test sets. */
final class TestSource implements InstantSource {

  static final SourceName NAME = new SourceName("gamma");
  static final SchemeCatalogue CATALOGUE = new SchemeCatalogue();
  static final String WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  final RecordingInbox inbox = new RecordingInbox();
  final Receiver receiver;
  private final SignatureScheme scheme;
  private final Signer signer;
  private Instant now = Instant.ofEpochSecond(1_614_265_330);

  private TestSource(
      String scheme, String secret, UnaryOperator<SourceDefinition.Builder> options) {
    this.scheme = CATALOGUE.byName(scheme);
    signer = new Signer(this.scheme, this.scheme.parseSecret(secret), null);
    receiver =
        new Receiver(
            options.apply(SourceDefinition.builder(NAME, this.scheme).secret(secret)).build(),
            inbox,
            new ReferenceGenerator(new Random(1)),
            this);
  }

  static TestSource standard(UnaryOperator<SourceDefinition.Builder> options) {
    return new TestSource("standard-webhooks", WHSEC, options);
  }

  static TestSource of(String scheme, String secret) {
    return of(scheme, secret, UnaryOperator.identity());
  }

  static TestSource of(
      String scheme, String secret, UnaryOperator<SourceDefinition.Builder> options) {
    return new TestSource(scheme, secret, options);
  }

  static TestSource standard() {
    return standard(UnaryOperator.identity());
  }

  static TestSource hub(UnaryOperator<SourceDefinition.Builder> options) {
    return new TestSource("gamma-hub", "hub secret", options);
  }

  static TestSource hub() {
    return hub(UnaryOperator.identity());
  }

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  WebhookRequest signed(String id, byte[] body) {
    return signed(id, body, Map.of());
  }

  WebhookRequest signed(String id, String body) {
    return signed(id, body.getBytes(StandardCharsets.UTF_8));
  }

  WebhookRequest signed(String id, byte[] body, Map<String, List<String>> more) {
    Map<String, List<String>> headers = new HashMap<>(more);
    signer
        .sign(id, now, RawBody.of(body))
        .forEach((name, value) -> headers.put(name, List.of(value)));
    return request(headers, body);
  }

  static WebhookRequest request(Map<String, List<String>> headers, byte[] body) {
    return new WebhookRequest(
        "POST", "/webhooks/gamma", null, headers, "192.0.2.1", RawBody.of(body));
  }

  /** Both steps, as the route takes them. */
  Answer send(WebhookRequest request) {
    VerifyResult result = receiver.verify(request);
    if (result instanceof VerifyResult.Refused refused) {
      return refused.answer();
    }
    try {
      return receiver
          .accept(((VerifyResult.Passed) result).verified())
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new AssertionError("The stage never completes exceptionally", e);
    }
  }

  static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
