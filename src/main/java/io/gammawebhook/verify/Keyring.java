package io.gammawebhook.verify;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one source, made ready to verify with. They are exchanged as a whole: a request is
 * verified with the old ones or with the new ones. Safe for use by many threads.
 */
public final class Keyring {

  private final SignatureScheme scheme;
  private final Map<String, LongAdder> matches = new ConcurrentHashMap<>();
  private volatile List<Key> keys;

  private record Key(LiveSecret secret, VerificationKey key, LongAdder matches) {
    /**
     * @param name null for any
     */
    boolean isNamed(@Nullable String name) {
      return name == null || secret.name().equals(name);
    }
  }

  /**
   * @throws IllegalArgumentException if there is none where the scheme needs one, or one where it
   *     signs nothing, or more than {@value SignatureVerifier#MAX_SECRETS}, or a name twice
   */
  public Keyring(SignatureScheme scheme, List<LiveSecret> secrets) {
    this.scheme = scheme;
    this.keys = keys(secrets);
  }

  /**
   * Verifies with these from now on.
   *
   * @throws IllegalArgumentException as the constructor; the ones before stay
   */
  public void replace(List<LiveSecret> secrets) {
    keys = keys(secrets);
  }

  private List<Key> keys(List<LiveSecret> secrets) {
    SignatureRule rule = scheme.signature();
    if (secrets.isEmpty() != (rule == null)) {
      throw new IllegalArgumentException(
          rule == null
              ? "Scheme " + scheme.name() + " signs nothing, but there are secrets"
              : "Scheme " + scheme.name() + " needs a secret");
    }
    if (secrets.size() > SignatureVerifier.MAX_SECRETS) {
      throw new IllegalArgumentException(
          "There are at most " + SignatureVerifier.MAX_SECRETS + " secrets, got " + secrets.size());
    }
    Set<String> names = new HashSet<>();
    List<Key> made = new ArrayList<>();
    for (LiveSecret secret : secrets) {
      if (!names.add(secret.name())) {
        throw new IllegalArgumentException("Two secrets have the name " + secret.name());
      }
      if (rule != null) {
        made.add(
            new Key(
                secret,
                VerificationKey.of(rule.algorithm(), secret.secret()),
                matches.computeIfAbsent(secret.name(), name -> new LongAdder())));
      }
    }
    return List.copyOf(made);
  }

  /** The secrets as they are now. */
  public List<LiveSecret> secrets() {
    return keys.stream().map(Key::secret).toList();
  }

  /** How many requests fitted the secret of that name since the start, whatever it was then. */
  public long matches(String name) {
    LongAdder counted = matches.get(name);
    return counted == null ? 0 : counted.sum();
  }

  /** Whether any secret counts at that time. */
  public boolean hasLive(Instant now) {
    return keys.stream().anyMatch(key -> key.secret().isLive(now));
  }

  /** Whether a secret has that name, whether it counts now or not. */
  boolean has(String name) {
    return keys.stream().anyMatch(key -> key.isNamed(name));
  }

  /**
   * Whether one that counts now fits; all are looked at, and the first that fits is counted.
   *
   * @param name the only one that may fit; null for any
   */
  boolean fits(SignedContent content, List<byte[]> signatures, Instant now, @Nullable String name) {
    Key first = null;
    for (Key each : keys) {
      // Every one, without stopping at the one that fits.
      boolean fits =
          each.isNamed(name) && each.secret().isLive(now) && each.key().fits(content, signatures);
      first = fits && first == null ? each : first;
    }
    if (first != null) {
      first.matches().increment();
    }
    return first != null;
  }

  /** One that would fit but does not count now; null if there is none. */
  @Nullable LiveSecret fittingOutOfTime(
      SignedContent content, List<byte[]> signatures, Instant now, @Nullable String name) {
    for (Key each : keys) {
      if (each.isNamed(name)
          && !each.secret().isLive(now)
          && each.key().fits(content, signatures)) {
        return each.secret();
      }
    }
    return null;
  }

  /** With the first secret that counts now. */
  byte[] hmacSha256(String text, Instant now) throws Refusal {
    for (Key each : keys) {
      if (each.secret().isLive(now)) {
        return VerificationKey.mac(Algorithm.HMAC_SHA256, each.secret().secret())
            .doFinal(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    throw new Refusal(RejectionReason.SECRET_OUT_OF_TIME, "no secret counts now");
  }
}
