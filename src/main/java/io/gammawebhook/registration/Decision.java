package io.gammawebhook.registration;

import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.OnDisabled;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.Made;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.ApiDescription.Rotation;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.Registered;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done next about a registration, of what is wanted, stored and found. It does
 * nothing itself.
 *
 * @param need what its secret lacks
 * @param mayEnable whether it may be switched on again
 */
record Decision(Plan plan, Found found, Need need, boolean mayEnable) {

  /** What the secret of an entry lacks. */
  enum Need {
    NOTHING,
    /** One is made, for all nodes first. */
    MAKE,
    /** The API is told one that all nodes know, or the source's. */
    TELL,
    /** The API makes one. */
    ASK_API,
    /** The API tells the one that it has. */
    READ,
    /** Nobody knows which one the API signs with: a person has to decide. */
    ASK_PERSON
  }

  /**
   * All that a decision is made of.
   *
   * @param print of the source's secret; null where it is not given to the API
   * @param newSecret whether another secret is ordered
   * @param ordered whether an operator has said that it is to be applied
   */
  record Facts(
      RegistrationSettings settings,
      Draft draft,
      List<StoredSecret> secrets,
      List<Registered> entries,
      @Nullable String print,
      boolean newSecret,
      boolean ordered,
      Instant now) {

    @Nullable StoredSecret secret(SecretState state) {
      return secrets.stream().filter(each -> each.state() == state).findFirst().orElse(null);
    }
  }

  static Decision of(Facts facts) {
    RegistrationSettings settings = facts.settings();
    Draft draft = facts.draft();
    ApiDescription api = settings.api();
    Found found = Found.among(facts.entries(), settings.wanted(), draft.apiId, draft.replaces);
    Registered ours = found.ours();
    boolean mayEnable =
        facts.ordered()
            || (settings.onDisabled() == OnDisabled.ENABLE
                && draft.enables(facts.now()) < settings.mostEnablesPerDay());
    boolean awaited = draft.isAwaited(facts.now());
    if (awaited && !facts.ordered() && (ours == null || !ours.id().equals(draft.apiId))) {
      return new Decision(late(facts), found, Need.NOTHING, mayEnable);
    }
    if (ours == null) {
      return new Decision(absent(facts, found), found, Need.NOTHING, mayEnable);
    }
    Need need = need(facts, ours);
    List<Difference> differences = new ArrayList<>(Found.differences(settings.wanted(), ours, api));
    boolean kept =
        !differences.isEmpty()
            && !facts.ordered()
            && Fingerprints.of(settings).equals(draft.applied)
            && Fingerprints.of(differences).equals(draft.kept);
    boolean differs = !differences.isEmpty() && !kept;
    boolean disabled = isOff(settings, ours);
    boolean enabledInVain = !settings.wanted().enabled() && ours.enabled() && api.canDisable();
    boolean fought =
        (differs || enabledInVain)
            && !facts.ordered()
            && draft.updates(facts.now()) >= Draft.MOST_UPDATES_A_DAY;
    if (disabled || enabledInVain) {
      differences.add(
          new Difference(
              "enabled",
              String.valueOf(settings.wanted().enabled()),
              ours.enabled()
                  ? "true"
                  : "false"
                      + (ours.disabledReason() == null
                          ? ""
                          : " (" + Found.shown(ours.disabledReason()) + ")")));
    }
    if (need != Need.NOTHING) {
      differences.add(secretDifference(facts, need));
    }
    if (found.unmarked() > 0) {
      differences.add(
          new Difference("entries of this address", "1", String.valueOf(1 + found.unmarked())));
    }
    for (Registered each : found.doubles()) {
      differences.add(new Difference("entries with our marker", "1", "also " + shownId(each)));
    }
    String entry = "entry " + shownId(ours);
    String besides = disabled ? "; besides, " + off(settings, ours) : "";
    Plan plan;
    if (!found.doubles().isEmpty() && !Found.isSame(ours.url(), settings.wanted().url())) {
      Registered there = found.doubles().get(0);
      plan =
          plan(
              facts,
              Action.CONFLICT,
              differences,
              "Ours is "
                  + entry
                  + ", and at the address that it is to have is entry "
                  + shownId(there)
                  + " with the same marker, perhaps another installation's; both are left alone"
                  + besides,
              "Delete entry "
                  + shownId(there)
                  + " there if nobody needs it, or set another public-url for registration "
                  + settings.name());
    } else if (need == Need.ASK_PERSON) {
      plan =
          plan(
              facts,
              Action.UNKNOWN,
              differences,
              api.title()
                  + " has "
                  + entry
                  + " of our address, and this store does not hold the secret that it signs with"
                  + besides,
              "If no other installation uses that entry, order `registrations rotate "
                  + settings.name()
                  + "`, which gives it another secret"
                  + (disabled && api.canDisable() ? " and switches it on" : "")
                  + "; else name another public-url");
    } else if (!found.doubles().isEmpty()) {
      plan =
          plan(
              facts,
              Action.REMOVE_DOUBLE,
              differences,
              "Our entry is there more than once: "
                  + shownId(found.doubles().get(0))
                  + " is deleted, "
                  + shownId(ours)
                  + " stays",
              null);
    } else if (need != Need.NOTHING) {
      boolean second = api.rotation() == Rotation.REPLACE && need != Need.READ;
      plan =
          plan(
              facts,
              second ? Action.REPLACE : Action.ROTATE,
              differences,
              second
                  ? entry
                      + " gets another secret: a second entry is made, then the first is deleted"
                      + (draft.ending > 0 ? "; the secrets before end at once" : "")
                  : need == Need.READ
                      ? "The secret of " + entry + " is read"
                      : entry
                          + " gets another secret, "
                          + (draft.ending > 0
                              ? "and those before end at once"
                              : "while the one before still counts"),
              null);
    } else if ((differs || enabledInVain) && !fought) {
      plan = plan(facts, Action.UPDATE, differences, entry + " is changed", null);
    } else if (disabled && mayEnable && api.canDisable()) {
      String leaves = leavesOff(facts);
      plan =
          leaves == null
              ? plan(facts, Action.ENABLE, differences, entry + " is switched on again", null)
              : plan(
                  facts,
                  Action.ENABLE,
                  differences,
                  off(settings, ours) + leaves + "; an apply would switch it on",
                  offCure(settings));
    } else if (fought && !disabled) {
      plan =
          plan(
              facts,
              Action.NOTHING,
              differences,
              entry
                  + " was changed "
                  + draft.updates(facts.now())
                  + " times in 24 hours, and differs again each time: another installation or a"
                  + " person changes it too; it is left alone",
              "Look for who else changes it at "
                  + api.title()
                  + ", and let one of both leave it alone; then order `registrations apply "
                  + settings.name()
                  + "`");
    } else if (awaited && !disabled && !kept && found.unmarked() == 0) {
      plan = late(facts);
    } else {
      plan = nothing(facts, found, differences, entry, disabled ? off(settings, ours) : null, kept);
    }
    return new Decision(plan, found, need, mayEnable);
  }

