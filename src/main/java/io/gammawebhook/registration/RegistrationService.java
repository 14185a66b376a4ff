package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.Reconciler.Cause;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretFact;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations of this node: what operators order, and what {@link RegistrationRunner} does in
 * the background. It never deletes an entry when the application ends. Safe for use by many
 * threads.
 */
public final class RegistrationService implements Registrations {

  /** How often a node reads the managed secrets. */
  public static final Duration SECRETS_INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(RegistrationService.class);

  /** How long a diff's answer is given again. */
  private static final Duration YOUNG = Duration.ofSeconds(5);

  /** Of an API's time-out: within that an order is answered. */
  private static final int TIMEOUTS = 3;

  /**
   * A configured registration, with what it works on.
   *
   * @param api of the settings' account
   * @param scheme how the source's events are signed
   * @param sourceSecret the text of the first secret that the source has configured and that counts
   *     now; null where it has none
   */
  public record Configured(
      RegistrationSettings settings,
      RegistrationApi api,
      SignatureScheme scheme,
      Supplier<@Nullable SecretText> sourceSecret) {

    /**
     * @throws IllegalArgumentException if the secrets of that scheme cannot be managed; the message
     *     is a sentence that begins with the option {@code secret}, and names the cure
     */
    public Configured {
      if (settings.secretMode() == SecretMode.MANAGED) {
        if (!scheme.isSigned()) {
          throw new IllegalArgumentException(
              "secret must be source, since scheme " + scheme.name() + " signs nothing");
        }
        if (scheme.namesKeys() || scheme.secretEncoding().isPublic()) {
          throw new IllegalArgumentException(
              "secret must be source, since the senders of scheme "
                  + scheme.name()
                  + " have keys of their own: configure them as secrets of source "
                  + settings.source());
        }
      }
    }
  }

  /**
   * When a registration is next looked at.
   *
   * @param pause null if it is not by itself
   * @param starting whether the first pass of this node is still to come, as another one was at it
   */
  record Next(@Nullable Duration pause, boolean starting) {}

  /** A registration at work. */
  private static final class Part {
    final Configured configured;
    final Reconciler reconciler;
    final ReentrantLock lock = new ReentrantLock();

    /** What the last diff found; null where something may have changed since. */
    volatile @Nullable Looked looked;

    Part(Configured configured, Reconciler reconciler) {
      this.configured = configured;
      this.reconciler = reconciler;
    }
  }

  /**
   * What a diff found.
   *
   * @param nanos when, by the clock that only measures time
   */
  private record Looked(Plan plan, long nanos) {}

  private final Map<String, Part> parts = new TreeMap<>();
  private final Looks looks = new Looks();
  private final RegistrationStore store;
  private final RandomGenerator random;
  private final ReferenceGenerator references;
  private final ManagedSecrets secrets;
  private volatile BiConsumer<String, Duration> orders = (name, pause) -> {};

  /**
   * @param seal what managed secrets are sealed with; null where none is managed
   * @param keyrings the secrets that a source's requests are verified with on this node; null where
   *     the source does not receive here, or not yet
   * @param random has to be cryptographically strong, and safe for use by many threads
   * @throws IllegalArgumentException if a name is there twice, or secrets are managed without a
   *     seal
   */
  public RegistrationService(
      List<Configured> all,
      RegistrationStore store,
      @Nullable SecretSeal seal,
      Function<SourceName, @Nullable Keyring> keyrings,
      RandomGenerator random,
      ApiCalls calls) {
    this.store = store;
    this.random = random;
    this.references = new ReferenceGenerator(random);
    this.secrets = new ManagedSecrets(all, store, seal, keyrings);
    Duration settle = store.isPrivate() ? Duration.ZERO : SECRETS_INTERVAL.multipliedBy(2);
    for (Configured each : all) {
      RegistrationSettings settings = each.settings();
      if (seal == null && settings.secretMode() == SecretMode.MANAGED) {
        throw new IllegalArgumentException(
            "secret-key is needed, since the secret of registration "
                + settings.name()
                + " is managed");
      }
      Reconciler reconciler =
          new Reconciler(each, store, seal, random, settle, secrets::read, calls);
      if (parts.put(settings.name(), new Part(each, reconciler)) != null) {
        throw new IllegalArgumentException("Two registrations have the name " + settings.name());
      }
    }
  }

  /** The names of those configured, in the order of the alphabet. */
  public List<String> names() {
    return List.copyOf(parts.keySet());
  }

  /**
   * Verifies with the managed secrets as they are in the store, and notes there which of them were
   * used. Called once before requests are received, and every {@link #SECRETS_INTERVAL} from then
   * on. It throws nothing: while the store is down the ones before stay.
   */
  public void readSecrets() {
    secrets.read();
  }

