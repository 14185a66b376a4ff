package io.gammawebhook.registration;

import io.gammawebhook.registration.Decision.Need;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives our entry the secret that it lacks: made for all nodes to know, then told to the API, or
 * asked from it. Used by one thread.
 */
final class AnotherSecret {

  private final RegistrationSettings settings;
  private final Tools tools;
  private final RegistrationApi api;
  private final HeldTurn turn;
  private final Draft draft;
  private final SecretVersions secrets;
  private final ApiEntries entries;
  private final NewEntry newEntry;
  private final Ending ending;

  AnotherSecret(
      Tools tools,
      HeldTurn turn,
      SecretVersions secrets,
      ApiEntries entries,
      NewEntry newEntry,
      Ending ending) {
    this.settings = tools.settings();
    this.tools = tools;
    this.api = tools.api();
    this.turn = turn;
    this.draft = turn.draft;
    this.secrets = secrets;
    this.entries = entries;
    this.newEntry = newEntry;
    this.ending = ending;
  }

  /** One step towards it; there may be more, which the next decision names. */
  @Nullable Ended step(Registered ours, Decision decision) throws LostTurn {
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
      case REPLACE -> newEntry.inPlaceOf(ours, decision.mayEnable(), given);
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
}
