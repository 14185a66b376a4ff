package io.gammawebhook.verify;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
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
  },
  /** The hex of 1 to 1024 bytes, in either case. */
  HEX {
    @Override
    byte[] decode(String text) {
      byte[] key;
      try {
        key = HexFormat.of().parseHex(text);
      } catch (IllegalArgumentException e) {
        throw new InvalidSecretException("must be hex, two digits a byte, and is not");
      }
      return bounded(key);
    }

    @Override
    public String generate(RandomGenerator random) {
      return HexFormat.of().formatHex(key(random));
    }

    @Override
    public String cure() {
      return "Copy the whole secret as the sender shows it; where you choose it yourself, make one"
          + " with `openssl rand -hex 32`.";
    }
  },
  /** The base64 of 1 to 1024 bytes. */
  BASE64 {
    @Override
    byte[] decode(String text) {
      byte[] key;
      try {
        key = Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new InvalidSecretException("must be base64, and is not");
      }
      return bounded(key);
    }

    @Override
    public String generate(RandomGenerator random) {
      return Base64.getEncoder().encodeToString(key(random));
    }

    @Override
    public String cure() {
      return "Copy the whole secret as the sender shows it; where you choose it yourself, make one"
          + " with `openssl rand -base64 32`.";
    }
  },
  /** The base64url of 1 to 1024 bytes (RFC 4648, section 5), with or without its padding. */
  BASE64URL {
    @Override
    byte[] decode(String text) {
      byte[] key;
      try {
        key = Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new InvalidSecretException("must be base64url, and is not");
      }
      return bounded(key);
    }

    @Override
    public String generate(RandomGenerator random) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(key(random));
    }

    @Override
    public String cure() {
      return "Copy the whole secret as the sender shows it; where you choose it yourself, make one"
          + " with `openssl rand -base64 32 | tr '+/' '-_'`.";
    }
  },
  /** {@code whpk_} and the base64 of an Ed25519 public key (Standard Webhooks 1.0.0). */
  WHPK {
    @Override
    byte[] decode(String text) {
      if (!text.startsWith(WHPK_PREFIX)) {
        throw new InvalidSecretException("must begin with whpk_, followed by base64, and does not");
      }
      byte[] key;
      try {
        key = Base64.getDecoder().decode(text.substring(WHPK_PREFIX.length()));
      } catch (IllegalArgumentException e) {
        throw new InvalidSecretException("must be base64 after whpk_, and is not");
      }
      if (key.length != 32) {
        throw new InvalidSecretException(
            "must be the base64 of 32 bytes after whpk_, and is that of " + key.length);
      }
      return key;
    }

    @Override
    public String generate(RandomGenerator random) {
      byte[] info = ed25519();
      byte[] key = Arrays.copyOfRange(info, info.length - 32, info.length);
      return WHPK_PREFIX + Base64.getEncoder().encodeToString(key);
    }

    @Override
    public String cure() {
      return "Copy the sender's public key, with its whpk_.";
    }

    @Override
    public boolean isPublic() {
      return true;
    }
  },
  /** A public key or an X.509 certificate in PEM (RFC 7468), with its BEGIN and END lines. */
  PEM {
    @Override
    byte[] decode(String text) {
      boolean certificate = text.startsWith("-----BEGIN CERTIFICATE-----");
      if (!certificate && !text.startsWith("-----BEGIN PUBLIC KEY-----")) {
        throw new InvalidSecretException(
            "must begin with -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----, and does"
                + " not");
      }
      try {
        if (certificate) {
          return CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
              .getPublicKey()
              .getEncoded();
        }
        return Base64.getMimeDecoder()
            .decode(text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", ""));
      } catch (CertificateException | IllegalArgumentException e) {
        throw new InvalidSecretException("must be PEM as the sender shows it, and is not");
      }
    }

    @Override
    public String generate(RandomGenerator random) {
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getMimeEncoder().encodeToString(ed25519())
          + "\n-----END PUBLIC KEY-----";
    }

    @Override
    public String cure() {
      return "Copy the sender's public key or certificate into a file, with its BEGIN and END"
          + " lines, and name it as file:<path>.";
    }

    @Override
    public boolean isPublic() {
      return true;
    }
  };

  private static final String WHSEC_PREFIX = "whsec_";
  private static final String WHPK_PREFIX = "whpk_";

  private static byte[] bounded(byte[] key) {
    if (key.length < 1 || key.length > 1024) {
      throw new InvalidSecretException("must have 1 to 1024 bytes, and has " + key.length);
    }
    return key;
  }

  private static byte[] key(RandomGenerator random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return key;
  }

  /** The public half of a new pair, as SubjectPublicKeyInfo; the other half is thrown away. */
  private static byte[] ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has Ed25519", e);
    }
  }

  /** Whether it is the sender's public key, with which nobody can sign. */
  public boolean isPublic() {
    return false;
  }

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
