package io.gammawebhook.e2e;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signs events as the sender of a source does, and posts them. */
final class Sender {

  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([^\"]+)\"");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI url;
  private final Signer signer;

  Sender(URI url) {
    this(url, "standard-webhooks", SECRET);
  }

  Sender(URI url, String schemeName, String secret) {
    SignatureScheme scheme = new SchemeCatalogue().byName(schemeName);
    this.url = url;
    this.signer = new Signer(scheme, scheme.parseSecret(secret), null);
  }

  /** What the product said. */
  record Answer(int status, String body, Map<String, String> headers) {
    String reference() {
      Matcher matcher = REFERENCE.matcher(body);
      if (!matcher.find()) {
        throw new AssertionError("No reference in " + status + " " + body);
      }
      return matcher.group(1);
    }

    boolean acknowledged() {
      return status / 100 == 2;
    }
  }

  static String body(String eventId, String type) {
    return "{\"id\":\"%s\",\"type\":\"%s\",\"data\":{\"total\":\"129.00\"}}"
        .formatted(eventId, type);
  }

  URI url() {
    return url;
  }

  /** The headers of a signed request, by lower-case name. */
  Map<String, String> signed(String eventId, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.putAll(
        signer.sign(eventId, Instant.now(), RawBody.of(body.getBytes(StandardCharsets.UTF_8))));
    return headers;
  }

  Answer send(String eventId, String type) throws IOException, InterruptedException {
    return post(url, body(eventId, type), signed(eventId, body(eventId, type)));
  }

  /** Sends an event that has to be accepted as new, and returns its reference. */
  String accepted(String eventId, String type) {
    try {
      Answer answer = send(eventId, type);
      if (answer.status() != 202) {
        throw new AssertionError(answer.status() + " " + answer.body());
      }
      return answer.reference();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Answer post(URI to, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    Map<String, String> answered = new LinkedHashMap<>();
    response.headers().map().forEach((name, values) -> answered.put(name, values.get(0)));
    return new Answer(response.statusCode(), response.body(), answered);
  }
}
