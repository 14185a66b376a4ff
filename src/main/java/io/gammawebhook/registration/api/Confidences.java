package io.gammawebhook.registration.api;

import io.gammawebhook.verify.SecretText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an API may know in confidence, by which its answers are censored: the credentials, and the
 * last 100 secrets that it was told, has told, or may still sign with. Safe for use by many
 * threads.
 */
final class Confidences {

  private static final int MOST = 100;

  private final SecretText credentials;
  private final Set<SecretText> secrets = new LinkedHashSet<>();
  private List<String> open = List.of();

  Confidences(SecretText credentials) {
    this.credentials = credentials;
  }

  synchronized void keep(@Nullable SecretText secret) {
    if (secret != null) {
      secrets.remove(secret);
      secrets.add(secret);
      Iterator<SecretText> oldest = secrets.iterator();
      while (secrets.size() > MOST) {
        oldest.next();
        oldest.remove();
      }
    }
  }

  /** What is wanted openly is no secret. */
  synchronized void open(Wanted wanted) {
    List<String> texts = new ArrayList<>(wanted.events());
    texts.add(wanted.url());
    texts.add(wanted.marker());
    if (wanted.description() != null) {
      texts.add(wanted.description());
    }
    open = List.copyOf(texts);
  }

  synchronized Censor censor() {
    Censor censor = new Censor(credentials).open(open);
    secrets.forEach(censor::with);
    return censor;
  }
}
