package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.Decision.Facts;
import io.gammawebhook.registration.Decision.Need;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one registration, within its turn. What is done at the API is stored before
 * anything else is done, and what is about to be done is stored where a crash would leave it
 * unknown. Used once, by one thread.
 */
final class Pass {

  private static final int MOST_STEPS = 12;
  private static final int MOST_OLD_SECRETS = 4;

  private final Draft draft;
  private final Tools tools;
  private final RegistrationSettings settings;
  private final RegistrationApi api;
  private final boolean ordered;
  private final HeldTurn turn;
  private final SecretVersions secrets;
  private final Ending ending;
  private final ApiEntries entries;

  /**
   * @param ordered whether an operator wants it
   */
  Pass(Tools tools, HeldTurn turn, boolean ordered) {
    this.tools = tools;
    this.settings = tools.settings();
    this.api = tools.api();
    this.turn = turn;
    this.ordered = ordered;
    this.draft = turn.draft;
    this.secrets = new SecretVersions(tools, turn);
    this.ending = new Ending(tools, turn);
    this.entries = new ApiEntries(tools, turn, secrets, ending);
  }

  /**
   * Looks, and does what is to be done.
   *
   * @param newSecret whether the entry gets another secret
   */
  Ended run(boolean newSecret) throws LostTurn {
    draft.settings = Fingerprints.of(settings);
    draft.removed = false;
    boolean wantsSecret = newSecret;
    if (newSecret) {
      Ended refusal = refusedSecret();
      if (refusal != null) {
        return refusal;
      }
      secrets.retireUnreadable();
    } else if (settings.secretMode() == SecretMode.MANAGED) {
      // A secret that cannot be opened is no reason to make another.
      SealException sealed = secrets.unreadable();
      if (sealed != null) {
        return ending.unreadable(sealed);
      }
    }
    Ended unlisted = entries.list();
    if (unlisted != null) {
      return unlisted;
    }
    for (int step = 0; step < MOST_STEPS; step++) {
      Decision decision = decide(wantsSecret);
      Plan plan = decision.plan();
      if (plan.asks() || (settings.mode() == Mode.CHECK && !ordered)) {
        return settled(decision);
      }
      Registered ours = decision.found().ours();
      if (ours != null && !ours.id().equals(draft.apiId)) {
        entries.adopt(ours);
      }
      Ended ended = null;
      switch (plan.action()) {
        case CREATE -> {
          ended = create(wantsSecret);
          wantsSecret = false;
        }
        case REMOVE_DOUBLE -> ended = entries.deleteDouble(decision.found().doubles().get(0));
        case ROTATE, REPLACE -> {
          ended = secret(Objects.requireNonNull(ours), decision);
          wantsSecret = false;
        }
        case UPDATE, ENABLE -> {
          if (entries.updated()) {
            return settled(decision);
          }
          ended = entries.update(Objects.requireNonNull(ours), decision.mayEnable(), null);
        }
        default -> {
          return tidied(decision);
        }
      }
      if (ended != null) {
        return ended;
      }
    }
    return settled(decide(false));
  }

  private Decision decide(boolean newSecret) {
    return Decision.of(
        new Facts(
            settings,
            draft,
            secrets.all(),
            entries.all(),
            tools.print(),
            newSecret,
            ordered && !entries.updated(),
            turn.now()));
  }

  private @Nullable Ended refusedSecret() {
    if (settings.secretMode() == SecretMode.SOURCE) {
      return ending.refused(
          "The secret of this registration is the one of source " + settings.source(),
          "Change it in the configuration, old and new one live; it is given to the API at the"
              + " restart");
    }
    long old = secrets.all().stream().filter(each -> each.state() == SecretState.OLD).count();
    if (old >= MOST_OLD_SECRETS) {
      return ending.refused(
          "There are " + old + " replaced secrets that still count",
          "Wait until the oldest has been unused for old-secret-unused-for");
    }
    return null;
  }