  private static Plan absent(Facts facts, Found found) {
    RegistrationSettings settings = facts.settings();
    ApiDescription api = settings.api();
    Registered foreign = found.foreign();
    if (foreign != null) {
      return plan(
          facts,
          Action.CONFLICT,
          List.of(
              new Difference("marker", settings.wanted().marker(), Found.shown(foreign.marker()))),
          "Our address is in entry "
              + shownId(foreign)
              + " at "
              + api.title()
              + ", which is marked as another one's; it is left alone",
          "Delete that entry there if nobody needs it, or set another public-url for registration "
              + settings.name());
    }
    if (settings.secretMode() == SecretMode.SOURCE && facts.print() != null && !api.secretGiven()) {
      return plan(
          facts,
          Action.UNKNOWN,
          List.of(),
          api.title() + " has no entry of ours, and makes the secret of a new one itself",
          "Set gamma.webhook.registrations."
              + settings.name()
              + ".secret: managed, so that the secret is taken over and kept");
    }
    if (!facts.ordered() && facts.draft().creates(facts.now()) >= Draft.MOST_CREATES_A_DAY) {
      return madeInVain(facts);
    }
    return plan(
        facts,
        Action.CREATE,
        List.of(new Difference("entry", settings.wanted().url(), "none")),
        api.title() + " has no entry of ours: one is made",
        null);
  }

  private static Plan late(Facts facts) {
    Draft draft = facts.draft();
    return plan(
        facts,
        Action.WAIT,
        List.of(),
        "Entry "
            + Found.shown(draft.apiId)
            + " was made, and the list of "
            + facts.settings().api().title()
            + " does not show it yet; it is looked for again",
        null);
  }

  /** Entries are made no more, as that brings none to stay. */
  private static Plan madeInVain(Facts facts) {
    RegistrationSettings settings = facts.settings();
    String api = settings.api().title();
    String apply = "order `registrations apply " + settings.name() + "`, which makes another one";
    List<Difference> differences =
        List.of(new Difference("entry", settings.wanted().url(), "none"));
    List<Made> unseen = facts.draft().unseen();
    if (unseen.isEmpty()) {
      return plan(
          facts,
          Action.UNKNOWN,
          differences,
          "Our entry was made "
              + facts.draft().creates(facts.now())
              + " times in 24 hours, and is gone from "
              + api
              + " again each time; no more are made",
          "Look for who deletes it there, then " + apply);
    }
    String prefix = "gamma.webhook.registrations." + settings.name() + ".";
    return plan(
        facts,
        Action.UNKNOWN,
        differences,
        api
            + " says that it has made "
            + unseen.stream().map(each -> Found.shown(each.id())).collect(Collectors.joining(", "))
            + " for us since "
            + unseen.get(0).at().truncatedTo(ChronoUnit.SECONDS)
            + ", and its list never showed one; no more are made",
        "Check that "
            + prefix
            + "credentials may list the entries that they make, and that "
            + prefix
            + "parameters and .api-url are right; delete those entries there, then "
            + apply);
  }

