package com.example.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The running application, and those who send to it. */
record Shop(ConfigurableApplicationContext application) implements AutoCloseable {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  static Shop start(Path folder, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--server.port=0");
    arguments.add("--shop.folder=" + folder);
    return new Shop(
        SpringApplication.run(ShopApplication.class, arguments.toArray(String[]::new)));
  }

  @Override
  public void close() {
    application.close();
  }

  /** Posts as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> says. */
  int shopSends(String path, String id, String body) {
    byte[] key =
        Base64.getDecoder().decode(System.getenv("GAMMA_WEBHOOK_SECRET").substring("whsec_".length()));
    String time = Long.toString(Instant.now().getEpochSecond());
    String signature =
        "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + time + "." + body));
    return post(
            path,
            body,
            "webhook-id",
            id,
            "webhook-timestamp",
            time,
            "webhook-signature",
            signature)
        .statusCode();
  }

  /** Posts as GitHub does. */
  int repositorySends(String path, String id, String type, String body) {
    byte[] key = System.getenv("REPOSITORY_WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8);
    return post(
            path,
            body,
            "X-GitHub-Delivery",
            id,
            "X-GitHub-Event",
            type,
            "X-Hub-Signature-256",
            "sha256=" + HexFormat.of().formatHex(hmac(key, body)))
        .statusCode();
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  private HttpResponse<String> post(String path, String body, String... headers) {
    return send(
        request(path)
            .headers(headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    int port = application.getEnvironment().getRequiredProperty("local.server.port", int.class);
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