  /**
   * @param newSecret whether it is to sign with another one than is stored
   */
  private @Nullable Ended create(boolean newSecret) throws LostTurn {
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

  private @Nullable Ended secret(Registered ours, Decision decision) throws LostTurn {
    switch (decision.need()) {
      case MAKE -> {
        secrets.make();
        return null;
      }
      case READ -> {
        ApiOutcome<SecretText> read = turn.call(() -> api.secret(ours.id()));
        if (read instanceof Refused<SecretText> refused) {
          return ending.trouble(
              refused, "read the secret of entry " + Decision.shownId(ours), ours);
        }
        secrets.signsWith(((Done<SecretText>) read).value());
        turn.save();
        return null;
      }
      default -> {
        return tell(ours, decision);
      }
    }
  }

  private @Nullable Ended tell(Registered ours, Decision decision) throws LostTurn {
    @Nullable SecretText secret = null;
    if (decision.need() == Need.ASK_API) {
      draft.rotating = true;
      turn.save();
    } else if (settings.secretMode() == SecretMode.SOURCE) {
      secret = tools.sourceSecret().get();
    } else {
      StoredSecret next = Objects.requireNonNull(secrets.find(SecretState.NEXT));
      Duration wait = secrets.untilKnown(next);
      if (wait != null) {
        return ending.waiting(next, wait);
      }
      secret = secrets.given(next);
      turn.save();
    }
    SecretText given = secret;
    return switch (settings.api().rotation()) {
      case UPDATE -> entries.update(ours, decision.mayEnable(), given);
      case CALL -> rotate(ours, given);
      case REPLACE -> make(entries.target(ours, decision.mayEnable()), given, ours);
    };
  }

  private @Nullable Ended rotate(Registered ours, @Nullable SecretText given) throws LostTurn {
    ApiOutcome<RegistrationApi.Rotated> outcome = turn.call(() -> api.rotate(ours.id(), given));
    if (outcome instanceof Refused<RegistrationApi.Rotated> refused) {
      if (!refused.maybeDone() && refused.kind() == Kind.INVALID) {
        draft.rotating = false;
      }
      return ending.trouble(
          refused, "give entry " + Decision.shownId(ours) + " another secret", ours);
    }
    SecretText signs = ((Done<RegistrationApi.Rotated>) outcome).value().secret();
    signs = signs == null ? given : signs;
    if (signs == null && settings.api().tells(Telling.READ)) {
      ApiOutcome<SecretText> read = turn.call(() -> api.secret(ours.id()));
      if (read instanceof Refused<SecretText> refused) {
        return ending.trouble(refused, "read the secret of entry " + Decision.shownId(ours), ours);
      }
      signs = ((Done<SecretText>) read).value();
    }
    draft.rotating = false;
    draft.changedAt = turn.now();
    secrets.signsWith(signs);
    turn.save();
    return null;
  }

  private Ended settled(Decision decision) throws LostTurn {
    Registered ours = decision.found().ours();
    if (ours != null) {
      entries.noteDisabled(ours);
    }
    return ending.settled(decision);
  }

  /** All is as wanted, or as far as it goes: what is left over is cleared away. */
  private Ended tidied(Decision decision) throws LostTurn {
    String replaced = draft.replaces;
    if (replaced != null) {
      Instant from = Objects.requireNonNullElse(draft.changedAt, turn.now()).plus(tools.settle());
      if (from.isAfter(turn.now())) {
        return ending.replacing(Duration.between(turn.now(), from).plusMillis(100));
      }
      Ended ended = entries.deleteReplaced(replaced);
      if (ended != null) {
        return ended;
      }
    }
    draft.creating = null;
    secrets.expire();
    return settled(decision);
  }

  /** Of one that an operator had removed only the secrets are looked after. */
  Ended asleep() throws LostTurn {
    if (secrets.expire()) {
      turn.save();
    }
    return ending.asleep(!secrets.all().isEmpty());
  }

  /** Deletes our entry, by an order. */
  Ended remove() throws LostTurn {
    Ended unlisted = entries.list();
    if (unlisted != null) {
      return unlisted;
    }
    Found found = Found.among(entries.all(), settings.wanted(), draft.apiId, draft.replaces);
    List<String> going = new ArrayList<>();
    Registered ours = found.ours();
    if (ours != null && isSurelyOurs(ours)) {
      going.add(ours.id());
    }
    found.doubles().forEach(each -> going.add(each.id()));
    if (draft.replaces != null) {
      going.add(draft.replaces);
    }
    for (String id : going) {
      Ended ended = entries.deleteByOrder(id);
      if (ended != null) {
        return ended;
      }
    }
    draft.forget(turn.now());
    secrets.retireAll();
    return ending.removed(!going.isEmpty());
  }

  /** One that merely has our address may be another one's. */
  private boolean isSurelyOurs(Registered entry) {
    return entry.id().equals(draft.apiId)
        || settings.wanted().marker().equals(entry.marker())
        || !settings.api().keepsMarker();
  }
}
