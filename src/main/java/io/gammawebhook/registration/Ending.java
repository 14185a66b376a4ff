package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pass ends: what is stored of its end, what is said of it, and when the next one is due.
 * Used by one thread.
 */
final class Ending {

  private static final String REMOVED = "An operator had it removed; an apply brings it back";

  private static final Duration SOON = Duration.ofSeconds(15);

  /** How long after a look the next one is for an entry that the list does not show yet. */
  private static final Duration LIST_LOOK = Duration.ofMinutes(2);

  private final Tools tools;
  private final RegistrationSettings settings;
  private final HeldTurn turn;
  private final Draft draft;

  Ending(Tools tools, HeldTurn turn) {
    this.tools = tools;
    this.settings = tools.settings();
    this.turn = turn;
    this.draft = turn.draft;
  }

  /** An order that is not carried out; nothing is stored of it. */
  Ended refused(String sentence, String cure) {
    return new Ended(
        new Result(Result.Outcome.REFUSED, plan(Action.NOTHING, sentence, cure), sentence, cure),
        null);
  }

  /**
   * A secret cannot be opened.
   *
   * @param ours null if there is no entry of ours
   */
  Ended unreadable(SealException fault, @Nullable Registered ours) throws LostTurn {
    String besides =
        ours != null && Decision.isOff(settings, ours)
            ? "; besides, " + Decision.off(settings, ours)
            : "";
    return finish(
        State.REFUSED,
        plan(Action.UNKNOWN, fault.sentence() + besides, fault.cure()),
        Result.Outcome.REFUSED,
        checkInterval());
  }

  /** A secret was made that not all nodes know yet. */
  Ended waiting(StoredSecret secret, Duration wait) throws LostTurn {
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

  /** An entry was replaced that may still be in use. */
  Ended replacing(Duration wait) throws LostTurn {
    return finish(
        State.IN_SYNC,
        plan(Action.REPLACE, "The entry that was replaced is deleted in a moment", null),
        Result.Outcome.WAITING,
        wait);
  }

  /** An operator has it deleted; no other pass is due. */
  Ended removed(boolean any) throws LostTurn {
    Ended ended =
        finish(
            State.OFF,
            plan(
                Action.REMOVE,
                any ? REMOVED : "There was no entry of ours. " + REMOVED,
                "Order `registrations apply " + settings.name() + "` to bring it back"),
            any ? Result.Outcome.DONE : Result.Outcome.NOTHING,
            settings.checkInterval());
    return new Ended(ended.result(), null);
  }

  /**
   * Of one that an operator had removed before.
   *
   * @param due whether there is anything left to look after
   */
  Ended asleep(boolean due) {
    return new Ended(
        new Result(
            Result.Outcome.NOTHING, plan(Action.NOTHING, REMOVED, draft.cure), REMOVED, draft.cure),
        due ? checkInterval() : null);
  }

  /** All is as wanted, or as far as it goes by itself. */
  Ended settled(Decision decision) throws LostTurn {
    Plan plan = decision.plan();
    if (plan.action() == Action.WAIT) {
      Duration wait = checkInterval();
      return finish(
          State.UNKNOWN,
          plan,
          Result.Outcome.WAITING,
          wait.compareTo(LIST_LOOK) < 0 ? wait : tools.spread(LIST_LOOK, 0.1));
    }
    Registered ours = decision.found().ours();
    State state = State.IN_SYNC;
    if (ours != null && Decision.isOff(settings, ours)) {
      state = State.DISABLED;
    } else if (plan.action() != Action.NOTHING || !plan.differences().isEmpty()) {
      state = State.DRIFT;
    }
    if (state == State.IN_SYNC && !turn.done().isEmpty()) {
      return finish(
          state,
          new Plan(plan.registration(), plan.action(), List.of(), plan.sentence(), null),
          Result.Outcome.DONE,
          checkInterval());
    }
    String cure = plan.cure();
    if (cure == null && state != State.IN_SYNC) {
      cure = "Order `registrations apply " + settings.name() + "`, or set mode: apply";
    }
    if (plan.asks() && !(draft.state == state && draft.sentence.equals(plan.sentence()))) {
      turn.tell(AuditKind.REGISTRATION_FAILED, plan.sentence() + ". " + cure);
    }
    Plan told =
        new Plan(plan.registration(), plan.action(), plan.differences(), plan.sentence(), cure);
    Result.Outcome outcome =
        state == State.IN_SYNC ? Result.Outcome.NOTHING : Result.Outcome.REFUSED;
    return finish(state, told, outcome, checkInterval());
  }

  /**
   * The API has refused something.
   *
   * @param deed what, such as {@code make an entry}
   */
  Ended trouble(Refused<?> refused, String deed) throws LostTurn {
    int failures = draft.failures + 1;
    return trouble(Trouble.of(refused, deed, settings, failures, tools.random()), failures);
  }

  /**
   * The API has refused something.
   *
   * @param deed what, such as {@code change entry 17}
   * @param looked an entry that was there when it was looked at
   */
  Ended trouble(Refused<?> refused, String deed, Registered looked) throws LostTurn {
    if (refused.kind() != Kind.NOT_FOUND) {
      return trouble(refused, deed);
    }
    return trouble(
        new Trouble(
            State.DRIFT,
            "Entry " + Decision.shownId(looked) + " is gone since it was looked at",
            "It is looked for, and made, again by itself",
            tools.spread(SOON, 0.25),
            false),
        draft.failures + 1);
  }

  private Ended trouble(Trouble trouble, int failures) throws LostTurn {
    String cure = trouble.cureOf(settings);
    if (trouble.state() != draft.state) {
      turn.tell(AuditKind.REGISTRATION_FAILED, trouble.sentence() + ". " + cure);
    }
    draft.limitedUntil = trouble.limited() ? turn.now().plus(trouble.pause()) : null;
    draft.failures = failures;
    return stored(
        trouble.state(),
        plan(Action.UNKNOWN, trouble.sentence(), cure),
        trouble.state() == State.REFUSED ? Result.Outcome.REFUSED : Result.Outcome.UNREACHABLE,
        trouble.pause());
  }

  private Plan plan(Action action, String sentence, @Nullable String cure) {
    return new Plan(settings.name(), action, List.of(), sentence, cure);
  }

  private Duration checkInterval() {
    return tools.spread(settings.checkInterval(), 0.1);
  }

  /** The API has refused nothing. */
  private Ended finish(State state, Plan plan, Result.Outcome outcome, Duration wait)
      throws LostTurn {
    draft.limitedUntil = null;
    draft.failures = 0;
    return stored(state, plan, outcome, wait);
  }

  private Ended stored(State state, Plan plan, Result.Outcome outcome, Duration wait)
      throws LostTurn {
    draft.state = state;
    draft.sentence = plan.sentence();
    draft.cure = plan.cure();
    draft.checkedAt = turn.now();
    draft.nextCheckAt = turn.now().plus(wait);
    turn.save();
    String sentence =
        turn.done().isEmpty()
            ? plan.sentence()
            : String.join(". ", turn.done()) + ". " + plan.sentence();
    return new Ended(new Result(outcome, plan, sentence, plan.cure()), wait);
  }
}
