package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request by which a sender asks whether the endpoint is ours: recognised by conditions, answered
 * from a template, and never an event.
 *
 * @param name such as {@code url-verification}, for the audit
 * @param method of the request
 * @param conditions all have to hold
 * @param signed whether it is answered only once its signature is verified, as an event's is
 * @param answer what the sender wants
 */
public record Handshake(
    String name, String method, List<Condition> conditions, boolean signed, Template answer) {

  private static final Set<String> METHODS = Set.of("GET", "OPTIONS", "POST");

  /**
   * @throws IllegalArgumentException if it would take every request, or one of a method that no
   *     sender has
   */
  public Handshake {
    conditions = List.copyOf(conditions);
    if (!METHODS.contains(method)) {
      throw new IllegalArgumentException(
          "when begins with the method " + method + "; known are GET, OPTIONS and POST");
    }
    if (conditions.isEmpty()) {
      throw new IllegalArgumentException(
          "when has no condition, so that it would take every request of its method");
    }
    if (signed && !method.equals("POST")) {
      throw new IllegalArgumentException("signed is for POST only: no sender signs a " + method);
    }
  }

  /**
   * What has to hold.
   *
   * @param location where the value is, once
   * @param expected what it has to be; null for anything
   * @param isVerifyToken whether it has to be the token that is configured for the source
   */
  record Condition(ValueLocation location, @Nullable String expected, boolean isVerifyToken) {

    boolean holds(String value, @Nullable SigningSecret verifyToken) {
      if (isVerifyToken) {
        return verifyToken != null
            && MessageDigest.isEqual(verifyToken.key(), value.getBytes(StandardCharsets.UTF_8));
      }
      return expected == null || expected.equals(value);
    }
  }

  /**
   * The answer.
   *
   * @param status 200 to 299
   * @param contentType of the body; null where there is none
   * @param headers by name
   */
  record Template(
      int status,
      @Nullable String contentType,
      @Nullable HandshakeText body,
      Map<String, HandshakeText> headers) {

    Template {
      headers = Map.copyOf(headers);
    }
  }

  /** Whether a source needs a verify token for it. */
  boolean needsVerifyToken() {
    return conditions.stream().anyMatch(Condition::isVerifyToken);
  }

  /** Whether its answer has an HMAC with the source's secret of what the request holds. */
  boolean signsWhatItIsAsked() {
    return (answer.body() != null && answer.body().signs())
        || answer.headers().values().stream().anyMatch(HandshakeText::signs);
  }

  Set<ValueLocation> locations() {
    Set<ValueLocation> locations = new LinkedHashSet<>();
    conditions.forEach(condition -> locations.add(condition.location()));
    if (answer.body() != null) {
      locations.addAll(answer.body().locations());
    }
    answer.headers().values().forEach(text -> locations.addAll(text.locations()));
    return locations;
  }

  /** Whether the request is such a handshake but for its verify token. */
  boolean lacksOnlyTheToken(SignedRequest request, HandshakeText.Values values) {
    return needsVerifyToken()
        && request.method().equals(method)
        && conditions.stream()
            .allMatch(condition -> condition.isVerifyToken() || holds(condition, values, null));
  }

  private static boolean holds(
      Condition condition, HandshakeText.Values values, @Nullable SigningSecret verifyToken) {
    try {
      return condition.holds(values.only(condition.location()), verifyToken);
    } catch (Refusal e) {
      return false;
    }
  }

  /** What to answer; null if the request is no such handshake. */
  @Nullable HandshakeAnswer answer(
      SignedRequest request, HandshakeText.Values values, @Nullable SigningSecret verifyToken) {
    if (!request.method().equals(method)) {
      return null;
    }
    if (!conditions.stream().allMatch(condition -> holds(condition, values, verifyToken))) {
      return null;
    }
    try {
      String type = answer.contentType();
      boolean json = type != null && type.contains("json");
      Map<String, String> headers = new LinkedHashMap<>();
      for (Map.Entry<String, HandshakeText> header : answer.headers().entrySet()) {
        headers.put(header.getKey(), header.getValue().render(values, HandshakeText.Into.HEADER));
      }
      HandshakeText body = answer.body();
      return new HandshakeAnswer(
          name,
          answer.status(),
          type,
          body == null
              ? ""
              : body.render(values, json ? HandshakeText.Into.JSON : HandshakeText.Into.PLAIN_TEXT),
          headers);
    } catch (Refusal e) {
      // It is one all the same, and never an event.
      return HandshakeAnswer.impossible(name);
    }
  }
}
