package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.Decision.Facts;
import io.gammawebhook.registration.Decision.Need;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStatus.State;
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
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one registration, within its turn. What is done at the API is stored before
 * anything else is done, and what is about to be done is stored where a crash would leave it
 * unknown. Used once, by one thread.
 */
final class Pass {

  static final String LIST = "list its entries";
  static final String REMOVED = "An operator had it removed; an apply brings it back";

  private static final int MOST_STEPS = 12;
  private static final int MOST_OLD_SECRETS = 4;
  private static final Duration SOON = Duration.ofSeconds(15);

  private final Draft draft;
  private final Tools tools;
  private final RegistrationSettings settings;
  private final RegistrationApi api;
  private final boolean ordered;
  private final HeldTurn turn;
  private final SecretVersions secrets;
  private List<Registered> entries = List.of();
  private boolean updated;

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
      Ended sealed = unreadable();
      if (sealed != null) {
        return sealed;
      }
    }
    ApiOutcome<List<Registered>> listed = turn.call(api::list);
    if (listed instanceof Refused<List<Registered>> refused) {
      return trouble(refused, LIST, null);
    }
    entries = ((Done<List<Registered>>) listed).value();
    for (int step = 0; step < MOST_STEPS; step++) {
      Decision decision = decide(wantsSecret);
      Plan plan = decision.plan();
      if (plan.asks() || (settings.mode() == Mode.CHECK && !ordered)) {
        return settled(decision);
      }
      Registered ours = decision.found().ours();
      if (ours != null && !ours.id().equals(draft.apiId)) {
        adopt(ours);
      }
      Ended ended = null;
      switch (plan.action()) {
        case CREATE -> {
          ended = create(wantsSecret);
          wantsSecret = false;
        }
        case REMOVE_DOUBLE -> ended = removeDouble(decision.found().doubles().get(0));
        case ROTATE, REPLACE -> {
          ended = secret(Objects.requireNonNull(ours), decision);
          wantsSecret = false;
        }
        case UPDATE, ENABLE -> {
          if (updated) {
            return settled(decision);
          }
          ended = update(Objects.requireNonNull(ours), decision, null);
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
            entries,
            tools.print(),
            newSecret,
            ordered && !updated,
            turn.now()));
  }

  private @Nullable Ended refusedSecret() {
    if (settings.secretMode() == SecretMode.SOURCE) {
      return refused(
          "The secret of this registration is the one of source " + settings.source(),
          "Change it in the configuration, old and new one live; it is given to the API at the"
              + " restart");
    }
    long old = secrets.all().stream().filter(each -> each.state() == SecretState.OLD).count();
    if (old >= MOST_OLD_SECRETS) {
      return refused(
          "There are " + old + " replaced secrets that still count",
          "Wait until the oldest has been unused for old-secret-unused-for");
    }
    return null;
  }

  private Ended refused(String sentence, String cure) {
    return new Ended(
        new Result(
            Result.Outcome.REFUSED,
            new Plan(settings.name(), Action.NOTHING, List.of(), sentence, cure),
            sentence,
            cure),
        null);
  }

  /** A secret that cannot be opened is no reason to make another. */
  private @Nullable Ended unreadable() throws LostTurn {
    SealException fault = secrets.unreadable();
    return fault == null
        ? null
        : finish(
            State.REFUSED,
            plan(Action.UNKNOWN, fault.sentence(), fault.cure()),
            Result.Outcome.REFUSED,
            wait(settings.checkInterval()));
  }

  // What is done at the API.

  /** It was found, and is ours from now on. */
  private void adopt(Registered ours) throws LostTurn {
    draft.apiId = ours.id();
    // It is that of an entry that is gone; what this one signs with is another question.
    secrets.retireCurrent();
    draft.replaces = ours.id().equals(draft.replaces) ? null : draft.replaces;
    turn.tell(
        AuditKind.REGISTRATION_CREATED,
        "entry " + Decision.shownId(ours) + " was found there, and is taken as ours");
    turn.save();
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
      Ended early = notSettled(stored);
      if (early != null) {
        return early;
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
      draft.creating = newKey();
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
      return trouble(refused, "make an entry", null);
    }
    Registered made = ((Done<Registered>) outcome).value();
    draft.apiId = made.id();
    draft.creating = null;
    if (replaced != null) {
      draft.replaces = replaced.id();
      draft.rotating = false;
    }
    told(made);
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
    // Another node that had lost its turn may have made one too.
    ApiOutcome<List<Registered>> listed = turn.call(api::list);
    entries =
        listed instanceof Done<List<Registered>> again && holds(again.value(), made.id())
            ? again.value()
            : replaced == null ? List.of(made) : List.of(made, replaced);
    return null;
  }

  private String newKey() {
    return new UUID(tools.random().nextLong(), tools.random().nextLong()).toString();
  }

  private static boolean holds(List<Registered> entries, String id) {
    return entries.stream().anyMatch(each -> each.id().equals(id));
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

  private @Nullable Ended removeDouble(Registered other) throws LostTurn {
    ApiOutcome<Boolean> outcome = turn.call(() -> api.delete(other.id()));
    if (outcome instanceof Refused<Boolean> refused) {
      return trouble(refused, "delete the second entry of ours, " + Decision.shownId(other), null);
    }
    entries = without(other.id());
    // The answer to the old key may be that entry for ever.
    draft.creating = draft.creating == null ? null : newKey();
    draft.changedAt = turn.now();
    turn.tell(
        AuditKind.REGISTRATION_REMOVED,
        "entry " + Decision.shownId(other) + ", a second one of ours, was deleted");
    turn.save();
    return null;
  }

  private List<Registered> without(String id) {
    return entries.stream().filter(each -> !each.id().equals(id)).toList();
  }

  private Wanted target(Registered ours, boolean mayEnable) {
    Wanted wanted = settings.wanted();
    boolean enabled = wanted.enabled() && (ours.enabled() || mayEnable);
    return new Wanted(
        wanted.url(), wanted.events(), enabled, wanted.description(), wanted.marker());
  }

  /**
   * @param secret what it is to sign with from now on; null to leave that alone
   */
  private @Nullable Ended update(Registered ours, Decision decision, @Nullable SecretText secret)
      throws LostTurn {
    Wanted target = target(ours, decision.mayEnable());
    boolean enables = target.enabled() && !ours.enabled();
    noteDisabled(ours);
    // Some take a secret that is not named for one to remove.
    SecretText sent =
        secret == null && settings.api().updateTakesSecret() ? secrets.known() : secret;
    ApiOutcome<Registered> outcome = turn.call(() -> api.update(ours.id(), target, sent));
    if (outcome instanceof Refused<Registered> refused) {
      return trouble(refused, "change entry " + Decision.shownId(ours), ours);
    }
    updated = true;
    Registered after = ((Done<Registered>) outcome).value();
    told(after);
    if (enables) {
      draft.enabled(turn.now());
      turn.tell(
          AuditKind.REGISTRATION_ENABLED,
          "entry "
              + Decision.shownId(ours)
              + " was switched on again, "
              + draft.enables(turn.now())
              + " times in a day");
    }
    String changes =
        Found.differences(settings.wanted(), ours, settings.api()).stream()
            .map(each -> each.field() + ": " + each.theirs() + " -> " + each.ours())
            .collect(Collectors.joining("; "));
    if (!changes.isEmpty()) {
      turn.tell(
          AuditKind.REGISTRATION_UPDATED,
          "entry " + Decision.shownId(ours) + " was changed, " + changes);
    }
    if (secret != null) {
      secrets.signsWith(after.secret() == null ? secret : after.secret());
    }
    turn.save();
    List<Registered> now = new ArrayList<>(without(ours.id()));
    now.add(after);
    entries = List.copyOf(now);
    return null;
  }

  private void noteDisabled(Registered ours) {
    if (settings.wanted().enabled() && !ours.enabled() && draft.state != State.DISABLED) {
      turn.tell(
          AuditKind.REGISTRATION_DISABLED,
          settings.api().title()
              + " has switched entry "
              + Decision.shownId(ours)
              + " off"
              + (ours.disabledReason() == null ? "" : ": " + Found.shown(ours.disabledReason())));
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
          return trouble(refused, "read the secret of entry " + Decision.shownId(ours), ours);
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
      Ended early = notSettled(next);
      if (early != null) {
        return early;
      }
      secret = secrets.given(next);
      turn.save();
    }
    SecretText given = secret;
    return switch (settings.api().rotation()) {
      case UPDATE -> update(ours, decision, given);
      case CALL -> rotate(ours, given);
      case REPLACE -> make(target(ours, decision.mayEnable()), given, ours);
    };
  }

  private @Nullable Ended rotate(Registered ours, @Nullable SecretText given) throws LostTurn {
    ApiOutcome<RegistrationApi.Rotated> outcome = turn.call(() -> api.rotate(ours.id(), given));
    if (outcome instanceof Refused<RegistrationApi.Rotated> refused) {
      if (!refused.maybeDone() && refused.kind() == Kind.INVALID) {
        draft.rotating = false;
      }
      return trouble(refused, "give entry " + Decision.shownId(ours) + " another secret", ours);
    }
    SecretText signs = ((Done<RegistrationApi.Rotated>) outcome).value().secret();
    signs = signs == null ? given : signs;
    if (signs == null && settings.api().tells(Telling.READ)) {
      ApiOutcome<SecretText> read = turn.call(() -> api.secret(ours.id()));
      if (read instanceof Refused<SecretText> refused) {
        return trouble(refused, "read the secret of entry " + Decision.shownId(ours), ours);
      }
      signs = ((Done<SecretText>) read).value();
    }
    draft.rotating = false;
    draft.changedAt = turn.now();
    secrets.signsWith(signs);
    turn.save();
    return null;
  }

  /** Null once all nodes know the secret. */
  private @Nullable Ended notSettled(StoredSecret secret) throws LostTurn {
    Duration wait = secrets.untilKnown(secret);
    if (wait == null) {
      return null;
    }
    return finish(
        draft.state,
        plan(
            Action.ROTATE,
            "Secret "
                + secret.version()
                + " was made; the API is told of it in "
                + Math.max(1, wait.toSeconds())
                + " s, when all nodes know it",
            null),
        Result.Outcome.WAITING,
        wait);
  }

  // How a pass ends.

  /** All is as wanted, or as far as it goes: what is left over is cleared away. */
  private Ended tidied(Decision decision) throws LostTurn {
    String replaced = draft.replaces;
    if (replaced != null) {
      Instant from = Objects.requireNonNullElse(draft.changedAt, turn.now()).plus(tools.settle());
      if (from.isAfter(turn.now())) {
        return finish(
            State.IN_SYNC,
            plan(Action.REPLACE, "The entry that was replaced is deleted in a moment", null),
            Result.Outcome.WAITING,
            Duration.between(turn.now(), from).plusMillis(100));
      }
      ApiOutcome<Boolean> outcome = turn.call(() -> api.delete(replaced));
      if (outcome instanceof Refused<Boolean> refused) {
        return trouble(refused, "delete the entry that was replaced", null);
      }
      draft.replaces = null;
      entries = without(replaced);
      turn.tell(
          AuditKind.REGISTRATION_REMOVED,
          "entry " + Found.shown(replaced) + ", which was replaced, was deleted");
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
    return new Ended(
        new Result(
            Result.Outcome.NOTHING, plan(Action.NOTHING, REMOVED, draft.cure), REMOVED, draft.cure),
        secrets.all().isEmpty() ? null : wait(settings.checkInterval()));
  }

  private Ended settled(Decision decision) throws LostTurn {
    Plan plan = decision.plan();
    Registered ours = decision.found().ours();
    State state = State.IN_SYNC;
    if (settings.wanted().enabled() && ours != null && !ours.enabled()) {
      noteDisabled(ours);
      state = State.DISABLED;
    } else if (plan.action() != Action.NOTHING || !plan.differences().isEmpty()) {
      state = State.DRIFT;
    }
    if (state == State.IN_SYNC && !turn.done().isEmpty()) {
      return finish(
          state,
          new Plan(plan.registration(), plan.action(), List.of(), plan.sentence(), null),
          Result.Outcome.DONE,
          wait(settings.checkInterval()));
    }
    String cure = plan.cure();
    if (cure == null && state != State.IN_SYNC) {
      cure = "Order `registrations apply " + settings.name() + "`, or set mode: apply";
    }
    if (plan.asks() && draft.state != State.DRIFT) {
      turn.tell(AuditKind.REGISTRATION_FAILED, plan.sentence());
    }
    Plan told =
        new Plan(plan.registration(), plan.action(), plan.differences(), plan.sentence(), cure);
    Result.Outcome outcome =
        state == State.IN_SYNC ? Result.Outcome.NOTHING : Result.Outcome.REFUSED;
    return finish(state, told, outcome, wait(settings.checkInterval()));
  }

  private Duration wait(Duration interval) {
    return tools.spread(interval, 0.1);
  }

  /**
   * @param vanishing an entry that was there when it was looked at; null where none is concerned
   */
  private Ended trouble(Refused<?> refused, String deed, @Nullable Registered vanishing)
      throws LostTurn {
    int failures = draft.failures + 1;
    Trouble trouble = Trouble.of(refused, deed, settings, failures, tools.random());
    if (vanishing != null && refused.kind() == Kind.NOT_FOUND) {
      trouble =
          new Trouble(
              State.DRIFT,
              "Entry " + Decision.shownId(vanishing) + " is gone since it was looked at",
              "It is looked for, and made, again by itself",
              tools.spread(SOON, 0.25),
              false);
    }
    if (trouble.state() != draft.state) {
      turn.tell(AuditKind.REGISTRATION_FAILED, trouble.sentence());
    }
    draft.limitedUntil = trouble.limited() ? turn.now().plus(trouble.pause()) : null;
    return finish(
        trouble.state(),
        plan(Action.UNKNOWN, trouble.sentence(), trouble.cure()),
        trouble.state() == State.REFUSED ? Result.Outcome.REFUSED : Result.Outcome.UNREACHABLE,
        trouble.pause(),
        failures);
  }

  private Plan plan(Action action, String sentence, @Nullable String cure) {
    return new Plan(settings.name(), action, List.of(), sentence, cure);
  }

  private Ended finish(State state, Plan plan, Result.Outcome outcome, Duration wait)
      throws LostTurn {
    draft.limitedUntil = null;
    return finish(state, plan, outcome, wait, 0);
  }

  private Ended finish(State state, Plan plan, Result.Outcome outcome, Duration wait, int failures)
      throws LostTurn {
    draft.state = state;
    draft.sentence = plan.sentence();
    draft.cure = plan.cure();
    draft.failures = failures;
    draft.checkedAt = turn.now();
    draft.nextCheckAt = turn.now().plus(wait);
    turn.save();
    String sentence =
        turn.done().isEmpty()
            ? plan.sentence()
            : String.join(". ", turn.done()) + ". " + plan.sentence();
    return new Ended(new Result(outcome, plan, sentence, plan.cure()), wait);
  }

  private void told(Registered answer) {
    List<Difference> left = Found.differences(settings.wanted(), answer, settings.api());
    draft.applied = Fingerprints.of(settings);
    draft.kept = left.isEmpty() ? null : Fingerprints.of(left);
    draft.changedAt = turn.now();
  }

  /** Deletes our entry, by an order. */
  Ended remove() throws LostTurn {
    ApiOutcome<List<Registered>> listed = turn.call(api::list);
    if (listed instanceof Refused<List<Registered>> refused) {
      return trouble(refused, LIST, null);
    }
    entries = ((Done<List<Registered>>) listed).value();
    Found found = Found.among(entries, settings.wanted(), draft.apiId, draft.replaces);
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
      ApiOutcome<Boolean> outcome = turn.call(() -> api.delete(id));
      if (outcome instanceof Refused<Boolean> refused) {
        return trouble(refused, "delete entry " + Found.shown(id), null);
      }
      turn.tell(
          AuditKind.REGISTRATION_REMOVED, "entry " + Found.shown(id) + " was deleted by an order");
      turn.save();
    }
    draft.apiId = null;
    draft.applied = null;
    draft.print = null;
    draft.kept = null;
    draft.creating = null;
    draft.replaces = null;
    draft.rotating = false;
    draft.removed = true;
    draft.changedAt = turn.now();
    secrets.retireAll();
    Ended ended =
        finish(
            State.OFF,
            plan(
                Action.REMOVE,
                going.isEmpty() ? "There was no entry of ours. " + REMOVED : REMOVED,
                "Order `registrations apply " + settings.name() + "` to bring it back"),
            going.isEmpty() ? Result.Outcome.NOTHING : Result.Outcome.DONE,
            settings.checkInterval());
    return new Ended(ended.result(), null);
  }

  /** One that merely has our address may be another one's. */
  private boolean isSurelyOurs(Registered entry) {
    return entry.id().equals(draft.apiId)
        || settings.wanted().marker().equals(entry.marker())
        || !settings.api().keepsMarker();
  }
}
