package io.gammawebhook.verify;

import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How the signature is computed. In a scheme: the constant's name in lower case, with hyphens. */
public enum Algorithm {
  HMAC_SHA256("HmacSHA256", 32);

  private final String jcaName;
  private final int length;

  Algorithm(String jcaName, int length) {
    this.jcaName = jcaName;
    this.length = length;
  }

  /** The length of a signature in bytes. */
  int length() {
    return length;
  }

  /** A keyed Mac to be cloned for each use: keying it anew each time costs two more hash blocks. */
  Mac keyed(SigningSecret secret) {
    try {
      Mac mac = Mac.getInstance(jcaName);
      mac.init(new SecretKeySpec(secret.key(), jcaName));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + jcaName, e);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
