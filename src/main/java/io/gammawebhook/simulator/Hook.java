package io.gammawebhook.simulator;

import io.gammawebhook.event.Glob;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import io.gammawebhook.verify.SigningSecret;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A registration and what waits for it. Whoever touches one holds the simulator's lock. */
final class Hook {

  /** How many secrets sign at a time: verifiers look at some signatures only. */
  private static final int MOST_SECRETS = 3;

  /** A secret; the newest signs for ever, an older one until its end in {@link System#nanoTime}. */
  private record Key(SecretText text, SigningSecret secret, long endsAt) {}

  /**
   * What is set by the API's callers.
   *
   * @param events at least one
   */
  record Wish(
      String url,
      List<String> events,
      @Nullable String description,
      boolean enabled,
      Map<String, String> metadata) {}

  /** Those made later have larger ones. */
  final long number;

  final String id;
  final Instant createdAt;

  /** What is due, in order. */
  final Deque<Send> ready = new ArrayDeque<>();

  /** Deliveries that are under way. */
  int underWay;

  /** Deliveries that are ready, under way or wait for their time. */
  int unfinished;

  int failuresInRow;
  boolean removed;

  private final List<Key> keys = new ArrayList<>();
  private Wish wish;
  private URI target;
  private Instant updatedAt;
  private @Nullable String disabledReason;

  Hook(long number, String id, Wish wish, Instant now) {
    this.number = number;
    this.id = id;
    this.createdAt = now;
    this.updatedAt = now;
    this.wish = wish;
    this.target = URI.create(wish.url());
  }

  Wish wish() {
    return wish;
  }

  URI target() {
    return target;
  }

  boolean isEnabled() {
    return wish.enabled() && disabledReason == null;
  }

  /** Enabling forgives what was. */
  void change(Wish changed, Instant now) {
    if (changed.enabled()) {
      disabledReason = null;
      failuresInRow = 0;
    }
    wish = changed;
    target = URI.create(changed.url());
    updatedAt = now;
  }

  void disable(String reason, Instant now) {
    disabledReason = reason;
    updatedAt = now;
  }

  boolean wants(String type) {
    return isEnabled()
        && !removed
        && wish.events().stream().anyMatch(glob -> new Glob(glob).matches(type));
  }

  /**
   * Signs with a new secret from now on.
   *
   * @param oldUntil until when those before it sign too, as {@link System#nanoTime}
   */
  void secret(SecretText text, SigningSecret secret, long oldUntil) {
    if (!keys.isEmpty()) {
      Key current = keys.get(0);
      if (current.text().equals(text)) {
        return;
      }
      keys.set(0, new Key(current.text(), current.secret(), oldUntil));
    }
    keys.add(0, new Key(text, secret, 0));
    while (keys.size() > MOST_SECRETS) {
      keys.remove(keys.size() - 1);
    }
  }

  SecretText secret() {
    return keys.get(0).text();
  }

  /**
   * Who signs at this time.
   *
   * @param now as {@link System#nanoTime}
   */
  Signer signer(SignatureScheme scheme, long now) {
    Key newest = keys.get(0);
    keys.removeIf(key -> key != newest && key.endsAt() - now <= 0);
    return new Signer(scheme, keys.stream().map(Key::secret).toList(), wish.url());
  }

  SimulatedRegistration shown() {
    return new SimulatedRegistration(
        id,
        wish.url(),
        wish.events(),
        wish.description(),
        isEnabled(),
        disabledReason,
        createdAt,
        updatedAt,
        wish.metadata());
  }

  /**
   * An event on its way to a registration.
   *
   * @param attempt the next one, counted from 1
   */
  record Send(SimulatedEvent event, Hook hook, boolean duplicate, int attempt) {
    Send again() {
      return new Send(event, hook, duplicate, attempt + 1);
    }
  }
}
