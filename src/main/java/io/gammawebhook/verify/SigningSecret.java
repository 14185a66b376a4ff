package io.gammawebhook.verify;

/**
 * The key shared with a sender. It cannot be printed, compared or serialized: its bytes are seen in
 * this package only.
 */
public final class SigningSecret {

  private final byte[] key;

  private SigningSecret(byte[] key) {
    this.key = key;
  }

  /**
   * Reads a secret as the sender shows it. White space around it is dropped, since files end with a
   * line feed.
   *
   * @throws InvalidSecretException if it has another form; the message never shows the text
   */
  public static SigningSecret parse(String text, SecretEncoding encoding) {
    return new SigningSecret(encoding.decode(text.strip()));
  }

  /** A key that was made of another one's text. */
  static SigningSecret ofKey(byte[] key) {
    return new SigningSecret(key);
  }

  byte[] key() {
    return key;
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
