package io.gammawebhook.registration;

import io.gammawebhook.event.SourceName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a registration stands, as the last look at the API found it. It holds no secret.
 *
 * @param api the API's name
 * @param id the API's own name of our entry; null if there is none that we know
 * @param url where the API sends events
 * @param state in one word
 * @param sentence the same for people
 * @param cure what a person has to do; null where nobody has to
 * @param checkedAt when the API was looked at; null if it was not yet
 * @param changedAt when anything was changed there by us; null if nothing was yet
 * @param nextCheckAt when it is looked at next; null if it is not by itself
 * @param secrets the managed ones, newest first; none where the source's own is given to the API
 */
public record RegistrationStatus(
    String name,
    SourceName source,
    String api,
    @Nullable String id,
    String url,
    State state,
    String sentence,
    @Nullable String cure,
    @Nullable Instant checkedAt,
    @Nullable Instant changedAt,
    @Nullable Instant nextCheckAt,
    List<SecretFact> secrets) {

  public RegistrationStatus {
    secrets = List.copyOf(secrets);
  }

  /** How it stands. The names are stored, so they never change; new ones may come. */
  public enum State {
    /** It was not looked at yet, or is just being made. */
    UNKNOWN,
    /** The entry is as wanted. */
    IN_SYNC,
    /** It differs, or is not there, or a person has to decide. */
    DRIFT,
    /** It is switched off at the API. */
    DISABLED,
    /** The API refuses us or what we want. */
    REFUSED,
    /** The API cannot be reached, or cannot be read. */
    UNREACHABLE,
    /** It is switched off here, or was removed by an operator. */
    OFF
  }

  /**
   * A managed secret, without itself.
   *
   * @param version counted from 1
   * @param lastUsedAt when it last verified a request, exact to a minute; null if it never did
   */
  public record SecretFact(
      int version, SecretState state, Instant madeAt, @Nullable Instant lastUsedAt) {}

  /** What a managed secret is for. The names are stored, so they never change. */
  public enum SecretState {
    /** All nodes verify with it, and the API may or may not sign with it yet. */
    NEXT,
    /** The API signs with it. */
    CURRENT,
    /**
     * It was replaced; it still verifies until nothing has used it for long enough, or too long.
     */
    OLD
  }
}
