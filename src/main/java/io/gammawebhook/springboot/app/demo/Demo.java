package io.gammawebhook.springboot.app.demo;

import io.gammawebhook.admin.Answer;
import io.gammawebhook.admin.Caller;
import io.gammawebhook.admin.WebhookService;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedDelivery;
import io.gammawebhook.simulator.SimulatedEvent;
import io.gammawebhook.simulator.SimulatedRegistration;
import io.gammawebhook.springboot.app.demo.Tally.Counts;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import io.gammawebhook.verify.SigningSecret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The acts of the demo, one after the other, on a thread of its own. */
final class Demo implements Runnable {

  /** A type that the destination does not take. */
  private static final String UNWANTED = "order.disputed";

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(200);

  /**
   * What the demo looks at.
   *
   * @param endpoint where the product receives webhooks
   * @param scheme how they are signed
   * @param dataDir as it is to be shown
   * @param command a command of the product, as it can be pasted
   */
  record Scene(
      GammaSimulator gamma,
      Destination destination,
      WebhookService service,
      Tally tally,
      URI endpoint,
      SignatureScheme scheme,
      String dataDir,
      UnaryOperator<String> command) {}

  private final Scene scene;
  private final Story story;
  private final DemoProperties settings;
  private final RandomGenerator random;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final IntConsumer ending;
  private boolean summed;

  /**
   * @param random for the forger's key
   * @param ending takes the process's exit code when it ends by itself
   */
  Demo(
      Scene scene,
      Story story,
      DemoProperties settings,
      RandomGenerator random,
      IntConsumer ending) {
    this.scene = scene;
    this.story = story;
    this.settings = settings;
    this.random = random;
    this.ending = ending;
  }

  @Override
  public void run() {
    int code = 0;
    try {
      tell();
    } catch (Stopped e) {
      if (!summed) {
        story.print("");
        story.say("The demo ended early; what is on its way goes on at the next start");
      }
      return;
    } catch (StoryFailed | RuntimeException e) {
      story.say("The demo cannot go on: " + e.getMessage());
      story.print("Look at " + scene.dataDir() + "/" + DemoParts.LOG + " for the reason.");
      code = 1;
    } finally {
      over.countDown();
    }
    ending.accept(code);
  }

