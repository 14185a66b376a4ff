package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes an entry at the API, such that none is lost or made twice: a key for it is stored before,
 * and what became of it at once. Used by one thread.
 */
final class NewEntry {

  private final RegistrationSettings settings;
  private final Tools tools;
  private final RegistrationApi api;
  private final HeldTurn turn;
  private final Draft draft;
  private final SecretVersions secrets;
  private final ApiEntries entries;
  private final Ending ending;

  NewEntry(Tools tools, HeldTurn turn, SecretVersions secrets, ApiEntries entries, Ending ending) {
    this.settings = tools.settings();
    this.tools = tools;
    this.api = tools.api();
    this.turn = turn;
    this.draft = turn.draft;
    this.secrets = secrets;
    this.entries = entries;
    this.ending = ending;
  }

  /**
   * The first entry of ours is made.
   *
   * @param newSecret whether it is to sign with another one than is stored
   */
  @Nullable Ended create(boolean newSecret) throws LostTurn {
    draft.apiId = null;
    @Nullable SecretText secret = null;
    if (settings.secretMode() == SecretMode.SOURCE) {
      secret = settings.api().secretGiven() ? tools.sourceSecret().get() : null;
    } else if (settings.api().secretGiven()) {
      StoredSecret stored = secrets.find(SecretState.NEXT);
      stored = stored == null && !newSecret ? secrets.find(SecretState.CURRENT) : stored;
      stored = stored == null ? secrets.make() : stored;
      Duration wait = secrets.untilKnown(stored);
      if (wait != null) {
        return ending.waiting(stored, wait);
      }
      secret = secrets.given(stored);
    }
    return make(settings.wanted(), secret, null);
  }

  /**
   * A second entry is made, as the first cannot get another secret.
   *
   * @param secret null lets the API make one
   */
  @Nullable Ended inPlaceOf(Registered replaced, boolean mayEnable, @Nullable SecretText secret)
      throws LostTurn {
    return make(entries.target(replaced, mayEnable), secret, replaced);
  }

  /**
   * Makes an entry.
   *
   * @param replaced the one that it stands for from then on; null if there is none
   */
  private @Nullable Ended make(
      Wanted wanted, @Nullable SecretText secret, @Nullable Registered replaced) throws LostTurn {
    boolean before = draft.creating != null;
    if (draft.creating == null || replaced != null) {
      // The answer to an old key may be the one that is to be replaced.
      draft.creating = tools.newKey();
    }
    turn.save();
    String key = draft.creating + "-" + Fingerprints.of(settings).substring(0, 8);
    ApiOutcome<Registered> outcome = turn.call(() -> api.create(wanted, secret, key));
    if (outcome instanceof Refused<Registered> refused) {
      if (!before && !refused.maybeDone()) {
        draft.creating = null;
      }
      if (refused.kind() == Kind.INVALID) {
        // Also what an API says to an old key with another secret.
        draft.creating = null;
        draft.rotating = false;
      }
      return ending.trouble(refused, "make an entry");
    }
    Registered made = ((Done<Registered>) outcome).value();
    draft.apiId = made.id();
    draft.creating = null;
    if (replaced != null) {
      draft.replaces = replaced.id();
      draft.rotating = false;
    }
    draft.made(made.id(), turn.now());
    draft.told(settings, made, turn.now());
    turn.tell(
        AuditKind.REGISTRATION_CREATED,
        "entry "
            + Decision.shownId(made)
            + " was made for "
            + settings.wanted().url()
            + (replaced == null ? "" : ", in place of " + Decision.shownId(replaced)));
    secrets.signsWith(made.secret() == null ? secret : made.secret());
    try {
      turn.save();
    } catch (LostTurn e) {
      madeInVain(made);
      throw e;
    }
    entries.listWith(made, replaced);
    return null;
  }

  /**
   * Somebody else had the turn when the answer came. If that one has made another entry, ours goes;
   * else it needs the secret that only we were told.
   */
  private void madeInVain(Registered made) {
    Entry stored =
        tools.store().entries().stream()
            .filter(each -> each.name().equals(settings.name()))
            .findFirst()
            .orElse(null);
    String known = stored == null ? null : stored.apiId();
    if (known != null && !known.equals(made.id())) {
      var unused = api.delete(made.id());
    } else if (made.secret() != null) {
      tools
          .store()
          .take(settings.name(), tools.lease())
          .ifPresent(
              own -> {
                handOver(own, made);
                tools.store().end(own);
              });
    }
  }

  private void handOver(Turn own, Registered made) {
    HeldTurn other = turn.after(own);
    SecretVersions theirs = new SecretVersions(tools, other);
    String known = other.draft.apiId;
    if ((known == null || known.equals(made.id())) && theirs.find(SecretState.CURRENT) == null) {
      other.draft.apiId = made.id();
      theirs.signsWith(made.secret());
      other.draft.rotating = false;
      try {
        other.save();
      } catch (LostTurn e) {
        // Whoever has it now asks the API or a person.
        return;
      }
    }
  }
}