  private static Plan nothing(
      Facts facts,
      Found found,
      List<Difference> differences,
      String entry,
      @Nullable String off,
      boolean kept) {
    RegistrationSettings settings = facts.settings();
    String api = settings.api().title();
    if (off != null) {
      String leaves = settings.api().canDisable() ? leavesOff(facts) : null;
      return plan(
          facts,
          Action.NOTHING,
          differences,
          off + (leaves == null ? "" : leaves),
          offCure(settings));
    }
    if (kept) {
      return plan(
          facts,
          Action.NOTHING,
          differences,
          api + " took our change of " + entry + " and did not keep it",
          "Write " + differences.get(0).field() + " as the API writes it");
    }
    if (found.unmarked() > 0) {
      return plan(
          facts,
          Action.NOTHING,
          differences,
          "Our address is in "
              + (1 + found.unmarked())
              + " entries, and only "
              + entry
              + " is known to be ours: events come more than once",
          "Delete the others there");
    }
    return plan(facts, Action.NOTHING, differences, entry + " is as wanted", null);
  }

  /** Whether an entry is switched off that is to be on. */
  static boolean isOff(RegistrationSettings settings, Registered ours) {
    return settings.wanted().enabled() && !ours.enabled();
  }

  /** Of one that is switched off; by whom is known only where the API says why. */
  static String off(RegistrationSettings settings, Registered ours) {
    String api = settings.api().title();
    String entry = "entry " + shownId(ours);
    return ours.disabledReason() == null
        ? entry + " is switched off at " + api
        : api + " has switched " + entry + " off";
  }

  /** Such as {@code once in 24 hours}. */
  static String timesADay(int times) {
    return (times == 1 ? "once" : times + " times") + " in 24 hours";
  }

  /** Why a look leaves an entry switched off; null if it does not. */
  private static @Nullable String leavesOff(Facts facts) {
    RegistrationSettings settings = facts.settings();
    if (settings.mode() != Mode.APPLY) {
      return ", and mode: check leaves it so";
    }
    if (settings.onDisabled() == OnDisabled.WARN) {
      return ", and on-disabled: warn leaves it so";
    }
    int times = facts.draft().enables(facts.now());
    return times < settings.mostEnablesPerDay()
        ? null
        : "; it was switched on again "
            + timesADay(times)
            + ", and most-enables-per-day allows no more";
  }

  private static String offCure(RegistrationSettings settings) {
    return "Look for why our answers fail (events, dead letters, the API's own page), then "
        + (settings.api().canDisable()
            ? "order `registrations apply " + settings.name() + "`"
            : "switch it on there");
  }

  private static Difference secretDifference(Facts facts, Need need) {
    return switch (need) {
      case ASK_PERSON -> new Difference("secret", "not known here", "one that it tells nobody");
      case READ -> new Difference("secret", "not known here", "can be read");
      default ->
          facts.settings().secretMode() == SecretMode.SOURCE
              ? new Difference(
                  "secret",
                  "the first one of source " + facts.settings().source(),
                  facts.draft().print == null ? "not known" : "the one before")
              : new Difference("secret", "a new one", "the one before");
    };
  }

  private static Need need(Facts facts, Registered ours) {
    RegistrationSettings settings = facts.settings();
    ApiDescription api = settings.api();
    Draft draft = facts.draft();
    if (settings.secretMode() == SecretMode.SOURCE) {
      boolean told = facts.print() == null || facts.print().equals(draft.print);
      return told || !api.rotatesToGiven() ? Need.NOTHING : Need.TELL;
    }
    boolean known = ours.id().equals(draft.apiId);
    if (draft.rotating) {
      return Need.ASK_API;
    }
    if (facts.secret(SecretState.NEXT) != null) {
      return known || draft.creating != null || facts.newSecret() ? Need.TELL : Need.ASK_PERSON;
    }
    Need another = api.rotatesToGiven() ? Need.MAKE : Need.ASK_API;
    if (facts.newSecret()) {
      return another;
    }
    if (facts.secret(SecretState.CURRENT) != null && draft.print == null && known) {
      return Need.NOTHING;
    }
    if (!hasSecrets(api)) {
      return Need.NOTHING;
    }
    if (api.tells(Telling.READ)) {
      return Need.READ;
    }
    // The source's own secret verifies until the new one is there, or nobody ever knew one.
    boolean harmless =
        (known && draft.print != null)
            || (draft.creating != null && api.rotation() != Rotation.REPLACE);
    return harmless ? another : Need.ASK_PERSON;
  }

  private static boolean hasSecrets(ApiDescription api) {
    return api.secretGiven()
        || api.rotatesToGiven()
        || api.tells(Telling.CREATE)
        || api.tells(Telling.ROTATE)
        || api.tells(Telling.READ);
  }

  static String shownId(Registered entry) {
    return Found.shown(entry.id());
  }

  private static Plan plan(
      Facts facts,
      Action action,
      List<Difference> differences,
      String sentence,
      @Nullable String cure) {
    return new Plan(
        facts.settings().name(),
        action,
        differences,
        Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1),
        cure);
  }
}
