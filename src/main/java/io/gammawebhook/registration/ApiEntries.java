package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The entries that are there at the API, and what is done to them: taken as ours, changed, deleted.
 * Where the API refuses it, the pass has ended. Used by one thread.
 */
final class ApiEntries {

  static final String LIST = "list its entries";

  private final RegistrationSettings settings;
  private final Tools tools;
  private final RegistrationApi api;
  private final HeldTurn turn;
  private final Draft draft;
  private final SecretVersions secrets;
  private final Ending ending;
  private List<Registered> all = List.of();
  private boolean updated;
  private boolean toldDisabled;

  ApiEntries(Tools tools, HeldTurn turn, SecretVersions secrets, Ending ending) {
    this.settings = tools.settings();
    this.tools = tools;
    this.api = tools.api();
    this.turn = turn;
    this.draft = turn.draft;
    this.secrets = secrets;
    this.ending = ending;
  }

  /** All entries, whoever made them, as far as they were listed and changed since. */
  List<Registered> all() {
    return all;
  }

  /** Whether one was changed. */
  boolean updated() {
    return updated;
  }

  /** Looks which there are. */
  @Nullable Ended list() throws LostTurn {
    ApiOutcome<List<Registered>> listed = turn.call(api::list);
    if (listed instanceof Refused<List<Registered>> refused) {
      return ending.trouble(refused, LIST);
    }
    all = ((Done<List<Registered>>) listed).value();
    draft.listed(all, turn.now());
    return null;
  }

  /**
   * Looks again: another node that had lost its turn may have made one too.
   *
   * @param made one that is there, even if the list lacks it
   * @param replaced the one that it stands for from then on; null if there is none
   */
  void listWith(Registered made, @Nullable Registered replaced) throws LostTurn {
    ApiOutcome<List<Registered>> listed = turn.call(api::list);
    if (listed instanceof Done<List<Registered>> done) {
      draft.listed(done.value(), turn.now());
    }
    all =
        listed instanceof Done<List<Registered>> again
                && again.value().stream().anyMatch(each -> each.id().equals(made.id()))
            ? again.value()
            : replaced == null ? List.of(made) : List.of(made, replaced);
  }

  /** It was found, and is ours from now on. */
  void adopt(Registered ours) throws LostTurn {
    draft.apiId = ours.id();
    // It is that of an entry that is gone; what this one signs with is another question.
    secrets.retireCurrent();
    draft.replaces = ours.id().equals(draft.replaces) ? null : draft.replaces;
    turn.tell(
        AuditKind.REGISTRATION_CREATED,
        "entry " + Decision.shownId(ours) + " was found there, and is taken as ours");
    turn.save();
  }

  /** What our entry is to be. */
  Wanted target(Registered ours, boolean mayEnable) {
    Wanted wanted = settings.wanted();
    boolean enabled = wanted.enabled() && (ours.enabled() || mayEnable);
    return new Wanted(
        wanted.url(), wanted.events(), enabled, wanted.description(), wanted.marker());
  }

  /**
   * @param mayEnable whether it may be switched on again
   * @param secret what it is to sign with from now on; null to leave that alone
   */
  @Nullable Ended update(Registered ours, boolean mayEnable, @Nullable SecretText secret)
      throws LostTurn {
    Wanted target = target(ours, mayEnable);
    boolean enables = target.enabled() && !ours.enabled();
    noteDisabled(ours);
    // Some take a secret that is not named for one to remove.
    SecretText sent =
        secret == null && settings.api().updateTakesSecret() ? secrets.known() : secret;
    ApiOutcome<Registered> outcome = turn.call(() -> api.update(ours.id(), target, sent));
    if (outcome instanceof Refused<Registered> refused) {
      return ending.trouble(refused, "change entry " + Decision.shownId(ours), ours);
    }
    updated = true;
    Registered after = ((Done<Registered>) outcome).value();
    draft.told(settings, after, turn.now());
    if (enables) {
      draft.enabled(turn.now());
      turn.tell(
          AuditKind.REGISTRATION_ENABLED,
          "entry "
              + Decision.shownId(ours)
              + " was switched on again, "
              + Decision.timesADay(draft.enables(turn.now())));
    }
    List<Difference> differences = Found.differences(settings.wanted(), ours, settings.api());
    if (!differences.isEmpty() || (ours.enabled() && !target.enabled())) {
      draft.updated(turn.now());
    }
    String changes =
        differences.stream()
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
    all = List.copyOf(now);
    return null;
  }

  /** Told once, when it is found switched off. */
  void noteDisabled(Registered ours) {
    String off = Decision.off(settings, ours);
    if (Decision.isOff(settings, ours)
        && draft.state != State.DISABLED
        // Where the state is a worse one, the sentence says it too.
        && !draft.sentence.contains(off)
        && !toldDisabled) {
      toldDisabled = true;
      turn.tell(
          AuditKind.REGISTRATION_DISABLED,
          off + (ours.disabledReason() == null ? "" : ": " + Found.shown(ours.disabledReason())));
    }
  }

  @Nullable Ended deleteDouble(Registered other) throws LostTurn {
    String id = Decision.shownId(other);
    Ended ended = delete(other.id(), "delete the second entry of ours, " + id);
    if (ended != null) {
      return ended;
    }
    // The answer to the old key may be that entry for ever.
    draft.creating = draft.creating == null ? null : tools.newKey();
    draft.changedAt = turn.now();
    turn.tell(
        AuditKind.REGISTRATION_REMOVED, "entry " + id + ", a second one of ours, was deleted");
    turn.save();
    return null;
  }

  /** It is stored with the end of the pass. */
  @Nullable Ended deleteReplaced(String id) throws LostTurn {
    Ended ended = delete(id, "delete the entry that was replaced");
    if (ended != null) {
      return ended;
    }
    draft.replaces = null;
    turn.tell(
        AuditKind.REGISTRATION_REMOVED,
        "entry " + Found.shown(id) + ", which was replaced, was deleted");
    return null;
  }

  @Nullable Ended deleteByOrder(String id) throws LostTurn {
    Ended ended = delete(id, "delete entry " + Found.shown(id));
    if (ended != null) {
      return ended;
    }
    turn.tell(
        AuditKind.REGISTRATION_REMOVED, "entry " + Found.shown(id) + " was deleted by an order");
    turn.save();
    return null;
  }

  private @Nullable Ended delete(String id, String deed) throws LostTurn {
    ApiOutcome<Boolean> outcome = turn.call(() -> api.delete(id));
    if (outcome instanceof Refused<Boolean> refused) {
      return ending.trouble(refused, deed);
    }
    all = without(id);
    return null;
  }

  private List<Registered> without(String id) {
    return all.stream().filter(each -> !each.id().equals(id)).toList();
  }
}
