package io.gammawebhook.simulator;

import io.gammawebhook.verify.SecretText;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
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

  private GammaSimulator(Builder settings) {}

  /**
   * The settings of a simulator.
   *
   * @param clock what the signatures and the API say of the time
   */
  public static Builder builder(InstantSource clock) {
    return new Builder(clock);
  }

  /** Opens the API, and begins to send if there is a {@link Builder#rate}. Returns this. */
  public GammaSimulator start() {
    throw new UnsupportedOperationException();
  }

  /** Where the API is, such as {@code http://127.0.0.1:41234/v1}. */
  public URI apiUrl() {
    throw new UnsupportedOperationException();
  }

  /** What the API wants as bearer token. */
  public SecretText token() {
    throw new UnsupportedOperationException();
  }

  /** A token with which the API is read only: all else is answered with 403. */
  public SecretText readOnlyToken() {
    throw new UnsupportedOperationException();
  }

  /** What makes the same events again. */
  public long seed() {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /** Sends one event of a type to whoever wants it, at once. */
  public SimulatedEvent emit(String type) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends one event to whoever wants its type, at once.
   *
   * @param data JSON, which is the event's {@code data}
   * @throws IllegalArgumentException if it is no JSON
   */
  public SimulatedEvent emit(String type, String data) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends events of the chosen families, in the background, after those of earlier calls.
   *
   * @param rate events a second, more than 0
   * @param count how many; without end where it is 0
   */
  public void stream(double rate, long count) {
    throw new UnsupportedOperationException();
  }

  /** Sends so many events as fast as they are taken, in the background. */
  public void burst(long count) {
    throw new UnsupportedOperationException();
  }

  /** Sends an event once more to whoever wants it, as a sender does that lost the answer. */
  public void repeat(SimulatedEvent event) {
    throw new UnsupportedOperationException();
  }

  /**
   * Changes a registration's secret; the old one signs too, until the overlap is over.
   *
   * @return the new one
   */
  public SecretText rotateSecret(String registration) {
    throw new UnsupportedOperationException();
  }

  /** The secret that a registration's deliveries are signed with, such as for a test's receiver. */
  public SecretText secret(String registration) {
    throw new UnsupportedOperationException();
  }

  /** In the order in which they were made. */
  public List<SimulatedRegistration> registrations() {
    throw new UnsupportedOperationException();
  }

  /** Disables a registration as after too many failures. */
  public void disable(String registration) {
    throw new UnsupportedOperationException();
  }

  /** The last attempts that have ended, oldest first, at most {@link Builder#keepDeliveries}. */
  public List<SimulatedDelivery> deliveries() {
    throw new UnsupportedOperationException();
  }

  /** What was done since the start. */
  public Totals totals() {
    throw new UnsupportedOperationException();
  }

  /**
   * Answers the next calls so, and does nothing of what they ask.
   *
   * @param call null for any
   * @param times how many
   * @param status such as 503
   * @param retryAfter said in the answer; null for none
   */
  public void failNext(
      @Nullable ApiCall call, int times, int status, @Nullable Duration retryAfter) {
    throw new UnsupportedOperationException();
  }

  /** Does what the next such call asks, and closes its connection without an answer. */
  public void loseNextAnswer(ApiCall call) {
    throw new UnsupportedOperationException();
  }

  /** Leaves all API calls without an answer until {@link #resumeApi}. */
  public void pauseApi() {
    throw new UnsupportedOperationException();
  }

  /** Answers API calls again, also those that wait. */
  public void resumeApi() {
    throw new UnsupportedOperationException();
  }

  /** Sends nothing until {@link #releaseDeliveries}; events are made, and wait. */
  public void holdDeliveries() {
    throw new UnsupportedOperationException();
  }

  /** Sends what waits. */
  public void releaseDeliveries() {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits until there is an enabled registration.
   *
   * @return whether there is one
   */
  public boolean awaitRegistration(Duration atMost) {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits until everything is sent, and nothing is to be sent again.
   *
   * @return whether that is so; what waits for a disabled registration does not count
   */
  public boolean awaitIdle(Duration atMost) {
    throw new UnsupportedOperationException();
  }

  /** Ends everything; what waits is not sent. */
  @Override
  public void close() {}

  /** The settings of a simulator; each has a default. */
  public static final class Builder {

    final InstantSource clock;
    int port;
    InetAddress address = InetAddress.getLoopbackAddress();
    @Nullable SecretText token;
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
    int keepDeliveries = 10_000;

    private Builder(InstantSource clock) {
      this.clock = clock;
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

    /** What makes the same events again; default: a random one. */
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
     * Deliveries to a registration that are under way at a time. With 1, the default, they arrive in
     * the order in which they are sent.
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
      return new GammaSimulator(this);
    }

    /** {@link #build} and {@link GammaSimulator#start}. */
    public GammaSimulator start() {
      return build().start();
    }
  }
}
