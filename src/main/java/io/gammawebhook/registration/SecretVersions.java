package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one registration's managed secret, changed within a turn. At most one is the
 * next, and one the current; the others are old, and still count, but no more than {@value
 * #MOST_OLD} of them, and not for ever. Used by one thread.
 */
final class SecretVersions {

  /** How many that were replaced count; the oldest goes when there is another. */
  static final int MOST_OLD = 4;

  /** How many times {@code old-secret-unused-for} one counts after it was replaced, at the most. */
  static final int MOST_LIFETIMES = 7;

  private final Tools tools;
  private final RegistrationSettings settings;
  private final HeldTurn turn;
  private List<StoredSecret> all;

  /** No version is given twice, so that no sealed one of before fits a place of today. */
  private int newest;

  SecretVersions(Tools tools, HeldTurn turn) {
    this.tools = tools;
    this.settings = tools.settings();
    this.turn = turn;
    this.all = turn.secrets();
    this.newest =
        Math.max(
            all.stream().mapToInt(StoredSecret::version).max().orElse(0),
            Math.max(turn.draft.ending, turn.draft.ended));
  }

  /** All of them, newest first. */
  List<StoredSecret> all() {
    return all;
  }

  @Nullable StoredSecret find(SecretState state) {
    return all.stream().filter(each -> each.state() == state).findFirst().orElse(null);
  }

  /** Makes the next secret, for all nodes to know. */
  StoredSecret make() throws LostTurn {
    StoredSecret made = next(SecretText.valueOf(tools.newSecret().get()), null);
    turn.tell(AuditKind.SECRET_MADE, "secret " + made.version() + " was made");
    turn.save();
    return made;
  }

  private StoredSecret next(SecretText secret, @Nullable Instant toldAt) {
    int version = ++newest;
    StoredSecret made =
        new StoredSecret(
            settings.name(),
            version,
            SecretState.NEXT,
            Objects.requireNonNull(tools.seal()).seal(secret, settings.name(), version),
            turn.now(),
            toldAt,
            null,
            null);
    List<StoredSecret> more = new ArrayList<>(all);
    more.add(0, made);
    all = List.copyOf(more);
    turn.put(made);
    return made;
  }

  private void change(StoredSecret before, StoredSecret after) {
    all = all.stream().map(each -> each == before ? after : each).toList();
    turn.put(after);
  }

  private void retire(StoredSecret secret) {
    change(secret, with(secret, SecretState.OLD, secret.toldAt(), turn.now()));
  }

  private static StoredSecret with(
      StoredSecret secret,
      SecretState state,
      @Nullable Instant toldAt,
      @Nullable Instant replacedAt) {
    return new StoredSecret(
        secret.registration(),
        secret.version(),
        state,
        secret.sealed(),
        secret.madeAt(),
        toldAt,
        replacedAt,
        secret.usedAt());
  }

  /**
   * The API signs with it from now on; what it signed with before still counts.
   *
   * @param secret null where nobody told it
   */
  void signsWith(@Nullable SecretText secret) {
    if (settings.secretMode() == SecretMode.SOURCE) {
      turn.draft.print = tools.print();
      retireAllBut(null);
      endOrdered(null);
      return;
    }
    turn.draft.print = null;
    StoredSecret current = secret == null ? null : same(secret);
    if (current == null && secret != null) {
      current = next(secret, turn.now());
      turn.tell(AuditKind.SECRET_MADE, "secret " + current.version() + " was received");
    }
    retireAllBut(current);
    if (current != null && current.state() != SecretState.CURRENT) {
      change(current, with(current, SecretState.CURRENT, turn.now(), null));
      turn.tell(
          AuditKind.SECRET_CHANGED,
          "the API signs with secret " + current.version() + " from now on");
    }
    endOrdered(current);
  }

  /** All that there are end once the API signs with another one, by an order. */
  void endOnceReplaced() {
    StoredSecret next = find(SecretState.NEXT);
    boolean again = next != null && turn.draft.ending > 0 && next.version() > turn.draft.ending;
    if (!again) {
      turn.draft.ending = newest;
      if (next != null) {
        retire(next);
        dropSurplus();
      }
    }
  }

  /** Whether the API still has to be given another secret, so that those of before end. */
  static boolean lackAnother(Draft draft, List<StoredSecret> all) {
    return draft.ending > 0
        && all.stream()
            .noneMatch(each -> each.version() > draft.ending && each.state() != SecretState.OLD);
  }

  private void endOrdered(@Nullable StoredSecret current) {
    int ending = turn.draft.ending;
    if (ending == 0) {
      return;
    }
    turn.draft.ending = 0;
    if (current != null && current.version() <= ending) {
      turn.tell(
          AuditKind.SECRET_CHANGED,
          "the API was asked for another secret and signs with secret "
              + current.version()
              + " all the same, so that none has ended");
      return;
    }
    for (StoredSecret each : all) {
      if (each.version() <= ending) {
        drop(each, "by an order it ended as soon as the API had another");
      }
    }
  }

  /** None counts any more. */
  void endAll() {
    all.forEach(each -> drop(each, "our entry was removed by an order"));
  }

  private @Nullable StoredSecret same(SecretText secret) {
    for (StoredSecret each : all) {
      try {
        if (open(each).equals(secret)) {
          return each;
        }
      } catch (SealException e) {
        // That one is another one's.
        continue;
      }
    }
    return null;
  }

  /** The current one, if there is one, is old from now on. */
  void retireCurrent() {
    StoredSecret current = find(SecretState.CURRENT);
    if (current != null) {
      retire(current);
      dropSurplus();
    }
  }

  private void retireAllBut(@Nullable StoredSecret current) {
    for (StoredSecret each : all) {
      if (each.state() != SecretState.OLD
          && (current == null || each.version() != current.version())) {
        retire(each);
      }
    }
    dropSurplus();
  }

  /** A lost key is no reason to keep what it has sealed, once a new secret is ordered. */
  void retireUnreadable() {
    for (StoredSecret secret : all) {
      try {
        open(secret);
      } catch (SealException e) {
        if (secret.state() != SecretState.OLD) {
          retire(secret);
        }
      }
    }
  }

  /** Why one that is not old cannot be opened; null if all can. */
  @Nullable SealException unreadable() {
    for (StoredSecret secret : all) {
      if (secret.state() != SecretState.OLD) {
        try {
          open(secret);
        } catch (SealException e) {
          return e;
        }
      }
    }
    return null;
  }

  /**
   * How long it still is until all nodes know a secret, and the API may be told of it.
   *
   * @return null once they do
   */
  @Nullable Duration untilKnown(StoredSecret secret) {
    Instant from = secret.madeAt().plus(tools.settle());
    return secret.state() != SecretState.NEXT || !from.isAfter(turn.now())
        ? null
        : Duration.between(turn.now(), from).plusMillis(100);
  }

  /** A secret that the API is about to be told. */
  SecretText given(StoredSecret secret) {
    SecretText text = opened(secret);
    if (secret.toldAt() == null) {
      change(secret, with(secret, secret.state(), turn.now(), secret.replacedAt()));
    }
    return text;
  }

  /** One that was opened before in this pass. */
  private SecretText opened(StoredSecret secret) {
    try {
      return open(secret);
    } catch (SealException e) {
      throw new IllegalStateException(e);
    }
  }

  private SecretText open(StoredSecret secret) throws SealException {
    return Objects.requireNonNull(tools.seal())
        .open(secret.sealed(), secret.registration(), secret.version());
  }

  /** What the API signs with, as far as we know. */
  @Nullable SecretText known() {
    if (settings.secretMode() == SecretMode.SOURCE) {
      return tools.sourceSecret().get();
    }
    StoredSecret current = find(SecretState.CURRENT);
    return current == null ? null : opened(current);
  }

  /**
   * Those that were replaced and are too many, oldest first.
   *
   * @param all of one registration
   */
  static List<StoredSecret> surplus(List<StoredSecret> all) {
    List<StoredSecret> old =
        all.stream()
            .filter(each -> each.state() == SecretState.OLD)
            .sorted(
                Comparator.comparing(SecretVersions::replaced).thenComparing(StoredSecret::version))
            .toList();
    return old.subList(0, Math.max(0, old.size() - MOST_OLD));
  }

  /** Whether one that was replaced counts no more, even if it is used. */
  static boolean hasEnded(StoredSecret secret, RegistrationSettings settings, Instant now) {
    return secret.state() == SecretState.OLD
        && !replaced(secret).plus(longest(settings)).isAfter(now);
  }

  private static Duration longest(RegistrationSettings settings) {
    return settings.oldSecretUnusedFor().multipliedBy(MOST_LIFETIMES);
  }

  private static Instant replaced(StoredSecret secret) {
    return Objects.requireNonNullElse(secret.replacedAt(), secret.madeAt());
  }

  private void drop(StoredSecret secret, String why) {
    all = all.stream().filter(each -> each.version() != secret.version()).toList();
    turn.drop(secret);
    turn.tell(AuditKind.SECRET_RETIRED, "secret " + secret.version() + " was removed: " + why);
    int lowest = all.stream().mapToInt(StoredSecret::version).min().orElse(newest + 1);
    turn.draft.ended = Math.max(turn.draft.ended, lowest - 1);
  }

  private void dropSurplus() {
    surplus(all)
        .forEach(
            each -> drop(each, "of those that were replaced, no more than " + MOST_OLD + " count"));
  }

  /**
   * What nothing has used for long enough goes, and what is too old or too many.
   *
   * @return whether any did
   */
  boolean expire() {
    int before = all.size();
    dropSurplus();
    for (StoredSecret each : all) {
      Instant replaced = replaced(each);
      Instant used = each.usedAt();
      Instant last = used != null && used.isAfter(replaced) ? used : replaced;
      if (hasEnded(each, settings, turn.now())) {
        drop(
            each,
            "it was replaced at "
                + replaced
                + ", and none counts longer than "
                + longest(settings).toHours()
                + " h from then on, whoever uses it");
      } else if (each.state() == SecretState.OLD
          && !last.plus(settings.oldSecretUnusedFor()).isAfter(turn.now())) {
        drop(each, "nothing has used it since " + last);
      }
    }
    return all.size() < before;
  }
}
