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
 * The secrets of one source, made ready to verify with: those that are configured, and those that
 * its registrations manage. Either part is exchanged as a whole and leaves the other alone: a
 * request is verified with the old ones or with the new ones. Of the managed ones as many count as
 * there is room for beside the configured ones. Safe for use by many threads.
 */
public final class Keyring {

  private final SignatureScheme scheme;
  private final boolean mayBeEmpty;
  private final Map<String, LongAdder> matches = new ConcurrentHashMap<>();
  private List<LiveSecret> configured;
  private List<LiveSecret> managed = List.of();
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
  public Keyring(SignatureScheme scheme, List<LiveSecret> configured) {
    this(scheme, configured, false);
  }

  /**
   * @param mayBeEmpty whether the secrets are managed, so that there may be none yet: then nothing
   *     fits
   * @throws IllegalArgumentException as the other one, but if there is none and there may be none
   */
  public Keyring(SignatureScheme scheme, List<LiveSecret> configured, boolean mayBeEmpty) {
    this.scheme = scheme;
    this.mayBeEmpty = mayBeEmpty;
    this.configured = List.copyOf(configured);
    this.keys = keys(this.configured);
  }

  /**
   * Verifies with these in place of those configured before, and with the managed ones.
   *
   * @throws IllegalArgumentException as the constructor; the ones before stay
   */
  public synchronized void replace(List<LiveSecret> newConfigured) {
    keys = keys(both(newConfigured, first(managed, newConfigured)));
    configured = List.copyOf(newConfigured);
  }

  /**
   * Verifies with these in place of those managed before, and with the configured ones.
   *
   * @param newManaged the most important first: those for which there is no room do not count
   * @return how many of them count
   * @throws IllegalArgumentException as the constructor, but never for their number; the ones
   *     before stay
   */
  public synchronized int manage(List<LiveSecret> newManaged) {
    List<LiveSecret> counting = first(newManaged, configured);
    keys = keys(both(configured, counting));
    managed = List.copyOf(newManaged);
    return counting.size();
  }

  private static List<LiveSecret> first(List<LiveSecret> managed, List<LiveSecret> configured) {
    int room = Math.max(0, SignatureVerifier.MAX_SECRETS - configured.size());
    return managed.subList(0, Math.min(room, managed.size()));
  }

  private static List<LiveSecret> both(List<LiveSecret> first, List<LiveSecret> second) {
    List<LiveSecret> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  private List<Key> keys(List<LiveSecret> secrets) {
    SignatureRule rule = scheme.signature();
    if (rule == null && !secrets.isEmpty()) {
      throw new IllegalArgumentException(
          "Scheme " + scheme.name() + " signs nothing, but there are secrets");
    }
    if (rule != null && secrets.isEmpty() && !mayBeEmpty) {
      throw new IllegalArgumentException("Scheme " + scheme.name() + " needs a secret");
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

  /** How many requests fitted secrets of any name but these since the start. */
  public long matchesOfOthers(Set<String> names) {
    return matches.entrySet().stream()
        .filter(each -> !names.contains(each.getKey()))
        .mapToLong(each -> each.getValue().sum())
        .sum();
  }

  /** Whether any secret counts at that time. */
  public boolean hasLive(Instant now) {
    return keys.stream().anyMatch(key -> key.secret().isLive(now));
  }

  /** Why nothing can fit while {@link #hasLive} says no, and what an operator does about it. */
  Refusal noSecret() {
    return new Refusal(
        RejectionReason.NO_SECRET,
        mayBeEmpty
            ? "no secret of the source is known that counts now, since its registration has not"
                + " brought one yet: see how it stands with the command registrations"
            : "no secret of the source counts now: give it one that does");
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
    throw noSecret();
  }
}