  /** Stops the story where it is, and waits for it, briefly. */
  void stop() {
    stopping.countDown();
    try {
      if (!over.await(SOON.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("The demo does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() throws Stopped, StoryFailed {
    story.print("");
    story.print(
        "The demo of the Gamma webhook plug-in. Everything runs in this process and stays on this"
            + " machine;");
    story.print("its data are in " + scene.dataDir() + ". Ctrl+C ends it.");
    registered();
    eventsArrive();
    aDestinationFails();
    SimulatedEvent disputed = anEventDies();
    itIsReplayed(disputed);
    twiceAndForged(disputed);
    theSecretIsChanged();
    summary(disputed);
    summed = true;
    itGoesOn();
  }

  private void registered() throws Stopped, StoryFailed {
    story.act("The product registers itself at Gamma's API");
    story.say("Gamma is simulated: its API is at " + scene.gamma().apiUrl());
    until(
        "the product's registration at Gamma's API",
        () -> scene.gamma().registrations().stream().anyMatch(SimulatedRegistration::enabled));
    SimulatedRegistration ours = scene.gamma().registrations().get(0);
    story.say(
        "Registered as %s: events %s go to %s"
            .formatted(ours.id(), String.join(", ", ours.events()), ours.url()));
    story.say("The secret that Gamma signs with is new, and sealed in the inbox");
  }

  private void eventsArrive() throws Stopped, StoryFailed {
    story.act("Events arrive: each is verified, stored, answered 202, and delivered by routes/");
    scene.gamma().emit("invoice.created");
    scene.gamma().emit("customer.created");
    scene.gamma().emit("order.created");
    scene.gamma().stream(3 * settings.speed(), 12);
    for (int look = 0; look < 3; look++) {
      beat(Duration.ofSeconds(2));
      story.say(scene.tally().now().line());
    }
    until("all events to be delivered", () -> isQuiet(15));
  }

  private void aDestinationFails() throws Stopped, StoryFailed {
    story.act("A destination fails: what is for it waits, everything else goes on");
    long before = scene.tally().now().received();
    scene.destination().breakDown();
    story.say("The HTTP destination, " + scene.destination().url() + ", answers 503 from now on");
    scene.gamma().emit("order.paid");
    scene.gamma().emit("order.created");
    scene.gamma().emit("order.shipped");
    scene.gamma().stream(2 * settings.speed(), 15);
    for (int look = 0; look < 4; look++) {
      beat(Duration.ofMillis(2_500));
      story.say(
          "%s; it refused %d attempts"
              .formatted(scene.tally().now().line(), scene.destination().refused()));
    }
    scene.destination().mend();
    story.say("The HTTP destination works again; each delivery's next attempt is due in seconds");
    until("all events to be delivered", () -> isQuiet(before + 18));
    Counts now = scene.tally().now();
    story.say("%s. %d were retried".formatted(now.line(), now.retried()));
  }

  private void theSecretIsChanged() throws Stopped, StoryFailed {
    story.act("The signing secret is changed while events arrive");
    long before = scene.tally().now().received();
    scene.gamma().stream(3 * settings.speed(), 6);
    beat(Duration.ofSeconds(1));
    Map<?, ?> result =
        ordered("rotate", Map.of("registration", "gamma"), "nobody should know a secret for long");
    story.say("The operator 'demo' orders another: " + result.get("sentence"));
    until("all events to be delivered", () -> isQuiet(before + 6));
    story.say(
        "%s; attempts of Gamma that were refused: %d"
            .formatted(scene.tally().now().line(), scene.gamma().totals().failed()));
  }

  /** What the operator of the demo orders, as one does with a command. */
  private Map<?, ?> ordered(String order, Map<String, String> what, String why) throws StoryFailed {
    Map<String, String> given = new HashMap<>(what);
    given.put("who", "demo");
    given.put("why", why);
    Answer answer = scene.service().order(order, given, new Caller(null, "the demo"));
    if (answer.isProblem() || !(answer.body() instanceof Map<?, ?> body)) {
      throw new StoryFailed("the " + order + " was refused: " + answer.body());
    }
    return body;
  }

  private SimulatedEvent anEventDies() throws Stopped, StoryFailed {
    story.act("An event that no retry helps becomes a dead letter");
    scene.destination().refuse(UNWANTED);
    SimulatedEvent event = scene.gamma().emit(UNWANTED);
    story.say(
        "Gamma sends %s as %s; the HTTP destination does not know such events: it answers 422"
            .formatted(event.type(), event.id()));
    FoundDelivery dead = awaitEnd(event, EventState.DEAD);
    story.say(
        "Dead after %d %s, with the reason %s: %s"
            .formatted(
                dead.attempts(),
                dead.attempts() == 1 ? "attempt" : "attempts",
                dead.reason(),
                dead.detail()));
    story.say("It waits for an operator, and holds nothing up. Its delivery is " + dead.delivery());
    return event;
  }

  private void itIsReplayed(SimulatedEvent event) throws Stopped, StoryFailed {
    story.act("An operator replays it");
    beat(Duration.ofSeconds(1));
    scene.destination().mend();
    story.say("The HTTP destination has learnt to take it");
    FoundDelivery dead = awaitEnd(event, EventState.DEAD);
    Map<?, ?> replay =
        ordered(
            "replay",
            Map.of("delivery", dead.delivery().toString()),
            "the destination has learnt to take it");
    story.say("The operator 'demo' orders a replay: it goes again as " + replay.get("delivery"));
    FoundDelivery delivered = awaitEnd(event, EventState.DELIVERED);
    story.say(
        "Delivered at attempt %d; who ordered it, and why, is in the audit"
            .formatted(delivered.attempts()));
  }

  private void twiceAndForged(SimulatedEvent event) throws Stopped, StoryFailed {
    story.act("What is sent twice counts once, and what is forged does not count");
    beat(Duration.ofSeconds(1));
    scene.gamma().repeat(event);
    until("the answer to a duplicate", () -> duplicate(event) != 0);
    story.say(
        "Gamma sends %s once more: answered %d, and not delivered again"
            .formatted(event.id(), duplicate(event)));
    int status = forge(event);
    story.say(
        "Somebody sends another body under that id, signed with a key of their own: answered %d"
            .formatted(status));
  }

  private int duplicate(SimulatedEvent event) {
    return scene.gamma().deliveries().stream()
        .filter(delivery -> delivery.duplicate() && delivery.eventId().equals(event.id()))
        .mapToInt(SimulatedDelivery::status)
        .findFirst()
        .orElse(0);
  }

  private int forge(SimulatedEvent event) throws Stopped, StoryFailed {
    Signer forger =
        new Signer(
            scene.scheme(),
            SigningSecret.parse(
                scene.scheme().secretEncoding().generate(random), scene.scheme().secretEncoding()),
            null);
    byte[] body =
        "{\"id\":\"%s\",\"type\":\"order.paid\"}"
            .formatted(event.id())
            .getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(scene.endpoint())
            .timeout(SOON)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    forger.sign(event.id(), Instant.now(), RawBody.of(body)).forEach(request::header);
    try {
      return HttpClient.newHttpClient()
          .send(request.build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      throw new StoryFailed("nobody answers at " + scene.endpoint() + " (" + e + ")");
    } catch (InterruptedException e) {
      throw new Stopped();
    }
  }

  private void summary(SimulatedEvent replayed) throws Stopped, StoryFailed {
    until("all events to be delivered", () -> isQuiet(1));
    Counts counts = scene.tally().now();
    story.act("Summary");
    row("sent by Gamma", counts.acknowledged(), "and answered 2xx, which is said after the commit");
    row("received", counts.received(), "each once");
    row(
        "in the database",
        counts.rows(),
        "table gamma_event of " + scene.dataDir() + "/destination.db");
    row("in the mail folder", counts.mailed(), scene.dataDir() + "/mail");
    row("at the HTTP destination", counts.posted(), scene.destination().url().toString());
    row("retried", counts.retried(), "by the durable schedule, gamma.webhook.retry.schedule");
    row("replayed", counts.replayed(), "by an operator");
    row("dead letters left", counts.dead(), "");
    row("lost", counts.lost(), "");
    if (counts.lost() != 0) {
      throw new StoryFailed("the numbers do not add up, which is a bug");
    }
    FoundEvent event = scene.tally().find(replayed.id());
    story.print("");
    story.print("Look further, in another terminal:");
    if (event != null) {
      look("what happened to the event that died", "show " + event.reference());
    }
    look("what arrived, newest first", "events --since 10m");
    look("what operators did", "audit --kind operator --since 10m");
    look("what waits where", "subscriptions");
    look("the registration, and its secrets", "registrations list");
    story.print("  # the rows, the mails, and the log with a line for each step");
    story.print(
        "  sqlite3 %s/destination.db 'select event_type, count(*) from gamma_event group by 1'"
            .formatted(scene.dataDir()));
    story.print("  ls %s/mail".formatted(scene.dataDir()));
    story.print("  tail -f %s/%s".formatted(scene.dataDir(), DemoParts.LOG));
  }

  private void row(String what, long number, String where) {
    story.print("    %-24s %5d   %s".formatted(what, number, where).stripTrailing());
  }

  private void look(String why, String command) {
    story.print("  # " + why);
    story.print("  " + scene.command().apply(command));
  }

  private void itGoesOn() throws Stopped {
    Duration endAfter = settings.endAfter();
    if (endAfter != null && story.age().compareTo(endAfter) >= 0) {
      story.print("");
      story.say("The demo ends, as gamma.demo.end-after says");
      return;
    }
    story.act("An event every other second, until Ctrl+C");
    scene.gamma().stream(0.5, 0);
    long before = scene.gamma().totals().events();
    Duration told = story.age();
    while (endAfter == null || story.age().compareTo(endAfter) < 0) {
      pause(LOOK);
      if (story.age().minus(told).compareTo(Duration.ofSeconds(20)) >= 0) {
        told = story.age();
        story.say(
            "%d more events, of which %d are on their way"
                .formatted(scene.gamma().totals().events() - before, scene.tally().open()));
      }
    }
    story.say("The demo ends, as gamma.demo.end-after says");
  }

  /** Whether at least so many events were received, and nothing is on its way. */
  private boolean isQuiet(long received) {
    Counts now = scene.tally().now();
    return scene.gamma().totals().waiting() == 0
        && now.received() >= received
        && now.open() == 0
        && now.lost() == 0;
  }

  private FoundDelivery awaitEnd(SimulatedEvent event, EventState state)
      throws Stopped, StoryFailed {
    until("the event " + event.id() + " to be " + state.text(), () -> end(event, state) != null);
    return Objects.requireNonNull(end(event, state));
  }

  private @Nullable FoundDelivery end(SimulatedEvent event, EventState state) {
    FoundEvent found = scene.tally().find(event.id());
    return found == null
        ? null
        : found.deliveries().stream()
            .filter(delivery -> delivery.newest() && delivery.state() == state)
            .findFirst()
            .orElse(null);
  }

  private void until(String what, BooleanSupplier done) throws Stopped, StoryFailed {
    Duration end = story.age().plus(SOON);
    while (!done.getAsBoolean()) {
      if (story.age().compareTo(end) > 0) {
        throw new StoryFailed("waited %d s for %s".formatted(SOON.toSeconds(), what));
      }
      pause(LOOK);
    }
  }

  /** Gives who reads along time. */
  private void beat(Duration time) throws Stopped {
    pause(Duration.ofMillis(Math.round(time.toMillis() / settings.speed())));
  }

  private void pause(Duration time) throws Stopped {
    try {
      if (stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Stopped();
      }
    } catch (InterruptedException e) {
      throw new Stopped();
    }
  }

  /** Somebody ends the demo. */
  private static final class Stopped extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** What should have happened did not. */
  private static final class StoryFailed extends Exception {
    private static final long serialVersionUID = 1;

    StoryFailed(String message) {
      super(message);
    }
  }
}
