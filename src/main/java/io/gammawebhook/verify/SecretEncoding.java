package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** How a secret is written. In a scheme: the constant's name in lower case. */
public enum SecretEncoding {
  /**
   * {@code whsec_} and the base64 of 24 to 64 bytes (Standard Webhooks 1.0.0, "Signature scheme").
   */
  WHSEC {
    @Override
    byte[] decode(String text) {
      if (!text.startsWith(WHSEC_PREFIX)) {
        throw new InvalidSecretException(
            "must begin with whsec_, followed by base64, and does not");
      }
      byte[] key;
      try {
        key = Base64.getDecoder().decode(text.substring(WHSEC_PREFIX.length()));
      } catch (IllegalArgumentException e) {
        // Its message would show a character of the secret.
        throw new InvalidSecretException("must be base64 after whsec_, and is not");
      }
      if (key.length < 24 || key.length > 64) {
        throw new InvalidSecretException(
            "must be the base64 of 24 to 64 bytes after whsec_, and is that of " + key.length);
      }
      return key;
    }

    @Override
    public String generate(RandomGenerator random) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      return WHSEC_PREFIX + Base64.getEncoder().encodeToString(key);
    }

    @Override
    public String cure() {
      return "Copy the whole secret as the sender shows it, with its whsec_; where you choose it"
          + " yourself, make one with `echo whsec_$(openssl rand -base64 32)`.";
    }
  },
  /** The text's own UTF-8 bytes are the key: 1 to 1024 of them, as the sender decides. */
  UTF8 {
    @Override
    byte[] decode(String text) {
      byte[] key = text.getBytes(StandardCharsets.UTF_8);
      if (key.length < 1 || key.length > 1024) {
        throw new InvalidSecretException("must have 1 to 1024 bytes, and has " + key.length);
      }
      return key;
    }

    @Override
    public String generate(RandomGenerator random) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    @Override
    public String cure() {
      return "Copy the whole secret as the sender shows it; where you choose it yourself, make one"
          + " with `openssl rand -hex 32`.";
    }
  };

  private static final String WHSEC_PREFIX = "whsec_";

  /**
   * The key's bytes.
   *
   * @throws InvalidSecretException if the text is no such secret; its message never shows the text
   */
  abstract byte[] decode(String text);

  /**
   * The text of a new random secret of 256 bits.
   *
   * @param random has to be cryptographically strong
   */
  public abstract String generate(RandomGenerator random);

  /** What to do about a secret that is none: where to get one, as a sentence. */
  public abstract String cure();

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
