package io.gammawebhook.bench.peer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** A hand-written check of a Standard Webhooks signature. */
final class HmacCheck implements Processor {

  private static final long TOLERANCE_SECONDS = 300;

  private final SecretKeySpec key;

  HmacCheck(String secret) {
    key =
        new SecretKeySpec(
            Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256");
  }

  @Override
  public void process(Exchange exchange) throws GeneralSecurityException {
    Message message = exchange.getMessage();
    String id = message.getHeader("webhook-id", String.class);
    String timestamp = message.getHeader("webhook-timestamp", String.class);
    String signature = message.getHeader("webhook-signature", String.class);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    byte[] expected = mac.doFinal(message.getBody(byte[].class));
    byte[] given = Base64.getDecoder().decode(signature.substring("v1,".length()));
    long age = System.currentTimeMillis() / 1000 - Long.parseLong(timestamp);
    if (!MessageDigest.isEqual(expected, given) || Math.abs(age) > TOLERANCE_SECONDS) {
      throw new IllegalArgumentException("The signature is not right");
    }
  }
}
