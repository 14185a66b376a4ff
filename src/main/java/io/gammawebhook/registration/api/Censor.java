package io.gammawebhook.registration.api;

import io.gammawebhook.audit.LogText;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.verify.SecretText;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an API's words what it was told in confidence: it may echo any part of it. Used by
 * one thread.
 *
 * <p>What is compared with ours, such as an address, is left as it is where that is what was asked
 * for, and is otherwise freed of longer parts only: one that was changed by accident would not be
 * known again.
 */
final class Censor {

  private static final String HIDDEN = "[secret]";

  /** So many characters of a secret in a row are no accident. */
  private static final int PART = 8;

  /** The ids of some APIs have up to 15 characters of an account in common with its tokens. */
  private static final int LONG_PART = 16;

  private static final int MOST_LOOKED_AT = 4_096;
  private static final int LONGEST = 200;

  private static final Redaction REDACTION = Redaction.defaults().plus(Redaction.emails());

  private final Parts parts = new Parts(PART);
  private final Parts longParts = new Parts(LONG_PART);
  private final Set<String> open = new HashSet<>();

  Censor(SecretText credentials) {
    with(credentials);
  }

  Censor with(@Nullable SecretText secret) {
    if (secret != null && !secret.isEmpty()) {
      String text = lower(secret.reveal());
      parts.add(text);
      if (text.length() >= PART) {
        longParts.add(text);
      }
    }
    return this;
  }

  /** Texts that are no secret, whatever they have in common with one. */
  Censor open(Collection<String> texts) {
    open.addAll(texts);
    return this;
  }

  /** Whether it has so much of a secret that it is no accident. */
  boolean isSecret(String text) {
    return !open.contains(text) && !longParts.in(text).isEmpty();
  }

  /** The text as it is, without any longer part of a secret. */
  String text(String text) {
    return open.contains(text) ? text : without(longParts.in(text), text);
  }

  /** The text as one printable line of at most 200 characters, without any part of a secret. */
  String line(String text) {
    String shown = text.length() > MOST_LOOKED_AT ? text.substring(0, MOST_LOOKED_AT) : text;
    String kept = without(parts.in(shown), shown);
    return LogText.printable(REDACTION.line(kept, LONGEST)).strip();
  }

  private static String without(BitSet hidden, String text) {
    if (hidden.isEmpty()) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (!hidden.get(i)) {
        kept.append(text.charAt(i));
      } else if (i == 0 || !hidden.get(i - 1)) {
        kept.append(HIDDEN);
      }
    }
    return kept.toString();
  }

  /** As long as it was, so that places in it stay the same. */
  private static String lower(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      lower.append(Character.toLowerCase(text.charAt(i)));
    }
    return lower.toString();
  }

  /** All parts of secrets that have a certain length; of a shorter secret the whole. */
  private static final class Parts {

    private final int longest;
    private final Map<Integer, Set<String>> byLength = new HashMap<>();
    private final BitSet beginnings = new BitSet();

    Parts(int longest) {
      this.longest = longest;
    }

    void add(String secret) {
      int length = Math.min(longest, secret.length());
      Set<String> some = byLength.computeIfAbsent(length, key -> new HashSet<>());
      for (int from = 0; from + length <= secret.length(); from++) {
        some.add(secret.substring(from, from + length));
        beginnings.set(secret.charAt(from));
      }
    }

    /** Which characters of a text belong to a part. */
    BitSet in(String text) {
      String lower = lower(text);
      BitSet found = new BitSet();
      byLength.forEach(
          (length, some) -> {
            for (int at = 0; at + length <= lower.length(); at++) {
              if (beginnings.get(lower.charAt(at))
                  && some.contains(lower.substring(at, at + length))) {
                found.set(at, at + length);
              }
            }
          });
      return found;
    }
  }
}
