package io.gammawebhook.admin.health;

import io.gammawebhook.audit.OneLine;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.HealthOptions;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.InboxVitals;
import io.gammawebhook.inbox.InboxVitals.Lane;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.registration.RegistrationStatus;
import io.gammawebhook.registration.Registrations;
import io.gammawebhook.verify.LiveSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the plug-in is on this node: whether it accepts, whether it lives, and what is worth a
 * warning. The faces (Actuator, Camel's health checks, Camel's dev console) show what is said here.
 *
 * <p>However many ask, the store is asked at most once a second whether it is there, and once in
 * {@value #WARNINGS_COUNT_SECONDS} seconds for warnings. Each method answers within two seconds,
 * also when the store hangs. Nothing is opened for it. Safe for use by many threads.
 */
public final class InboxHealth {

  private static final int WARNINGS_COUNT_SECONDS = 5;

  private static final Duration PATIENCE = Duration.ofMillis(1000);
  private static final Duration PATIENCE_FOR_WARNINGS = Duration.ofMillis(500);

  /** Longer than any disk takes for a batch; senders wait for it as long. */
  private static final Duration STUCK = Duration.ofSeconds(5);

  /** More warnings than that tell nobody more. */
  private static final int MOST_WARNINGS = 100;

  private static final String LOOK =
      "Look at the database, its disk and the network; it is found again by itself";

  private final WebhookRuntime runtime;
  private final @Nullable Ingress ingress;
  private final HealthOptions options;
  private final InstantSource clock;
  private final Reading<Long> aheadMillis;
  private final Reading<List<Lane>> lanes;
  private final Reading<InboxStatus> status;
  private final Supplier<Optional<Registrations>> configured;
  private final Reading<List<RegistrationStatus>> registrations;

  /** What a node has that receives. */
  public record Ingress(Receivers receivers, IngressGate gate, WaitingLine line) {}

  /**
   * Of a node without registrations.
   *
   * @param ingress null on a node that only delivers
   * @param clock the process's clock
   */
  public InboxHealth(
      WebhookRuntime runtime,
      @Nullable Ingress ingress,
      HealthOptions options,
      InstantSource clock) {
    this(runtime, ingress, Optional::empty, options, clock);
  }

  /**
   * @param ingress null on a node that only delivers
   * @param registrations our entries at the APIs of senders, once they are known; empty for none
   * @param clock the process's clock
   */
  public InboxHealth(
      WebhookRuntime runtime,
      @Nullable Ingress ingress,
      Supplier<Optional<Registrations>> registrations,
      HealthOptions options,
      InstantSource clock) {
    this.runtime = runtime;
    this.ingress = ingress;
    this.options = options;
    this.clock = clock;
    this.aheadMillis = new Reading<>(this::measureAhead, Duration.ofSeconds(1));
    Duration counts = Duration.ofSeconds(WARNINGS_COUNT_SECONDS);
    this.lanes = new Reading<>(() -> vitals().lanes(options.deadLettersWindow()), counts);
    this.status = new Reading<>(() -> inbox().status(), counts);
    this.configured = registrations;
    this.registrations =
        new Reading<>(() -> registrations.get().map(Registrations::list).orElse(List.of()), counts);
  }

  /** Whether the inbox is open, or is going to be. */
  boolean isUsed() {
    return runtime.opened() != null || !receivers().isEmpty();
  }

  List<Receiver> receivers() {
    return ingress == null ? List.of() : ingress.receivers().all();
  }

  WebhookRuntime runtime() {
    return runtime;
  }

  InstantSource clock() {
    return clock;
  }

  /** Whether what senders send is accepted now. */
  public Readiness readiness() {
    if (!isUsed()) {
      return Readiness.UP;
    }
    if (ingress != null && ingress.gate().isStarting()) {
      return Readiness.outOfService("The application is starting", "Wait");
    }
    if (ingress != null && !ingress.gate().isOpen()) {
      return Readiness.outOfService(
          "The paths are closed: the application is stopping, or Camel has not started", "Wait");
    }
    Inbox inbox = runtime.opened();
    if (inbox == null) {
      return Readiness.outOfService("The inbox is not open", "Wait");
    }
    Readiness store = store(inbox.vitals());
    return store.isUp() ? shedding(inbox.vitals()) : store;
  }

  private Readiness store(InboxVitals vitals) {
    if (vitals.storeDown()) {
      return Readiness.down("The last write to the inbox's store failed", LOOK);
    }
    Duration writing = vitals.writing();
    if (writing.compareTo(STUCK) >= 0) {
      return Readiness.down(
          "A write to the inbox's store has not ended for " + text(writing),
          "Look for what holds it up: locks of other sessions, the database's disk");
    }
    try {
      aheadMillis.get(PATIENCE);
      return Readiness.UP;
    } catch (StoreException e) {
      return Readiness.down(sentence(e), LOOK);
    }
  }

  private static String sentence(StoreException e) {
    Throwable cause = e.getCause();
    return cause instanceof java.sql.SQLException
        ? "The inbox's store cannot be read: " + OneLine.of(cause)
        : String.valueOf(e.getMessage());
  }

  private Readiness shedding(InboxVitals vitals) {
    Duration within = options.shedding();
    boolean sheds =
        vitals.refusedWithin(within) || (ingress != null && ingress.line().refusedWithin(within));
    return sheds
        ? Readiness.outOfService(
            "Within the last "
                + text(within)
                + " requests were answered 503 because too many wait for the store",
            "A faster store, or another node; gamma.webhook.http.waiting-line holds more")
        : Readiness.UP;
  }

  /**
   * Whether the thread lives that writes all that is accepted. Only a restart brings back a dead
   * one. The store has no part in it: a restart does not cure a database.
   */
  public boolean isAlive() {
    Inbox inbox = runtime.opened();
    return inbox == null || inbox.vitals().writerAlive();
  }

  /** What is worth a warning, by its subject; at most {@value #MOST_WARNINGS}. */
  public List<HealthWarning> warnings() {
    List<HealthWarning> warnings = new ArrayList<>();
    Instant now = clock.instant();
    receivers().forEach(receiver -> addSecrets(warnings, receiver, now));
    if (runtime.opened() != null) {
      try {
        addClock(warnings, aheadMillis.get(PATIENCE));
        lanes.get(PATIENCE_FOR_WARNINGS).forEach(lane -> addLane(warnings, lane));
        registrations().forEach(each -> addRegistration(warnings, each));
      } catch (StoreException e) {
        warnings.add(
            new HealthWarning(
                "unknown",
                "store",
                "What waits and what is dead is not known: " + sentence(e),
                LOOK));
      }
    }
    return warnings.stream().limit(MOST_WARNINGS).toList();
  }

  private void addSecrets(List<HealthWarning> warnings, Receiver receiver, Instant now) {
    List<LiveSecret> secrets = receiver.keyring().secrets();
    String source = receiver.definition().name().value();
    if (receiver.definition().scheme().isSigned() && !receiver.keyring().hasLive(now)) {
      warnings.add(
          new HealthWarning(
              "no-secret",
              source,
              "No secret of the source counts now: every request is answered 401",
              receiver.definition().managedSecrets()
                  ? "Its registration brings one: see how it stands with the command registrations"
                  : "Give the source a secret that counts"));
      return;
    }
    secrets.stream()
        .filter(secret -> secret.isLive(now) && secret.hasEnded(now.plus(options.expiryWarning())))
        .forEach(
            secret ->
                warnings.add(
                    new HealthWarning(
                        "secret-ends",
                        source + "." + secret.name(),
                        "The secret ends at " + secret.notAfter(),
                        "Let the sender sign with the next one, or remove its not-after")));
  }

  private void addClock(List<HealthWarning> warnings, long ahead) {
    Duration skew = Duration.ofMillis(Math.abs(ahead));
    if (skew.compareTo(options.clockSkew()) > 0) {
      warnings.add(
          new HealthWarning(
              "clock-skew",
              "clock",
              "The store's clock is "
                  + text(skew)
                  + (ahead > 0 ? " ahead of" : " behind")
                  + " this machine's, by which the times of signatures are checked",
              "Let both machines follow the same time servers"));
    }
  }

  private void addLane(List<HealthWarning> warnings, Lane lane) {
    String subject = lane.subscription().source() + "/" + lane.subscription().name();
    if (lane.newDeadLetters() > 0) {
      boolean more = lane.newDeadLetters() == Lane.MOST_DEAD_LETTERS;
      warnings.add(
          new HealthWarning(
              "dead-letters",
              subject,
              (more ? "At least " : "")
                  + lane.newDeadLetters()
                  + " of its deliveries became dead letters within the last "
                  + text(options.deadLettersWindow()),
              "See why with the command dead-letters, or GET /actuator/webhooks/causes; mend it, then replay or discard"
                  + " them"));
    }
    Duration oldest = Duration.ofMillis(lane.oldestWaitingMillis());
    if (oldest.compareTo(options.oldestWaiting()) > 0) {
      String waits = "its oldest delivery has been due for " + text(oldest);
      if (lane.state() == SubscriptionState.PAUSED) {
        warnings.add(
            new HealthWarning(
                "paused",
                subject,
                "It is paused, and " + waits,
                "Resume it by POST /actuator/webhooks/resume"));
      } else if (!runtime.consumes(lane.subscription())) {
        warnings.add(
            new HealthWarning(
                "no-route",
                subject,
                "No route on this node consumes it, and "
                    + waits
                    + ": no other node takes it in"
                    + " time either",
                "Start a route of that name, here or on another node; if it is gone for good,"
                    + " retire it by POST /actuator/webhooks/retire"));
      } else {
        warnings.add(
            new HealthWarning(
                "oldest-waiting",
                subject,
                Character.toUpperCase(waits.charAt(0)) + waits.substring(1),
                "Look at its route and destination; raise its concurrency, or add a node"));
      }
    }
  }

  private static void addRegistration(
      List<HealthWarning> warnings, RegistrationStatus registration) {
    String code =
        switch (registration.state()) {
          case DRIFT -> "registration-drift";
          case DISABLED -> "registration-disabled";
          case REFUSED -> "registration-refused";
          case UNREACHABLE -> "registration-unreachable";
          case UNKNOWN, IN_SYNC, OFF -> null;
        };
    if (code != null) {
      String look = "Look with the command registrations diff " + registration.name();
      warnings.add(
          new HealthWarning(
              code,
              registration.name(),
              registration.sentence(),
              registration.cure() == null ? look : registration.cure() + ". " + look));
    }
  }

  /**
   * How our entries at the APIs of senders stand, as it was known at most {@value
   * #WARNINGS_COUNT_SECONDS} seconds ago. No API is asked for it.
   *
   * @throws StoreException if the store cannot be read, or does not answer in time
   */
  public List<RegistrationStatus> registrations() {
    return configured.get().isEmpty() ? List.of() : registrations.get(PATIENCE_FOR_WARNINGS);
  }

  /**
   * How full the inbox is.
   *
   * @throws StoreException if the store cannot be read, or does not answer in time
   */
  InboxStatus status() {
    return status.get(PATIENCE);
  }

  /** How far the store's clock is ahead of ours; nothing that the way to it may explain. */
  private long measureAhead() {
    InboxVitals vitals = vitals();
    long before = clock.millis();
    long there = vitals.storeTime();
    long after = clock.millis();
    return there > after ? there - after : Math.min(0, there - before);
  }

  private InboxVitals vitals() {
    return inbox().vitals();
  }

  private Inbox inbox() {
    Inbox inbox = runtime.opened();
    if (inbox == null) {
      throw new StoreException("The inbox is not open", null);
    }
    return inbox;
  }

  /** As a person says it, in the largest unit that tells enough. */
  static String text(Duration time) {
    if (time.compareTo(Duration.ofHours(48)) >= 0) {
      return time.toDays() + " days";
    }
    if (time.compareTo(Duration.ofMinutes(120)) >= 0) {
      return time.toHours() + " hours";
    }
    return time.compareTo(Duration.ofSeconds(120)) >= 0
        ? time.toMinutes() + " minutes"
        : time.toSeconds() + " seconds";
  }
}
