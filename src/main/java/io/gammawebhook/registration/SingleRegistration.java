package io.gammawebhook.registration;

import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.verify.SecretText;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Registers once, without a store: looks, compares, makes the entry or changes it. It keeps
 * nothing, so nothing is looked after afterwards; an application that is configured with the same
 * name finds the entry by its marker, or by its address. Used by one thread.
 */
public final class SingleRegistration {

  private final RegistrationSettings settings;
  private final RegistrationApi api;
  private final RandomGenerator random;
  private final Function<ApiOutcome.Kind, String> cures;

  /**
   * @param cures what to do about a refusal, as a sentence in the words of who asks: nothing is
   *     tried again by itself
   */
  public SingleRegistration(
      RegistrationSettings settings,
      RegistrationApi api,
      RandomGenerator random,
      Function<ApiOutcome.Kind, String> cures) {
    this.settings = settings;
    this.api = api;
    this.random = random;
    this.cures = cures;
  }

  /**
   * What became of it.
   *
   * @param id the API's name of the entry; null if there is none, or it is not known
   * @param secret what the API signs with, if it told that or was told; else null
   */
  public record Done(Result result, @Nullable String id, @Nullable SecretText secret) {}

  /** What was found, or why nothing was. */
  private record Look(Plan plan, @Nullable Registered ours, @Nullable Result failed) {}

  /** Looks at the API and says what is to be done; changes nothing. */
  public Result look() {
    Look look = compared();
    return look.failed() != null
        ? look.failed()
        : new Result(Result.Outcome.DRY, look.plan(), look.plan().sentence(), look.plan().cure());
  }

  /**
   * Looks, and makes the entry or changes it. The secret of one that is there stays what it is.
   *
   * @param secret what a new entry is to sign with; null lets the API make one
   */
  public Done carryOut(@Nullable SecretText secret) {
    Look look = compared();
    if (look.failed() != null) {
      return new Done(look.failed(), null, null);
    }
    return switch (look.plan().action()) {
      case CREATE -> create(look.plan(), secret);
      case UPDATE, ENABLE -> update(look.plan(), look.ours());
      case NOTHING ->
          there(
              new Result(Result.Outcome.NOTHING, look.plan(), look.plan().sentence(), null),
              look.ours());
      default ->
          new Done(
              new Result(
                  Result.Outcome.REFUSED, look.plan(), look.plan().sentence(), look.plan().cure()),
              null,
              null);
    };
  }

  private Look compared() {
    api.censor(List.of(), settings.wanted());
    ApiOutcome<List<Registered>> listed = api.list();
    if (listed instanceof ApiOutcome.Done<List<Registered>> done) {
      Found found = Found.among(done.value(), settings.wanted(), null, null);
      return look(found);
    }
    Result failed = failed((Refused<?>) listed, "list its entries");
    return new Look(failed.plan(), null, failed);
  }

  private Look look(Found found) {
    String title = settings.api().title();
    Registered ours = found.ours();
    if (ours == null) {
      return found.foreign() == null
          ? new Look(
              plan(Plan.Action.CREATE, List.of(), title + " has no entry for this address", null),
              null,
              null)
          : new Look(
              plan(
                  Plan.Action.CONFLICT,
                  List.of(),
                  "The entry "
                      + Found.shown(found.foreign().id())
                      + " at "
                      + title
                      + " has this address, and is marked as that of "
                      + Found.shown(found.foreign().marker()),
                  "Give this one another address, or delete that entry at " + title),
              null,
              null);
    }
    List<Difference> differences = Found.differences(settings.wanted(), ours, settings.api());
    String entry = "The entry " + Found.shown(ours.id()) + " at " + title;
    if (!differences.isEmpty()) {
      return new Look(plan(Plan.Action.UPDATE, differences, entry + " differs", null), ours, null);
    }
    return ours.enabled()
        ? new Look(plan(Plan.Action.NOTHING, List.of(), entry + " is as wanted", null), ours, null)
        : new Look(
            plan(Plan.Action.ENABLE, List.of(), entry + " is switched off", null), ours, null);
  }

  private Done create(Plan plan, @Nullable SecretText secret) {
    // A look comes before, so that one key a try is enough.
    ApiOutcome<Registered> made =
        api.create(settings.wanted(), secret, UUID.randomUUID().toString());
    if (!(made instanceof ApiOutcome.Done<Registered> done)) {
      return new Done(failed((Refused<?>) made, "make the entry"), null, null);
    }
    Registered entry = done.value();
    SecretText told = entry.secret() == null ? secret : entry.secret();
    return new Done(
        result(plan, "The entry " + Found.shown(entry.id()) + " was made"),
        entry.id(),
        told == null ? asked(entry.id()) : told);
  }

  private Done update(Plan plan, @Nullable Registered ours) {
    if (ours == null) {
      throw new IllegalStateException("There is no entry to change");
    }
    ApiOutcome<Registered> changed = api.update(ours.id(), settings.wanted(), null);
    return changed instanceof ApiOutcome.Done<Registered>
        ? there(result(plan, "The entry " + Found.shown(ours.id()) + " was changed"), ours)
        : new Done(failed((Refused<?>) changed, "change the entry"), ours.id(), null);
  }

  private Done there(Result result, @Nullable Registered ours) {
    return ours == null
        ? new Done(result, null, null)
        : new Done(result, ours.id(), asked(ours.id()));
  }

  /** Null where the API does not tell. */
  private @Nullable SecretText asked(String id) {
    return settings.api().tells(Telling.READ)
            && api.secret(id) instanceof ApiOutcome.Done<SecretText> told
        ? told.value()
        : null;
  }

  private Result result(Plan plan, String sentence) {
    return new Result(Result.Outcome.DONE, plan, sentence, null);
  }

  private Result failed(Refused<?> refused, String deed) {
    Trouble trouble = Trouble.of(refused, deed, settings, 1, random);
    String cure = cures.apply(refused.kind());
    return new Result(
        trouble.state() == RegistrationStatus.State.REFUSED
            ? Result.Outcome.REFUSED
            : Result.Outcome.UNREACHABLE,
        plan(Plan.Action.UNKNOWN, List.of(), trouble.sentence(), cure),
        trouble.sentence(),
        cure);
  }

  private Plan plan(
      Plan.Action action, List<Difference> differences, String sentence, @Nullable String cure) {
    return new Plan(settings.name(), action, differences, sentence, cure);
  }
}
