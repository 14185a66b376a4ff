package io.gammawebhook.verify;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.verify.Requests.TestRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A signed request that a sender has published, that its own library accepts, or that is signed as
 * its documentation's sample code does it; {@code src/test/vectors} makes the latter two.
 *
 * @param origin where it comes from
 * @param key how the request names the key; null where it names none
 * @param at when it was signed, in epoch seconds
 * @param handshake what it is answered if it is one; null for an event
 */
record Vector(
    String scheme,
    String origin,
    String method,
    String secret,
    @Nullable String key,
    long at,
    @Nullable String publicUrl,
    @Nullable String query,
    Map<String, String> headers,
    String body,
    @Nullable Answered handshake) {

  /** The answer that the sender wants. */
  record Answered(int status, String body) {}

  private static final ObjectMapper MAPPER =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  static List<Vector> ofLibraries() {
    return read("library-vectors.json");
  }

  static List<Vector> ofDocumentation() {
    return read("documented-vectors.json");
  }

  static List<Vector> ofSampleCode() {
    return read("sample-code-vectors.json");
  }

  static Stream<Vector> all() {
    return Stream.of(ofLibraries(), ofDocumentation(), ofSampleCode()).flatMap(List::stream);
  }

  /** Whether the signature covers the body. */
  boolean signsBody() {
    SignatureRule rule = Objects.requireNonNull(rules().signature());
    return rule.signed() != null && !rule.bodyUnsigned();
  }

  boolean isSigned() {
    return method.equals("POST");
  }

  private static List<Vector> read(String file) {
    try (InputStream in = Objects.requireNonNull(Vector.class.getResourceAsStream(file))) {
      return MAPPER.readValue(in, new TypeReference<List<Vector>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SignatureScheme rules() {
    return new SchemeCatalogue().byName(scheme);
  }

  TestRequest request() {
    TestRequest request = new TestRequest(body.getBytes(StandardCharsets.UTF_8)).method(method);
    headers.forEach(request::with);
    if (query != null) {
      request.query(query);
    }
    return request;
  }

  /** A verifier at a time, with the vector's secret or others. */
  SignatureVerifier verifier(long now, String... secrets) {
    SignatureScheme rules = rules();
    return new SignatureVerifier(
        Requests.SOURCE,
        rules,
        keyring(rules, secrets.length == 0 ? new String[] {secret} : secrets),
        Tolerance.DEFAULT,
        publicUrl,
        InstantSource.fixed(Instant.ofEpochSecond(now)));
  }

  private Keyring keyring(SignatureScheme rules, String... secrets) {
    List<LiveSecret> live = new ArrayList<>();
    for (String each : secrets) {
      String place = Integer.toString(live.size() + 1);
      String name = key != null && each.equals(secret) ? key : place;
      live.add(LiveSecret.always(name, rules.parseSecret(each)));
    }
    return new Keyring(rules, live);
  }

  @Override
  public String toString() {
    return scheme + " of " + origin;
  }
}
