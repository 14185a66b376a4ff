package com.example.orders;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client of the running application, over real HTTP, with a cookie jar as a browser has. */
final class HttpCalls {

  static final String FORM = "application/x-www-form-urlencoded";
  static final String JSON = "application/json";

  private static final String LOGIN =
      "Basic "
          + Base64.getEncoder()
              .encodeToString("clerk:clerks-password".getBytes(StandardCharsets.UTF_8));

  private final HttpClient client =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager())
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final int port;

  HttpCalls(int port) {
    this.port = port;
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> post(String path, String contentType, byte[] body, String... headers) {
    return send(
        request(path, headers)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> post(String path, String contentType, String body, String... headers) {
    return post(path, contentType, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** What a logged-in user's browser adds to a request. */
  String[] login() {
    return new String[] {"Authorization", LOGIN};
  }

  /** The same, with the token that the application gave for its forms. */
  String[] loginWithToken() {
    String token = get("/public/token").body().replaceAll(".*:\"(.*)\".*", "$1");
    return new String[] {"Authorization", LOGIN, "X-CSRF-TOKEN", token};
  }

  /** Posts as a sender of webhooks does: signed, with no login and no session. */
  static HttpResponse<String> webhook(
      int port, String path, String secret, String id, String contentType, byte[] body) {
    return new HttpCalls(port).post(path, contentType, body, signed(secret, id, body));
  }

  /** The headers of <a href="https://www.standardwebhooks.com">Standard Webhooks</a>. */
  static String[] signed(String secret, String id, byte[] body) {
    try {
      String time = Long.toString(Instant.now().getEpochSecond());
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
      String signature = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      return new String[] {
        "webhook-id", id, "webhook-timestamp", time, "webhook-signature", signature
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
