package io.gammawebhook.registration.api;

import io.gammawebhook.audit.LogText;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.verify.SecretText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an API's words what it was told in confidence: it may echo any part of it. Used by
 * one thread.
 */
final class Censor {

  private static final String HIDDEN = "[secret]";

  /** So many characters of a secret in a row are no accident. */
  private static final int PART = 8;

  private static final int MOST_LOOKED_AT = 4_096;
  private static final int LONGEST = 200;

  private static final Redaction REDACTION = Redaction.defaults().plus(Redaction.emails());

  private final List<String> secrets = new ArrayList<>();

  Censor(SecretText credentials) {
    with(credentials);
  }

  Censor with(@Nullable SecretText secret) {
    if (secret != null && !secret.isEmpty()) {
      secrets.add(secret.reveal().toLowerCase(Locale.ROOT));
    }
    return this;
  }

  /** The text as one printable line of at most 200 characters, without any part of a secret. */
  String line(String text) {
    String shown = text.length() > MOST_LOOKED_AT ? text.substring(0, MOST_LOOKED_AT) : text;
    boolean[] hidden = new boolean[shown.length()];
    for (String secret : secrets) {
      hide(shown, secret, hidden);
    }
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < hidden.length; i++) {
      if (!hidden[i]) {
        kept.append(shown.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        kept.append(HIDDEN);
      }
    }
    return LogText.printable(REDACTION.line(kept.toString(), LONGEST)).strip();
  }

  /** Marks what is as long a part of the secret as there is. */
  private static void hide(String text, String secret, boolean[] hidden) {
    int part = Math.min(PART, secret.length());
    for (int from = 0; from + part <= secret.length(); from++) {
      String piece = secret.substring(from, from + part);
      for (int at = 0; at + part <= text.length(); at++) {
        if (text.regionMatches(true, at, piece, 0, part)) {
          Arrays.fill(hidden, at, at + part, true);
        }
      }
    }
  }
}
