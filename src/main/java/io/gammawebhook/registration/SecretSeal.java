package io.gammawebhook.registration;

import io.gammawebhook.verify.SecretText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals managed secrets for the store: AES-256-GCM, bound to the registration and the version that
 * a secret is of, so that a sealed one that was changed, or moved to another row, is refused. Safe
 * for use by many threads; it does not print its key.
 */
public final class SecretSeal {

  private static final int KEY_BYTES = 32;
  private static final byte FORM = 1;
  private static final int ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int HEAD = 1 + ID_BYTES + NONCE_BYTES;

  private final SecretKeySpec key;
  private final byte[] id;
  private final RandomGenerator random;

  private SecretSeal(byte[] key, RandomGenerator random) {
    this.key = new SecretKeySpec(key, "AES");
    this.id = idOf(key);
    this.random = random;
  }

  /**
   * @param key the base64 of 32 random bytes
   * @param random has to be cryptographically strong, and safe for use by many threads
   * @throws IllegalArgumentException if it is none; the message is a sentence that begins with the
   *     option {@code secret-key}, names the cure and shows nothing of it
   */
  public static SecretSeal of(SecretText key, RandomGenerator random) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key.reveal());
    } catch (IllegalArgumentException e) {
      // Its message would show a character of the key.
      throw new IllegalArgumentException("secret-key is no base64; " + CURE);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "secret-key must be the base64 of 32 bytes, and is that of "
              + bytes.length
              + "; "
              + CURE);
    }
    return new SecretSeal(bytes, random);
  }

  private static final String CURE = "make one with `openssl rand -base64 32`";

  /**
   * The text of a new key.
   *
   * @param random has to be cryptographically strong
   */
  public static SecretText newKey(RandomGenerator random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return SecretText.valueOf(Base64.getEncoder().encodeToString(key));
  }

  /** A sealed secret cannot be opened; it says why, and holds no secret. */
  static final class SealException extends Exception {
    private static final long serialVersionUID = 1;

    private final String cure;

    private SealException(String registration, int version, String fault, String cure) {
      super("Secret " + version + " of registration " + registration + " " + fault);
      this.cure = cure + " `registrations rotate " + registration + "`";
    }

    String sentence() {
      return String.valueOf(getMessage());
    }

    /** What a person has to do. */
    String cure() {
      return cure;
    }
  }

  /** Seals a secret for its place. */
  byte[] seal(SecretText secret, String registration, int version) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] text =
          cipher(Cipher.ENCRYPT_MODE, nonce, registration, version)
              .doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(HEAD + text.length).put(FORM).put(id).put(nonce).put(text).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has AES-GCM", e);
    }
  }

  /**
   * Opens what was sealed for that place.
   *
   * @throws SealException if it was sealed with another key or for another place, or was changed
   */
  SecretText open(byte[] sealed, String registration, int version) throws SealException {
    if (sealed.length < HEAD + TAG_BITS / 8 || sealed[0] != FORM) {
      throw changed(registration, version);
    }
    if (!MessageDigest.isEqual(id, Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES))) {
      throw new SealException(
          registration,
          version,
          "was sealed with another key than gamma.webhook.secret-key",
          "Set gamma.webhook.secret-key to the key that it was sealed with, on all nodes; if that"
              + " is lost, order");
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_BYTES, HEAD);
    try {
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, nonce, registration, version)
              .doFinal(sealed, HEAD, sealed.length - HEAD);
      return SecretText.valueOf(new String(text, StandardCharsets.UTF_8));
    } catch (AEADBadTagException e) {
      throw changed(registration, version);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has AES-GCM", e);
    }
  }

  private static SealException changed(String registration, int version) {
    return new SealException(
        registration,
        version,
        "was changed in the store, or is that of another row; it is not used",
        "Restore the row, or order");
  }

  private Cipher cipher(int mode, byte[] nonce, String registration, int version)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    // The name has no colon, so that no two places have one text.
    cipher.updateAAD(
        ("gamma-webhook:" + registration + ":" + version).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /** Tells one key from another, and nothing of the key. */
  private static byte[] idOf(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("gamma-webhook:key-id:".getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(digest.digest(key), ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "[seal]";
  }
}