  /**
   * One pass of one registration, if it is due. Blocks as long as the API takes.
   *
   * @param starting whether it is the first one of this node
   * @throws StoreException if the store is down
   */
  Next pass(String name, boolean starting) {
    Part part = part(name);
    part.lock.lock();
    try {
      Ended ended = part.reconciler.pass(starting ? Cause.START : Cause.CHECK);
      boolean busy = ended.result().outcome() == Result.Outcome.BUSY;
      return new Next(ended.pause(), starting && busy);
    } finally {
      part.looked = null;
      part.lock.unlock();
    }
  }

  /**
   * @param listener told after an order in how long the registration is due
   */
  void onOrder(BiConsumer<String, Duration> listener) {
    orders = listener;
  }

  RandomGenerator random() {
    return random;
  }

  private Part part(String name) {
    Part part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException(
          "There is no registration '"
              + name
              + "'; "
              + (parts.isEmpty() ? "none is configured" : "use one of " + parts.keySet()));
    }
    return part;
  }

  @Override
  public List<RegistrationStatus> list() {
    Map<String, RegistrationStatus> all = new TreeMap<>();
    Map<String, Entry> entries = new TreeMap<>();
    List<StoredSecret> stored = List.of();
    String fault = null;
    try {
      store.entries().forEach(entry -> entries.put(entry.name(), entry));
      stored = store.secrets();
    } catch (StoreException e) {
      LOG.debug("Registrations cannot be read", e);
      fault = "The store is down, so it is not known how it stands";
    }
    for (Part part : parts.values()) {
      String name = part.configured.settings().name();
      all.put(
          name, status(part.configured.settings(), entries.get(name), facts(stored, name), fault));
    }
    List<StoredSecret> found = stored;
    entries.forEach(
        (name, entry) -> all.computeIfAbsent(name, key -> forgotten(entry, facts(found, key))));
    return List.copyOf(all.values());
  }

  private static List<SecretFact> facts(List<StoredSecret> stored, String name) {
    return stored.stream()
        .filter(each -> each.registration().equals(name))
        .map(each -> new SecretFact(each.version(), each.state(), each.madeAt(), each.usedAt()))
        .toList();
  }

  private RegistrationStatus status(
      RegistrationSettings settings,
      @Nullable Entry entry,
      List<SecretFact> facts,
      @Nullable String fault) {
    State state = entry == null ? State.UNKNOWN : entry.state();
    String sentence =
        fault != null ? fault : entry == null ? "It was not looked at yet" : entry.sentence();
    @Nullable String cure = entry == null ? null : entry.cure();
    Instant next = entry == null ? null : entry.nextCheckAt();
    ManagedSecrets.Fault unused = secrets.fault(settings.name());
    if (settings.mode() == Mode.OFF) {
      state = State.OFF;
      sentence = "It is switched off: mode is off";
      cure = null;
      next = null;
    } else if (entry != null && entry.removed()) {
      next = null;
    } else if (unused != null) {
      // What the last look has found besides is not to be hidden.
      boolean besides =
          fault == null
              && (state == State.DISABLED || state == State.DRIFT || state == State.UNREACHABLE);
      boolean said = sentence.startsWith(unused.sentence());
      sentence =
          said
              ? sentence
              : unused.sentence() + (besides ? "; besides, at the API: " + sentence : "");
      state = State.REFUSED;
      cure = unused.cure();
    }
    return new RegistrationStatus(
        settings.name(),
        settings.source(),
        settings.api().name(),
        entry == null ? null : entry.apiId(),
        settings.wanted().url(),
        state,
        sentence,
        cure,
        entry == null ? null : entry.checkedAt(),
        entry == null ? null : entry.changedAt(),
        next,
        facts);
  }

  /** One that is configured no more. */
  private static RegistrationStatus forgotten(Entry entry, List<SecretFact> facts) {
    return new RegistrationStatus(
        entry.name(),
        entry.source(),
        entry.api(),
        entry.apiId(),
        entry.url(),
        State.OFF,
        entry.apiId() == null
            ? "It is not configured here"
            : "It is not configured here, and its entry still stands at the API",
        entry.apiId() == null
            ? null
            : "Configure it again, or delete entry " + entry.apiId() + " there",
        entry.checkedAt(),
        entry.changedAt(),
        null,
        facts);
  }

  @Override
  public Plan diff(String name) {
    Part part = part(name);
    Looked before = part.looked;
    if (before != null && System.nanoTime() - before.nanos() < YOUNG.toNanos()) {
      return before.plan();
    }
    return look(
        part,
        true,
        () -> {
          Plan plan = part.reconciler.plan(NewSecret.NONE);
          part.looked = new Looked(plan, System.nanoTime());
          return plan;
        });
  }

  @Override
  public Result apply(String name, boolean dryRun, boolean newSecret, Operator who) {
    return newSecret
        ? apply(name, dryRun, NewSecret.OVERLAPPING, "rotate", who)
        : apply(name, dryRun, NewSecret.NONE, "apply", who);
  }

  @Override
  public Result rotateNow(String name, boolean dryRun, Operator who) {
    return apply(name, dryRun, NewSecret.AT_ONCE, "rotate --now", who);
  }

  private Result apply(
      String name, boolean dryRun, NewSecret newSecret, String what, Operator who) {
    Part part = part(name);
    if (dryRun) {
      return dry(look(part, true, () -> part.reconciler.plan(newSecret)));
    }
    return ordered(
        part, what, who, order -> told(name, part.reconciler.pass(Cause.ORDER, newSecret, order)));
  }

  private Result told(String name, Ended ended) {
    Duration pause = ended.pause();
    if (pause != null) {
      orders.accept(name, pause);
    }
    return ended.result();
  }

  private static Result dry(Plan plan) {
    return new Result(
        plan.asks() ? Result.Outcome.REFUSED : Result.Outcome.DRY,
        plan,
        plan.sentence(),
        plan.cure());
  }

  @Override
  public Result remove(String name, boolean dryRun, Operator who) {
    Part part = part(name);
    if (dryRun) {
      String id =
          store.entries().stream()
              .filter(each -> each.name().equals(name) && each.apiId() != null)
              .map(each -> "Entry " + each.apiId() + " would be deleted")
              .findFirst()
              .orElse(
                  "No entry of ours is known; one with our marker and address would be deleted");
      return dry(new Plan(name, Action.REMOVE, List.of(), id, null));
    }
    return ordered(part, "remove", who, order -> part.reconciler.remove(order).result());
  }

  @Override
  public Result test(String name, Operator who) {
    Part part = part(name);
    return ordered(part, "test", who, order -> test(part));
  }

  private Result test(Part part) {
    RegistrationSettings settings = part.configured.settings();
    String id =
        store.entries().stream()
            .filter(each -> each.name().equals(settings.name()))
            .map(Entry::apiId)
            .findFirst()
            .orElse(null);
    if (id == null) {
      return result(
          settings,
          Result.Outcome.REFUSED,
          "No entry of ours is known",
          "Order `registrations apply " + settings.name() + "` first");
    }
    if (!settings.api().canTest(settings.account().parameters())) {
      return result(
          settings,
          Result.Outcome.REFUSED,
          settings.api().title() + " cannot be asked for an event to try an entry with",
          "Use the API's own page, or cause an event there");
    }
    ApiOutcome<Integer> outcome = part.configured.api().test(id);
    if (outcome instanceof ApiOutcome.Refused<Integer> refused) {
      Trouble trouble = Trouble.of(refused, "send an event to try", settings, 1, random);
      return result(
          settings,
          trouble.state() == State.REFUSED ? Result.Outcome.REFUSED : Result.Outcome.UNREACHABLE,
          trouble.sentence(),
          trouble.cure());
    }
    return result(
        settings,
        Result.Outcome.DONE,
        settings.api().title() + " was asked for an event; look for it among the received ones",
        null);
  }

  private static Result result(
      RegistrationSettings settings,
      Result.Outcome outcome,
      String sentence,
      @Nullable String cure) {
    return new Result(
        outcome,
        new Plan(settings.name(), Action.NOTHING, List.of(), sentence, cure),
        sentence,
        cure);
  }

  private <T> T look(Part part, boolean reads, Supplier<T> work) {
    RegistrationSettings settings = part.configured.settings();
    Duration bound = settings.account().timeout().multipliedBy(TIMEOUTS);
    return looks.look(settings.name(), bound, reads, work);
  }

  /** Gives up what operators have ordered and is at work. What is registered stays so. */
  public void end() {
    looks.end();
  }

  private Result ordered(Part part, String what, Operator who, Function<Reference, Result> order) {
    RegistrationSettings settings = part.configured.settings();
    if (settings.mode() == Mode.OFF) {
      return result(
          settings,
          Result.Outcome.REFUSED,
          "It is switched off: mode is off",
          "Set gamma.webhook.registrations." + settings.name() + ".mode: check, and restart");
    }
    return look(part, false, () -> alone(part, what, who, order));
  }

  private Result alone(Part part, String what, Operator who, Function<Reference, Result> order) {
    RegistrationSettings settings = part.configured.settings();
    try {
      long wait = settings.account().timeout().toMillis();
      if (!part.lock.tryLock(wait, TimeUnit.MILLISECONDS)) {
        return result(
            settings,
            Result.Outcome.BUSY,
            "This node is at this registration just now",
            "Ask again in a moment");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("The order was interrupted, and nothing was done", e);
    }
    try {
      Reference reference = references.next(store.now().toEpochMilli());
      store.record(
          new AuditEntry(
              reference,
              AuditKind.REGISTRATION_ORDERED,
              settings.source(),
              null,
              null,
              0,
              0,
              who.who(),
              what + " " + settings.name() + ": " + who.why(),
              null,
              who.origin()));
      return order.apply(reference);
    } finally {
      part.looked = null;
      part.lock.unlock();
    }
  }
}
