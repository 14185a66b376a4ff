package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests and verifiers of the tests in this package. */
final class Requests {

  static final SourceName SOURCE = new SourceName("gamma");
  static final SignatureScheme STANDARD = new SchemeCatalogue().byName("standard-webhooks");
  static final SignatureScheme GAMMA_HUB = new SchemeCatalogue().byName("gamma-hub");

  /** The published vector of Standard Webhooks and Svix. */
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  static final String OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  static final long SIGNED_AT = 1614265330;
  static final String BODY = "{\"test\": 2432232314}";
  static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private Requests() {}

  static SignatureVerifier verifier(long now, String... secrets) {
    return verifier(STANDARD, now, secrets);
  }

  static SignatureVerifier verifier(SignatureScheme scheme, long now, String... secrets) {
    return new SignatureVerifier(
        SOURCE,
        scheme,
        keyring(scheme, secrets),
        new Tolerance(Duration.ofMinutes(5)),
        null,
        InstantSource.fixed(Instant.ofEpochSecond(now)));
  }

  /** Secrets that always count, named by their places, from 1. */
  static Keyring keyring(SignatureScheme scheme, String... secrets) {
    List<LiveSecret> live = new ArrayList<>();
    for (String secret : secrets) {
      live.add(LiveSecret.always(Integer.toString(live.size() + 1), scheme.parseSecret(secret)));
    }
    return new Keyring(scheme, live);
  }

  /** The vector's request. */
  static TestRequest vector() {
    return new TestRequest(BODY.getBytes(StandardCharsets.UTF_8))
        .with("webhook-id", ID)
        .with("webhook-timestamp", Long.toString(SIGNED_AT))
        .with("webhook-signature", SIGNATURE);
  }

  static TestRequest signed(SignatureScheme scheme, String secret, String id, byte[] body) {
    TestRequest request = new TestRequest(body);
    new Signer(scheme, scheme.parseSecret(secret), null)
        .sign(id, Instant.ofEpochSecond(SIGNED_AT), RawBody.of(body))
        .forEach(request::with);
    return request;
  }

  /** A request whose headers and body can be changed. */
  static final class TestRequest implements SignedRequest {
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private byte[] body;
    private @Nullable String query;
    private String method = "POST";

    TestRequest(byte[] body) {
      this.body = body;
    }

    TestRequest with(String header, String... values) {
      headers.put(header, List.of(values));
      return this;
    }

    TestRequest and(String header, String value) {
      headers.computeIfAbsent(header, h -> new ArrayList<>());
      List<String> values = new ArrayList<>(header(header));
      values.add(value);
      headers.put(header, values);
      return this;
    }

    TestRequest without(String header) {
      headers.remove(header);
      return this;
    }

    TestRequest body(byte[] changed) {
      this.body = changed;
      return this;
    }

    @Override
    public String method() {
      return method;
    }

    TestRequest method(String changed) {
      this.method = changed;
      return this;
    }

    @Override
    public @Nullable String query() {
      return query;
    }

    TestRequest query(String changed) {
      this.query = changed;
      return this;
    }

    @Override
    public List<String> header(String lowerCaseName) {
      return headers.getOrDefault(lowerCaseName, List.of());
    }

    @Override
    public RawBody body() {
      return RawBody.of(body);
    }
  }
}
