package io.gammawebhook.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.simulator.Feeder.Stream;
import io.gammawebhook.simulator.Hooks.Refused;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Gamma to try an integration against: the API at which an endpoint is registered, and the events
 * that are then sent to it, signed, repeated and out of order as in life. It is a tool for
 * development and tests, and keeps everything in memory. Nothing of it was compared with a live
 * service.
 *
 * <p>With the same seed, the same calls in the same order make the same events: ids, bodies, order.
 * Secrets, and what is measured in time, are others each time.
 *
 * <p>All is bounded; safe for use by many threads.
 */
public final class GammaSimulator implements AutoCloseable {

  /** When a seeded story begins: the same bytes need the same times. */
  private static final Instant STORY_BEGINS = Instant.parse("2026-01-05T08:00:00Z");

  private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(90);

  private static final String TEST_EVENT = "webhook.test";

  private final Builder settings;
  private final long seed;
  private final SecretText token;
  private final SecretText readOnlyToken;
  private final Lock lock = new Lock();
  private final Story story;
  private final Hooks hooks;
  private final Deliveries deliveries;
  private final Feeder feeder;
  private Instant storyTime = STORY_BEGINS;
  private boolean closed;
  private @Nullable ApiServer api;

  private GammaSimulator(Builder settings) {
    SecureRandom random = new SecureRandom();
    SignatureScheme scheme = settings.signable();
    this.settings = settings;
    this.seed = settings.seed.orElseGet(random::nextLong);
    this.token = settings.token == null ? token(random) : settings.token;
    this.readOnlyToken = token(random);
    this.story =
        new Story(
            seed,
            Deliveries.fields(scheme),
            settings.families,
            settings.seed.isPresent() ? this::storyTime : settings.clock::instant);
    this.hooks = new Hooks(settings, scheme, seed);
    this.deliveries = new Deliveries(lock, settings, scheme);
    this.feeder = new Feeder(lock, settings, seed, story, deliveries, hooks::wanting);
  }

  private static SecretText token(SecureRandom random) {
    return SecretText.valueOf("gamma_" + SecretEncoding.UTF8.generate(random));
  }

  private Instant storyTime() {
    storyTime = storyTime.plus(BETWEEN_EVENTS);
    return storyTime;
  }

  /**
   * The settings of a simulator.
   *
   * @param clock what the signatures and the API say of the time
   */
  public static Builder builder(InstantSource clock) {
    return new Builder(clock);
  }

  /**
   * Opens the API, and begins to send if there is a {@link Builder#rate}. Returns this.
   *
   * @throws UncheckedIOException if the port is taken
   * @throws IllegalStateException if it was started before
   */
  public GammaSimulator start() {
    lock.run(
        () -> {
          if (api != null) {
            throw new IllegalStateException("A simulator starts once: build another");
          }
          api =
              new ApiServer(
                  lock,
                  settings,
                  hooks,
                  deliveries,
                  token,
                  readOnlyToken,
                  hook -> deliveries.test(story.of(TEST_EVENT), hook),
                  this::changed);
          if (settings.rate > 0) {
            feeder.add(new Stream(settings.rate, settings.total, true));
          }
          feeder.start();
        });
    return this;
  }

  private ApiServer api() {
    ApiServer started = api;
    if (started == null) {
      throw new IllegalStateException("The simulator is not started");
    }
    return started;
  }

  private void changed(Hook hook) {
    if (hook.isEnabled()) {
      feeder.enabled();
      deliveries.pump(hook);
    }
  }

  /** Where the API is, such as {@code http://127.0.0.1:41234/v1}. */
  public URI apiUrl() {
    return lock.get(() -> api().url());
  }

  /** What the API wants as bearer token. */
  public SecretText token() {
    return token;
  }

  /** A token with which the API is read only: all else is answered with 403. */
  public SecretText readOnlyToken() {
    return readOnlyToken;
  }

  /** What makes the same events again. */
  public long seed() {
    return seed;
  }

  /**
   * Registers an endpoint without the API.
   *
   * @param events globs of event types; none for all
   * @param secret null to have one made
   * @return the registration's id
   * @throws IllegalArgumentException if the API would refuse it
   */
  public String register(String url, List<String> events, @Nullable SecretText secret) {
    ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("url", url);
    events.forEach(wanted.putArray("events")::add);
    if (secret != null) {
      wanted.put("secret", secret.reveal());
    }
    return known(
        () -> {
          Hook hook = hooks.create(wanted);
          changed(hook);
          return hook.id;
        });
  }

