package io.gammawebhook.bench.verification;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SignedRequest;
import io.gammawebhook.verify.Signer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A valid request of a scheme, and the same for the bare JDK: the signed bytes, the key and the
 * signature.
 *
 * @param secret as the sender shows it
 * @param key of an HMAC; empty for a public key
 * @param publicKey null for an HMAC
 * @param content the signed bytes in one piece
 * @param signature decoded
 * @param digested what the scheme signs the SHA-256 of, in place of the body; null if it does not
 */
record Signed(
    SignedRequest request,
    String secret,
    String jcaName,
    byte[] key,
    @Nullable PublicKey publicKey,
    byte[] content,
    byte[] signature,
    byte @Nullable [] digested) {

  static final Instant AT = Instant.parse("2025-11-01T12:00:00Z");
  static final String URL = "https://hooks.example.com/webhooks/bench";

  /** The name of the secret, for schemes that name it. */
  static final String KEY_ID = "1";

  private static final String SECONDS = Long.toString(AT.getEpochSecond());

  /** A request as a verifier sees it. */
  private record Request(@Nullable String query, Map<String, List<String>> headers, RawBody body)
      implements SignedRequest {
    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> header(String lowerCaseName) {
      return headers.getOrDefault(lowerCaseName, List.of());
    }
  }

  /** Whether a request of the scheme can be made here: its signature covers the body. */
  static boolean isFor(SignatureScheme scheme) {
    return scheme.signsContent() && !scheme.name().equals("mailgun");
  }

  /**
   * @param length of the body, in bytes
   */
  static Signed of(SignatureScheme scheme, int length) throws GeneralSecurityException {
    byte[] body = body(scheme.name(), length);
    return switch (scheme.name()) {
      case "discord", "standard-webhooks-v1a" -> ed25519(scheme.name(), body);
      case "github-secret-scanning" -> ecdsa(body);
      default -> hmac(scheme, body);
    };
  }

  private static byte[] body(String scheme, int length) {
    String head =
        scheme.equals("twilio-form")
            ? "MessageSid=SM1&Body="
            : "{\"id\":\"evt_1\",\"event_id\":\"evt_1\",\"type\":\"a\",\"data\":\"";
    String tail = scheme.equals("twilio-form") ? "" : "\"}";
    return (head + "x".repeat(length - head.length() - tail.length()) + tail)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Signed hmac(SignatureScheme scheme, byte[] body) throws GeneralSecurityException {
    String name = scheme.name();
    byte[] key = "a secret of the benchmark, 32 b.".getBytes(StandardCharsets.US_ASCII);
    String secret =
        switch (scheme.secretEncoding()) {
          case WHSEC -> "whsec_" + Base64.getEncoder().encodeToString(key);
          case HEX -> HexFormat.of().formatHex(key);
          case BASE64 -> Base64.getEncoder().encodeToString(key);
          default -> new String(key, StandardCharsets.US_ASCII);
        };
    String jca = name.startsWith("twilio") || name.equals("vercel") ? "HmacSHA1" : "HmacSHA256";
    Map<String, List<String>> headers = new HashMap<>();
    String query = null;
    if (name.equals("twilio-json")) {
      // The digest of the body is signed in its place.
      query = "bodySHA256=" + HexFormat.of().formatHex(sha256(body));
      byte[] signature = mac(jca, key).doFinal((URL + "?" + query).getBytes(StandardCharsets.UTF_8));
      headers.put(
          "x-twilio-signature", List.of(Base64.getEncoder().encodeToString(signature)));
    } else {
      new Signer(scheme, scheme.parseSecret(secret), URL)
          .sign("evt_1", AT, RawBody.of(body))
          .forEach((header, value) -> headers.put(header, List.of(value)));
    }
    Request request = new Request(query, Map.copyOf(headers), RawBody.of(body));
    // As many bytes as the scheme signs, give or take a header.
    byte[] content = query == null ? body : (URL + "?" + query).getBytes(StandardCharsets.UTF_8);
    return new Signed(
        request,
        secret,
        jca,
        key,
        null,
        content,
        mac(jca, key).doFinal(content),
        query == null ? null : body);
  }

  private static Signed ed25519(String name, byte[] body) throws GeneralSecurityException {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    boolean discord = name.equals("discord");
    byte[] content = join(discord ? SECONDS : "evt_1." + SECONDS + ".", body);
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(content);
    byte[] signature = signer.sign();
    String base64 = Base64.getEncoder().encodeToString(signature);
    Map<String, List<String>> headers =
        discord
            ? Map.of(
                "x-signature-timestamp", List.of(SECONDS),
                "x-signature-ed25519", List.of(HexFormat.of().formatHex(signature)))
            : Map.of(
                "webhook-id", List.of("evt_1"),
                "webhook-timestamp", List.of(SECONDS),
                "webhook-signature", List.of("v1a," + base64));
    String secret =
        discord ? HexFormat.of().formatHex(raw) : "whpk_" + Base64.getEncoder().encodeToString(raw);
    return new Signed(
        new Request(null, headers, RawBody.of(body)),
        secret,
        "Ed25519",
        new byte[0],
        keys.getPublic(),
        content,
        signature,
        null);
  }

  private static Signed ecdsa(byte[] body) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(body);
    byte[] signature = signer.sign();
    Map<String, List<String>> headers =
        Map.of(
            "github-public-key-identifier", List.of(KEY_ID),
            "github-public-key-signature", List.of(Base64.getEncoder().encodeToString(signature)));
    return new Signed(
        new Request(null, headers, RawBody.of(body)),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----",
        "SHA256withECDSA",
        new byte[0],
        keys.getPublic(),
        body,
        signature,
        null);
  }

  private static byte[] join(String head, byte[] body) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    joined.writeBytes(body);
    return joined.toByteArray();
  }

  static Mac mac(String jcaName, byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(jcaName);
    mac.init(new SecretKeySpec(key, jcaName));
    return mac;
  }

  static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
