package io.gammawebhook.registration;

import io.gammawebhook.verify.SecretText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Short texts that tell whether something is still the same, and nothing of what it is. */
final class Fingerprints {

  private static final int BYTES = 16;

  /** So many that a guess at a weak secret costs; a strong one needs none of it. */
  private static final int ROUNDS = 100_000;

  private final String salt;
  private @Nullable SecretText lastSecret;
  private String lastPrint = "";

  /**
   * @param registration by which one secret of two registrations has two prints
   */
  Fingerprints(String registration) {
    this.salt = "gamma-webhook:" + registration;
  }

  /** Of all that a registration is to be; neither of credentials nor of secrets. */
  static String of(RegistrationSettings settings) {
    return of(
        settings.source().value(),
        settings.api().name(),
        settings.account().baseUrl().toString(),
        new TreeMap<>(settings.account().parameters()).toString(),
        settings.wanted().url(),
        new TreeSet<>(settings.wanted().events()).toString(),
        String.valueOf(settings.wanted().description()),
        settings.wanted().marker(),
        settings.secretMode().name());
  }

  static String of(List<Difference> differences) {
    return of(differences.stream().map(Difference::toString).toArray(String[]::new));
  }

  private static String of(String... texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** Of a secret; it takes some 50 ms for one that it has not just made. */
  synchronized String of(SecretText secret) {
    if (!secret.equals(lastSecret)) {
      PBEKeySpec spec =
          new PBEKeySpec(
              secret.reveal().toCharArray(),
              salt.getBytes(StandardCharsets.UTF_8),
              ROUNDS,
              BYTES * 8);
      try {
        lastPrint =
            HexFormat.of()
                .formatHex(
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded());
        lastSecret = secret;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Every JDK has PBKDF2", e);
      } finally {
        spec.clearPassword();
      }
    }
    return lastPrint;
  }
}
