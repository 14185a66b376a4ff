package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes know of the registrations. One node at a time has a registration's turn; the turn
 * is leased, and what is written in it is refused once another node has it. All times are the
 * store's. Safe for use by many threads; each call is a transaction of its own, and throws {@link
 * StoreException} if the store is down.
 */
public interface RegistrationStore {

  /**
   * A registration as it is stored.
   *
   * @param api the API's name
   * @param url where the API sends events, as last settled
   * @param apiId the API's name of our entry; null if there is none that we know
   * @param settings a fingerprint of what the node that started last wants; null before the first
   * @param applied a fingerprint of what was last told to the API; null for nothing
   * @param print a fingerprint of the source's secret that the API was last told; null for none
   * @param creating the key of a create that may have been sent, and whose answer is not stored
   * @param replaces the API's name of an entry that {@code apiId} stands for now, and that is still
   *     to be deleted
   * @param rotating whether the API was asked for a secret that it makes, and has not told it yet
   * @param kept a fingerprint of differences that the API's own answer to our change still had
   * @param removed whether an operator had the entry deleted
   * @param ending the highest version of a secret that ends, with all before it, once the API signs
   *     with another; 0 for none
   * @param ended the highest version of a secret that has ended with all before it: none of them is
   *     ever read again, and they are deleted with each save; 0 for none
   * @param failures how many looks in a row have failed
   * @param enabledAt when it was switched on by rule, oldest first
   * @param updatedAt when it was changed to the same settings, oldest first
   * @param made the entries that were made lately, or that no list has shown, oldest first
   * @param limitedUntil until when the API wants to be left alone; null where it does not
   */
  record Entry(
      String name,
      SourceName source,
      String api,
      String url,
      @Nullable String apiId,
      @Nullable String settings,
      @Nullable String applied,
      @Nullable String print,
      @Nullable String creating,
      @Nullable String replaces,
      boolean rotating,
      @Nullable String kept,
      boolean removed,
      int ending,
      int ended,
      State state,
      String sentence,
      @Nullable String cure,
      int failures,
      List<Instant> enabledAt,
      List<Instant> updatedAt,
      List<Made> made,
      @Nullable Instant limitedUntil,
      @Nullable Instant checkedAt,
      @Nullable Instant changedAt,
      @Nullable Instant nextCheckAt) {

    public Entry {
      enabledAt = List.copyOf(enabledAt);
      updatedAt = List.copyOf(updatedAt);
      made = List.copyOf(made);
    }
  }

  /**
   * An entry that the API has made for us.
   *
   * @param id the API's name of it, without blanks and commas
   * @param misses how many lists lacked it
   * @param settled whether a list has shown it, or a later one
   */
  record Made(String id, Instant at, int misses, boolean settled) {}

  /**
   * A managed secret as it is stored.
   *
   * @param version counted from 1 within its registration
   * @param sealed by {@link SecretSeal}
   * @param toldAt when the API was first told of it; null if it was not yet
   * @param replacedAt when another became the current one; null if none did
   * @param usedAt when it last verified a request, exact to a minute; null if it never did
   */
  record StoredSecret(
      String registration,
      int version,
      SecretState state,
      byte[] sealed,
      Instant madeAt,
      @Nullable Instant toldAt,
      @Nullable Instant replacedAt,
      @Nullable Instant usedAt) {

    @Override
    public String toString() {
      return registration + " " + version + " " + state;
    }
  }

  /**
   * A node's right to change a registration.
   *
   * @param epoch rises with each turn
   * @param now the store's time when the turn was taken or renewed
   * @param entry null before anything was stored of it
   * @param secrets newest first
   */
  record Turn(
      String registration,
      int epoch,
      Instant now,
      @Nullable Entry entry,
      List<StoredSecret> secrets) {

    public Turn {
      secrets = List.copyOf(secrets);
    }
  }

  /** All registrations that anything is stored of, by name. */
  List<Entry> entries();

  /** All managed secrets of all registrations, newest first within each. */
  List<StoredSecret> secrets();

  /** Takes the turn; empty if another one has it. */
  Optional<Turn> take(String registration, Duration lease);

  /**
   * Takes the turn for longer.
   *
   * @return the turn with what is stored now; empty if another one has it, or had it in between
   */
  Optional<Turn> renew(Turn turn, Duration lease);

  /**
   * Writes within the turn, all of it or nothing.
   *
   * @param secrets those to add or to change; a {@code usedAt} is left as it is stored
   * @param drop versions to delete
   * @param audit what to write down with it
   * @return false if another one has the turn, and nothing was written
   */
  boolean save(
      Turn turn,
      Entry entry,
      List<StoredSecret> secrets,
      List<Integer> drop,
      List<AuditEntry> audit);

  /** Gives the turn back, if it is still held. */
  void end(Turn turn);

  /** Notes that a secret verified a request just now. */
  void used(String registration, int version);

  /** Writes down a fact, outside of any turn. */
  void record(AuditEntry entry);

  /** The store's time. */
  Instant now();

  /** Whether only this process can have the store, so that no other node needs to be told. */
  boolean isPrivate();
}
