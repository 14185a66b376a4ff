package io.gammawebhook.attack;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The sender of one scheme of the catalogue, with a secret of its own. */
final class HonestSender {

  private static final String SECRET_SCANNING = "github-secret-scanning";

  /** What the sender calls its key, and the source its secret. */
  private static final String KEY_ID = "key-1";

  private final SignatureScheme scheme;
  private final String secret;
  private final KeyPair keys;

  HonestSender(String name) {
    scheme = new SchemeCatalogue().byName(name);
    try {
      keys =
          KeyPairGenerator.getInstance(name.equals(SECRET_SCANNING) ? "EC" : "Ed25519")
              .generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    secret =
        switch (name) {
          case "discord" -> HexFormat.of().formatHex(key);
          case "standard-webhooks-v1a" -> "whpk_" + Base64.getEncoder().encodeToString(key);
          case SECRET_SCANNING ->
              "-----BEGIN PUBLIC KEY-----\n"
                  + Base64.getMimeEncoder().encodeToString(encoded)
                  + "\n-----END PUBLIC KEY-----";
          case "basic" -> "user:" + SecretEncoding.UTF8.generate(new SecureRandom());
          default -> scheme.secretEncoding().generate(new SecureRandom());
        };
  }

  SignatureScheme scheme() {
    return scheme;
  }

  String name() {
    return scheme.name();
  }

  String path() {
    return "/webhooks/" + name();
  }

  String publicUrl() {
    return "https://hooks.example.com" + path();
  }

  /** The source's properties. */
  Map<String, String> properties() {
    String source = "gamma.webhook.sources." + name() + ".";
    Map<String, String> properties = new HashMap<>();
    properties.put(source + "scheme", name());
    properties.put(source + "secrets[0].value", secret);
    properties.put(source + "secrets[0].name", KEY_ID);
    properties.put(source + "public-url", publicUrl());
    if (scheme.needsVerifyToken()) {
      properties.put(source + "verify-token", "a-verify-token");
    }
    return properties;
  }

  /** An event as this sender sends it. */
  Wire event(String id) {
    return event(id, body(id), Instant.now());
  }

  Wire event(String id, Instant signedAt) {
    return event(id, body(id), signedAt);
  }

  Wire event(String id, String text, Instant signedAt) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        "Content-Type",
        name().equals("twilio-form") ? "application/x-www-form-urlencoded" : "application/json");
    String seconds = Long.toString(signedAt.getEpochSecond());
    switch (name()) {
      case "discord" -> {
        headers.put("x-signature-timestamp", seconds);
        headers.put("x-signature-ed25519", HexFormat.of().formatHex(sign(seconds + text)));
      }
      case "standard-webhooks-v1a" -> {
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", seconds);
        headers.put(
            "webhook-signature",
            "v1a," + Base64.getEncoder().encodeToString(sign(id + "." + seconds + "." + text)));
      }
      case SECRET_SCANNING -> {
        headers.put("github-public-key-identifier", KEY_ID);
        headers.put("github-public-key-signature", Base64.getEncoder().encodeToString(sign(text)));
      }
      case "twilio-json" -> {
        String query = "bodySHA256=" + HexFormat.of().formatHex(sha256(body));
        headers.put(
            "x-twilio-signature",
            Base64.getEncoder().encodeToString(mac("HmacSHA1", publicUrl() + "?" + query)));
        return Wire.post(path() + "?" + query, headers, body);
      }
      case "event-grid" -> {
        return Wire.post(path() + "?code=" + secret, headers, body);
      }
      case "mailgun", "microsoft-graph" -> {
        // Their signature is in the body.
      }
      default -> {
        if (scheme.cloudEvents()) {
          headers.put("ce-specversion", "1.0");
          headers.put("ce-id", id);
          headers.put("ce-source", "/orders");
          headers.put("ce-type", "order.paid");
        }
        headers.putAll(
            new Signer(scheme, scheme.parseSecret(secret), publicUrl())
                .sign(id, signedAt, RawBody.of(body)));
      }
    }
    return Wire.post(path(), headers, body);
  }

  private String body(String id) {
    return switch (name()) {
      case "twilio-form" -> "MessageSid=" + id + "&Body=caf%C3%A9&From=%2B14158675309";
      case "event-grid" -> "[{\"id\":\"" + id + "\",\"eventType\":\"order.paid\"}]";
      case "microsoft-graph" ->
          "{\"value\":[{\"changeType\":\"created\",\"clientState\":\""
              + secret
              + "\",\"resource\":\""
              + id
              + "\"}]}";
      case "mailgun" -> {
        String token = "token-" + id;
        yield "{\"signature\":{\"timestamp\":\"1529006854\",\"token\":\""
            + token
            + "\",\"signature\":\""
            + HexFormat.of().formatHex(mac("HmacSHA256", "1529006854" + token))
            + "\"},\"event-data\":{\"id\":\""
            + id
            + "\",\"event\":\"opened\"}}";
      }
      default ->
          "{\"id\":\"%s\",\"event_id\":\"%s\",\"type\":\"order.paid\",\"total\":\"129.00\"}"
              .formatted(id, id);
    };
  }

  private byte[] sign(String text) {
    try {
      Signature signature =
          Signature.getInstance(name().equals(SECRET_SCANNING) ? "SHA256withECDSA" : "Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] mac(String algorithm, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