  /** What refuses a caller of the API is an error of a caller here. */
  private <T> T known(Supplier<T> action) {
    try {
      return lock.get(action);
    } catch (Refused e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Sends one event of a type to whoever wants it, at once.
   *
   * @throws IllegalStateException if 10,000 deliveries wait already
   */
  public SimulatedEvent emit(String type) {
    return lock.get(() -> feeder.emit(story.of(type), false));
  }

  /**
   * Sends one event to whoever wants its type, at once.
   *
   * @param data JSON, which is the event's {@code data}
   * @throws IllegalArgumentException if it is no JSON
   * @throws IllegalStateException if 10,000 deliveries wait already
   */
  public SimulatedEvent emit(String type, String data) {
    return lock.get(() -> feeder.emit(story.of(type, data), false));
  }

  /** Sends an event once more to whoever wants it, as a sender does that lost the answer. */
  public void repeat(SimulatedEvent event) {
    lock.run(() -> feeder.emit(event, true));
  }

  /**
   * Sends events of the chosen families, in the background, after the streams of earlier calls.
   *
   * @param rate events a second, more than 0
   * @param count how many; without end where it is 0
   * @throws IllegalStateException if 100 streams wait already
   */
  public void stream(double rate, long count) {
    if (!(rate > 0) || count < 0) {
      throw new IllegalArgumentException("A stream needs a rate above 0, and a count of 0 or more");
    }
    lock.run(() -> feeder.add(new Stream(rate, count, false)));
  }

  /**
   * Sends so many events as fast as they are taken, in the background, also while a stream goes on.
   */
  public void burst(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("A burst has a count of 0 or more");
    }
    lock.run(() -> feeder.burst(count));
  }

  /**
   * Changes a registration's secret; the old one signs too, until the overlap is over.
   *
   * @return the new one
   * @throws IllegalArgumentException if there is no such registration
   */
  public SecretText rotateSecret(String registration) {
    return known(
        () -> {
          Hook hook = hooks.get(registration);
          hooks.rotate(hook, JsonNodeFactory.instance.objectNode());
          return hook.secret();
        });
  }

  /**
   * The secret that a registration's deliveries are signed with, such as for a test's receiver.
   *
   * @throws IllegalArgumentException if there is no such registration
   */
  public SecretText secret(String registration) {
    return known(() -> hooks.get(registration).secret());
  }

  /** In the order in which they were made. */
  public List<SimulatedRegistration> registrations() {
    return lock.get(() -> hooks.all().stream().map(Hook::shown).toList());
  }

  /**
   * Disables a registration as after too many failures.
   *
   * @throws IllegalArgumentException if there is no such registration
   */
  public void disable(String registration) {
    known(
        () -> {
          hooks.get(registration).disable(Deliveries.TOO_MANY_FAILURES, settings.clock.instant());
          return registration;
        });
  }

  /** The last attempts that have ended, oldest first, at most {@link Builder#keepDeliveries}. */
  public List<SimulatedDelivery> deliveries() {
    return lock.get(deliveries::log);
  }

  /** What was done since the start. */
  public Totals totals() {
    return lock.get(
        () -> deliveries.totals(hooks.all().size(), feeder.events(), feeder.unwanted()));
  }

  /**
   * Answers the next calls so, and does nothing of what they ask.
   *
   * @param call null for any
   * @param times how many
   * @param status such as 503
   * @param retryAfter said in the answer, in whole seconds; null for none
   */
  public void failNext(
      @Nullable ApiCall call, int times, int status, @Nullable Duration retryAfter) {
    if (times < 1 || status < 400 || status > 599) {
      throw new IllegalArgumentException("A failure is 1 or more times a status of 400 to 599");
    }
    lock.run(() -> api().failNext(call, times, status, retryAfter));
  }

  /** Does what the next such call asks, and closes its connection without an answer. */
  public void loseNextAnswer(ApiCall call) {
    lock.run(() -> api().loseNextAnswer(call));
  }

  /**
   * Leaves API calls without an answer until {@link #resumeApi}, for two minutes at most; 32 wait,
   * and the connections of others are closed.
   */
  public void pauseApi() {
    lock.run(() -> api().pause(true));
  }

  /** Answers API calls again, also those that wait. */
  public void resumeApi() {
    lock.run(() -> api().pause(false));
  }

  /** Starts no attempt until {@link #releaseDeliveries}; events are made, and wait. */
  public void holdDeliveries() {
    lock.run(() -> deliveries.hold(true, hooks.all()));
  }

  /** Sends what waits. */
  public void releaseDeliveries() {
    lock.run(() -> deliveries.hold(false, hooks.all()));
  }

  /**
   * Waits until there is an enabled registration.
   *
   * @return whether there is one; false also if the thread was interrupted
   */
  public boolean awaitRegistration(Duration atMost) {
    return await(() -> hooks.all().stream().anyMatch(Hook::isEnabled), atMost);
  }

  /**
   * Waits until everything is sent, and nothing is to be sent again.
   *
   * @return whether that is so, where what waits for a disabled registration does not count; false
   *     also if the thread was interrupted
   */
  public boolean awaitIdle(Duration atMost) {
    return await(
        () ->
            feeder.isIdle()
                && hooks.all().stream()
                    .allMatch(
                        hook -> hook.underWay == 0 && (!hook.isEnabled() || hook.unfinished == 0)),
        atMost);
  }

  /**
   * Waits until it is closed, such as by another thread.
   *
   * @return whether it is; false also if the thread was interrupted
   */
  public boolean awaitClosed(Duration atMost) {
    return await(() -> closed, atMost);
  }

  private boolean await(BooleanSupplier so, Duration atMost) {
    try {
      return lock.await(so, atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends everything; what waits is not sent, and what is under way is cut off. */
  @Override
  public void close() {
    lock.run(() -> closed = true);
    feeder.close();
    deliveries.close();
    ApiServer started = lock.get(() -> Optional.ofNullable(api)).orElse(null);
    if (started != null) {
      started.close();
    }
  }

  /** The settings of a simulator; each has a default. */
  public static final class Builder {

    private static final int MOST_IN_FLIGHT = 256;

    final InstantSource clock;
    int port;
    InetAddress address = InetAddress.getLoopbackAddress();
    @Nullable SecretText token;

    /** How long a call of the API may take to come, from its first byte to its last. */
    Duration arrival = Duration.ofSeconds(10);

    OptionalLong seed = OptionalLong.empty();
    String scheme = "standard-webhooks";
    Set<Family> families = EnumSet.allOf(Family.class);
    double rate;
    long total;
    double duplicates;
    double outOfOrder;
    double late;
    Duration lateBy = Duration.ofSeconds(5);
    List<Duration> retrySchedule =
        List.of(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5));
    int disableAfter = 50;
    Duration timeout = Duration.ofSeconds(10);
    Duration rotationOverlap = Duration.ofHours(24);
    double speed = 1;
    int inFlight = 1;
    boolean sameUrlTwice;
    int pageSize = ApiServer.LARGEST_PAGE;
    int keepDeliveries = 10_000;

    private Builder(InstantSource clock) {
      this.clock = clock;
    }

    private Builder(Builder other) {
      clock = other.clock;
      port = other.port;
      address = other.address;
      token = other.token;
      arrival = other.arrival;
      seed = other.seed;
      scheme = other.scheme;
      families = EnumSet.copyOf(other.families);
      rate = other.rate;
      total = other.total;
      duplicates = other.duplicates;
      outOfOrder = other.outOfOrder;
      late = other.late;
      lateBy = other.lateBy;
      retrySchedule = other.retrySchedule;
      disableAfter = other.disableAfter;
      timeout = other.timeout;
      rotationOverlap = other.rotationOverlap;
      speed = other.speed;
      inFlight = other.inFlight;
      sameUrlTwice = other.sameUrlTwice;
      pageSize = other.pageSize;
      keepDeliveries = other.keepDeliveries;
    }

    /** The API's port; 0, the default, for a free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** The address that the API listens on; loopback unless this says otherwise. */
    public Builder address(InetAddress address) {
      this.address = address;
      return this;
    }

    /** The API's bearer token, 16 to 200 characters; default: a new random one. */
    public Builder token(SecretText token) {
      this.token = token;
      return this;
    }

    /**
     * What makes the same events again. The times in their bodies are then those of the story,
     * which begins on 2026-01-05; a receiver takes a second run for duplicates of the first.
     * Default: a random one, and the clock's times.
     */
    public Builder seed(long seed) {
      this.seed = OptionalLong.of(seed);
      return this;
    }

    /**
     * The signature scheme of all deliveries, by its name in the catalogue; default: {@code
     * standard-webhooks}.
     */
    public Builder scheme(String scheme) {
      this.scheme = scheme;
      return this;
    }

    /** What the streams consist of; default: all. */
    public Builder families(Set<Family> families) {
      this.families = families;
      return this;
    }

    /**
     * Events a second that are sent from the first registration on; 0, the default, sends only what
     * is asked for.
     */
    public Builder rate(double rate) {
      this.rate = rate;
      return this;
    }

    /** How many events {@link #rate} sends; 0, the default, for no end. */
    public Builder total(long total) {
      this.total = total;
      return this;
    }

    /** The share of a stream's events that are sent twice, 0 to 1. */
    public Builder duplicates(double share) {
      this.duplicates = share;
      return this;
    }

    /** The share of a stream's events that are sent after some that came after them, 0 to 1. */
    public Builder outOfOrder(double share) {
      this.outOfOrder = share;
      return this;
    }

    /** The share of a stream's events that are sent later, 0 to 1. */
    public Builder late(double share, Duration by) {
      this.late = share;
      this.lateBy = by;
      return this;
    }

    /** How long to wait before each further attempt; none: there is one attempt. */
    public Builder retrySchedule(Duration... waits) {
      this.retrySchedule = List.of(waits);
      return this;
    }

    /** After how many failed attempts in a row a registration is disabled; 0 for never. */
    public Builder disableAfter(int failures) {
      this.disableAfter = failures;
      return this;
    }

    /** How long a receiver has for its answer; default 10 s. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /** How long an old secret signs beside the new one; default 24 h. */
    public Builder rotationOverlap(Duration overlap) {
      this.rotationOverlap = overlap;
      return this;
    }

    /**
     * How much faster than the clock all waiting is, such as 60 for a minute in a second; default
     * 1. Rates and time-outs stay what they are.
     */
    public Builder speed(double speed) {
      this.speed = speed;
      return this;
    }

    /**
     * Deliveries to a registration that are under way at a time. With 1, the default, they arrive
     * in the order in which they are sent.
     */
    public Builder inFlight(int deliveries) {
      this.inFlight = deliveries;
      return this;
    }

    /** Whether a URL may be registered twice, as some APIs allow; default no: 409. */
    public Builder sameUrlTwice(boolean allowed) {
      this.sameUrlTwice = allowed;
      return this;
    }

    /**
     * The most registrations in one answer of the API, 1 to 100, whatever a caller asks for; 100,
     * the default, is as many as there can be. Fewer let a caller need the next page.
     */
    public Builder pageSize(int most) {
      this.pageSize = most;
      return this;
    }

    /** How many attempts are remembered for {@link GammaSimulator#deliveries}; default 10,000. */
    public Builder keepDeliveries(int most) {
      this.keepDeliveries = most;
      return this;
    }

    /**
     * A simulator that has not started.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message names it
     */
    public GammaSimulator build() {
      check(port >= 0 && port <= 65_535, "port must be between 0 and 65535");
      check(
          token == null || token.reveal().matches("[!-~]{16,200}"),
          "token must have 16 to 200 characters of ASCII, and no space");
      check(!families.isEmpty(), "families must name one or more");
      check(rate >= 0 && rate <= 1e6, "rate must be between 0 and 1000000 events a second");
      check(total >= 0, "total must be 0 or more");
      for (double share : new double[] {duplicates, outOfOrder, late}) {
        check(share >= 0 && share <= 1, "a share must be between 0 and 1");
      }
      check(retrySchedule.size() <= 100, "retrySchedule must have at most 100 waits");
      for (Duration wait : retrySchedule) {
        check(isWait(wait), "a wait of retrySchedule must be between 0 and 30 days");
      }
      check(isWait(lateBy), "lateBy must be between 0 and 30 days");
      check(isWait(rotationOverlap), "rotationOverlap must be between 0 and 30 days");
      check(isWait(timeout) && !timeout.isZero(), "timeout must be above 0, at most 30 days");
      check(disableAfter >= 0, "disableAfter must be 0 or more");
      check(speed >= 0.001 && speed <= 1e6, "speed must be between 0.001 and 1000000");
      check(
          inFlight >= 1 && inFlight <= MOST_IN_FLIGHT,
          "inFlight must be between 1 and " + MOST_IN_FLIGHT);
      check(
          pageSize >= 1 && pageSize <= ApiServer.LARGEST_PAGE,
          "pageSize must be between 1 and " + ApiServer.LARGEST_PAGE);
      check(
          keepDeliveries >= 0 && keepDeliveries <= 1_000_000,
          "keepDeliveries must be between 0 and 1000000");
      return new GammaSimulator(new Builder(this));
    }

    private static boolean isWait(Duration wait) {
      return !wait.isNegative() && wait.compareTo(Duration.ofDays(30)) <= 0;
    }

    private static void check(boolean fits, String otherwise) {
      if (!fits) {
        throw new IllegalArgumentException(otherwise);
      }
    }

    /** The scheme, if we can sign for it. */
    SignatureScheme signable() {
      SignatureScheme found = new SchemeCatalogue().byName(scheme);
      String impossible = found.isSigned() ? Signer.whyNot(found) : "Scheme none signs nothing";
      if (impossible != null) {
        throw new IllegalArgumentException(impossible + ": choose another scheme");
      }
      return found;
    }

    /** {@link #build} and {@link GammaSimulator#start}. */
    public GammaSimulator start() {
      return build().start();
    }
  }
}
