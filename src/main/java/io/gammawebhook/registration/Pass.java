package io.gammawebhook.registration;

import io.gammawebhook.registration.Decision.Facts;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.Made;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.registration.api.Registered;
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

  private final Draft draft;
  private final Tools tools;
  private final RegistrationSettings settings;
  private final boolean ordered;
  private final HeldTurn turn;
  private final SecretVersions secrets;
  private final Ending ending;
  private final ApiEntries entries;
  private final NewEntry newEntry;
  private final AnotherSecret anotherSecret;

  /**
   * @param ordered whether an operator wants it
   */
  Pass(Tools tools, HeldTurn turn, boolean ordered) {
    this.tools = tools;
    this.settings = tools.settings();
    this.turn = turn;
    this.ordered = ordered;
    this.draft = turn.draft;
    this.secrets = new SecretVersions(tools, turn);
    this.ending = new Ending(tools, turn);
    this.entries = new ApiEntries(tools, turn, secrets, ending);
    this.newEntry = new NewEntry(tools, turn, secrets, entries, ending);
    this.anotherSecret = new AnotherSecret(tools, turn, secrets, entries, newEntry, ending);
  }

  /**
   * Looks, and does what is to be done.
   *
   * @param newSecret whether the entry gets another secret
   */
  Ended run(NewSecret newSecret) throws LostTurn {
    String wanted = Fingerprints.of(settings);
    if (!wanted.equals(draft.settings)) {
      draft.countCreatesAnew(turn.now());
      draft.countUpdatesAnew();
    } else if (ordered) {
      draft.countUpdatesAnew();
    }
    draft.settings = wanted;
    draft.removed = false;
    SealException sealed = null;
    if (newSecret != NewSecret.NONE) {
      Ended refusal = refusedSecret();
      if (refusal != null) {
        return refusal;
      }
      secrets.retireUnreadable();
      if (newSecret == NewSecret.AT_ONCE) {
        secrets.endOnceReplaced();
      }
    } else if (settings.secretMode() == SecretMode.MANAGED) {
      sealed = secrets.unreadable();
    }
    // Also where the API is down, or nothing is done there without being asked.
    secrets.expire();
    Ended unlisted = entries.list();
    if (unlisted != null) {
      return unlisted;
    }
    if (sealed != null) {
      // A secret that cannot be opened is no reason to make another.
      return unreadable(sealed);
    }
    boolean wantsSecret =
        newSecret != NewSecret.NONE || SecretVersions.lackAnother(draft, secrets.all());
    for (int step = 0; step < MOST_STEPS; step++) {
      Decision decision = decide(wantsSecret);
      Plan plan = decision.plan();
      boolean looksOnly = settings.mode() == Mode.CHECK && !ordered;
      if (plan.asks() || plan.action() == Action.WAIT || (looksOnly && !goesOn(plan))) {
        return settled(decision);
      }
      Registered ours = decision.found().ours();
      if (ours != null && !ours.id().equals(draft.apiId) && !looksOnly) {
        entries.adopt(ours);
      }
      Ended ended = null;
      switch (plan.action()) {
        case CREATE -> {
          ended = newEntry.create(wantsSecret);
          wantsSecret = false;
        }
        case REMOVE_DOUBLE -> ended = entries.deleteDouble(decision.found().doubles().get(0));
        case ROTATE, REPLACE -> {
          ended = anotherSecret.step(Objects.requireNonNull(ours), decision);
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

  /** What an order began is finished, and what is over is cleared away, whoever looks. */
  private boolean goesOn(Plan plan) {
    boolean begun =
        draft.rotating
            || draft.creating != null
            || draft.ending > 0
            || secrets.find(SecretState.NEXT) != null;
    return switch (plan.action()) {
      case CREATE, ROTATE, REPLACE -> begun;
      case NOTHING -> true;
      default -> false;
    };
  }

  private Ended unreadable(SealException sealed) throws LostTurn {
    Registered ours =
        Found.among(entries.all(), settings.wanted(), draft.apiId, draft.replaces).ours();
    if (ours != null) {
      entries.noteDisabled(ours);
    }
    return ending.unreadable(sealed, ours);
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
    if (replaced != null && !draft.isAwaited(turn.now())) {
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
    draft.unseen().stream().map(Made::id).filter(id -> !going.contains(id)).forEach(going::add);
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
    secrets.endAll();
    return ending.removed(!going.isEmpty());
  }

  /** One that merely has our address may be another one's. */
  private boolean isSurelyOurs(Registered entry) {
    return entry.id().equals(draft.apiId)
        || settings.wanted().marker().equals(entry.marker())
        || !settings.api().keepsMarker();
  }
}
