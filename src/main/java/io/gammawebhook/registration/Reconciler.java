package io.gammawebhook.registration;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.registration.HeldTurn.LostTurn;
import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes one registration what is wanted, a pass at a time: list, compare, create or change or leave
 * alone. A pass needs the registration's turn, so that of all nodes one is at it; what a node does
 * that has lost its turn is found and put right by the next pass. Safe for use by many threads.
 */
final class Reconciler {

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(60);
  private static final Duration BUSY_WAIT = Duration.ofSeconds(10);

  /** Why there is a pass. */
  enum Cause {
    /** This node has started: what it wants is what is wanted now. */
    START,
    /** It is time to look. */
    CHECK,
    /** An operator wants it. */
    ORDER
  }

  private final Tools tools;
  private final ReferenceGenerator references;

  /** Until when a look that stores nothing was asked to wait. */
  private volatile @Nullable Instant waitUntil;

  /**
   * @param random has to be cryptographically strong
   * @param settle how long a new secret is in the store before the API is told of it
   * @param secretsChanged told when secrets are stored that this node has to know at once
   */
  Reconciler(
      RegistrationService.Configured configured,
      RegistrationStore store,
      @Nullable SecretSeal seal,
      RandomGenerator random,
      Duration settle,
      Runnable secretsChanged,
      ApiCalls calls) {
    RegistrationSettings settings = configured.settings();
    Duration lease = settings.account().timeout().multipliedBy(2).plusSeconds(30);
    this.tools =
        new Tools(
            settings,
            new CountedApi(configured.api(), settings.name(), calls),
            configured.sourceSecret(),
            () -> configured.scheme().secretEncoding().generate(random),
            store,
            seal,
            random,
            settle,
            secretsChanged,
            new Fingerprints(settings.name()),
            lease.compareTo(SHORTEST_LEASE) > 0 ? lease : SHORTEST_LEASE);
    this.references = new ReferenceGenerator(random);
  }

  RegistrationSettings settings() {
    return tools.settings();
  }

  /** What would be done, by looking only; an API that wants to be left alone is. */
  Plan plan(NewSecret newSecret) {
    String name = settings().name();
    Entry entry =
        tools.store().entries().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElse(null);
    List<StoredSecret> secrets =
        tools.store().secrets().stream().filter(each -> each.registration().equals(name)).toList();
    Draft draft = Draft.of(settings(), entry);
    if (newSecret == NewSecret.AT_ONCE) {
      draft.ending = secrets.stream().mapToInt(StoredSecret::version).max().orElse(0);
    }
    tools.censor(secrets);
    Instant now = tools.store().now();
    Plan left = left(name, later(entry == null ? null : entry.limitedUntil(), waitUntil), now);
    if (left != null) {
      return left;
    }
    ApiOutcome<List<Registered>> listed = tools.api().list();
    if (listed instanceof Refused<List<Registered>> refused) {
      Trouble trouble = Trouble.of(refused, ApiEntries.LIST, settings(), 1, tools.random());
      Duration asked = refused.retryAfter();
      waitUntil = asked == null ? null : now.plus(asked);
      return new Plan(
          name, Action.UNKNOWN, List.of(), trouble.sentence(), trouble.cureOf(settings()));
    }
    return Decision.of(
            new Decision.Facts(
                settings(),
                draft,
                secrets,
                ((ApiOutcome.Done<List<Registered>>) listed).value(),
                tools.print(),
                newSecret != NewSecret.NONE || SecretVersions.lackAnother(draft, secrets),
                true,
                tools.store().now()))
        .plan();
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  private @Nullable Plan left(String name, @Nullable Instant until, Instant now) {
    if (until == null || !until.isAfter(now)) {
      return null;
    }
    return new Plan(
        name,
        Action.UNKNOWN,
        List.of(),
        settings().api().title() + " was asked too often, and was not asked now",
        "It may be asked again at " + until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
  }

  /** One pass, if it is due. */
  Ended pass(Cause cause) {
    return pass(cause, NewSecret.NONE, null);
  }

  /**
   * One pass.
   *
   * @param newSecret whether the entry gets another secret
   * @param order of which the deeds are; null where nobody ordered it
   */
  Ended pass(Cause cause, NewSecret newSecret, @Nullable Reference order) {
    if (settings().mode() == Mode.OFF) {
      return new Ended(
          result(Result.Outcome.NOTHING, "It is switched off: mode is off", null), null);
    }
    return inTurn(
        turn -> {
          HeldTurn held = new HeldTurn(tools, turn, reference(turn, order));
          Pass pass = new Pass(tools, held, cause == Cause.ORDER);
          if (held.draft.removed && cause != Cause.ORDER) {
            return pass.asleep();
          }
          Ended notDue = cause == Cause.ORDER ? null : notDue(turn, held.draft, cause);
          if (notDue != null) {
            return notDue;
          }
          return pass.run(newSecret);
        });
  }

  /** Deletes our entry, and stays away from then on. */
  Ended remove(Reference order) {
    return inTurn(turn -> new Pass(tools, new HeldTurn(tools, turn, order), true).remove());
  }

  private Reference reference(Turn turn, @Nullable Reference order) {
    return order == null ? references.next(turn.now().toEpochMilli()) : order;
  }

  /** A piece of work in a turn. */
  private interface Work {
    Ended run(Turn turn) throws LostTurn;
  }

  private Ended inTurn(Work work) {
    Optional<Turn> turn = tools.store().take(settings().name(), tools.lease());
    if (turn.isEmpty()) {
      return busy();
    }
    try {
      tools.censor(turn.get().secrets());
      return work.run(turn.get());
    } catch (LostTurn e) {
      return busy();
    } finally {
      end(turn.get());
    }
  }

  private Ended busy() {
    return new Ended(
        result(
            Result.Outcome.BUSY,
            "A node is at this registration just now",
            "Ask again in a moment"),
        tools.spread(BUSY_WAIT, 1));
  }

  private void end(Turn turn) {
    try {
      tools.store().end(turn);
    } catch (StoreException e) {
      // It ends by itself, with its lease.
      return;
    }
  }

  /**
   * Where another node has looked, or is the one that says what is wanted.
   *
   * @return null if a pass is due
   */
  private @Nullable Ended notDue(Turn turn, Draft draft, Cause cause) {
    String wanted = Fingerprints.of(settings());
    boolean same = wanted.equals(draft.settings);
    if (cause == Cause.CHECK && draft.settings != null && !same) {
      // The node that started last knows better; else two would undo each other's work.
      return new Ended(
          result(
              Result.Outcome.NOTHING,
              "A node that started later has other settings of this registration",
              "Configure all nodes alike, and restart those that are not"),
          tools.spread(settings().checkInterval(), 0.1));
    }
    Instant next = draft.nextCheckAt;
    Instant limited = draft.limitedUntil;
    boolean left = limited != null && limited.isAfter(turn.now());
    boolean started = cause == Cause.START;
    boolean others = !tools.store().isPrivate() && draft.state == State.IN_SYNC;
    if (next != null && next.isAfter(turn.now()) && same && (!started || left || others)) {
      return new Ended(
          result(Result.Outcome.NOTHING, draft.sentence, draft.cure),
          tools
              .spread(Duration.between(turn.now(), next), 0)
              .plusMillis(tools.random().nextInt(2_000)));
    }
    return null;
  }

  private Result result(Result.Outcome outcome, String sentence, @Nullable String cure) {
    return new Result(
        outcome,
        new Plan(settings().name(), Action.NOTHING, List.of(), sentence, cure),
        sentence,
        cure);
  }
}
