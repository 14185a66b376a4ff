package io.gammawebhook.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests of one run, signed before the clock starts. All have the same length, so that only what
 * differs is kept: the id and the signature. Read by one thread.
 *
 * <p>The body is 1,024 bytes of JSON; the signature is that of Standard Webhooks.
 */
final class Requests {

  /** Of a benchmark on one machine, so it protects nothing. */
  static final String SECRET = "whsec_YmVuY2htYXJrLWtleS1iZW5jaG1hcmsta2V5LTAwMDE=";

  private static final int BODY_LENGTH = 1024;
  private static final int ID_DIGITS = 16;
  private static final int SIGNATURE_LENGTH = 44;

  private final byte[] request;
  private final int idInHead;
  private final int signatureInHead;
  private final int idInBody;
  private final byte[] signatures;
  private final long first;
  private final int count;

  /**
   * @param first the number of the first id; ids are unique over all runs if ranges do not overlap
   * @param epochSecond the time that is signed
   */
  Requests(String path, long first, int count, long epochSecond) {
    this.first = first;
    this.count = count;
    String body = body();
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + BODY_LENGTH
            + "\r\nwebhook-id: msg_"
            + "0".repeat(ID_DIGITS)
            + "\r\nwebhook-timestamp: "
            + epochSecond
            + "\r\nwebhook-signature: v1,"
            + "0".repeat(SIGNATURE_LENGTH)
            + "\r\n\r\n";
    request = (head + body).getBytes(StandardCharsets.ISO_8859_1);
    idInHead = head.indexOf("msg_") + 4;
    signatureInHead = head.indexOf("v1,") + 3;
    idInBody = head.length() + body.indexOf("msg_") + 4;
    signatures = sign(head.length(), epochSecond);
  }

  private static String body() {
    String start =
        "{\"id\":\"msg_"
            + "0".repeat(ID_DIGITS)
            + "\",\"type\":\"invoice.paid\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{"
            + "\"customer\":\"cus_4711\",\"currency\":\"EUR\",\"amount\":129900,\"lines\":[";
    StringBuilder body = new StringBuilder(start);
    for (int i = 1; body.length() < BODY_LENGTH - 130; i++) {
      body.append(i == 1 ? "" : ",")
          .append("{\"position\":")
          .append(i)
          .append(",\"article\":\"art-")
          .append(1000 + i)
          .append("\",\"quantity\":")
          .append(i % 7 + 1)
          .append(",\"price\":1299}");
    }
    body.append("],\"note\":\"");
    return body + "n".repeat(BODY_LENGTH - body.length() - 4) + "\"}}\n";
  }

  private byte[] sign(int headLength, long epochSecond) {
    byte[] all = new byte[count * SIGNATURE_LENGTH];
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              Base64.getDecoder().decode(SECRET.substring("whsec_".length())), "HmacSHA256"));
      for (int i = 0; i < count; i++) {
        putId(request, idInBody, first + i);
        mac.update(
            ("msg_" + digits(first + i) + "." + epochSecond + ".")
                .getBytes(StandardCharsets.ISO_8859_1));
        mac.update(request, headLength, BODY_LENGTH);
        byte[] signature = Base64.getEncoder().encode(mac.doFinal());
        System.arraycopy(signature, 0, all, i * SIGNATURE_LENGTH, SIGNATURE_LENGTH);
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  private static String digits(long number) {
    byte[] digits = new byte[ID_DIGITS];
    putId(digits, 0, number);
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void putId(byte[] into, int at, long number) {
    long rest = number;
    for (int i = at + ID_DIGITS - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  int count() {
    return count;
  }

  long id(int index) {
    return first + index;
  }

  int length() {
    return request.length;
  }

  /** Puts the whole request with this index into an empty buffer, ready to be sent. */
  void write(int index, ByteBuffer into) {
    putId(request, idInHead, first + index);
    putId(request, idInBody, first + index);
    System.arraycopy(
        signatures, index * SIGNATURE_LENGTH, request, signatureInHead, SIGNATURE_LENGTH);
    into.clear().put(request).flip();
  }
}
