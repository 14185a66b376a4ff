package io.gammawebhook.config;

import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.receive.Network;
import io.gammawebhook.receive.TrustedProxies;
import io.gammawebhook.receive.WaitingLine;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What protects the endpoint as a whole.
 *
 * @param readTimeout how long a body may take to arrive, 1 s to 10 min
 * @param answerTimeout how long storing it may take before the sender gets 503, 1 s to 10 min
 * @param shutdownDrain how long a shutdown answers 503 before the port closes, 0 s to 20 s
 * @param trustedProxies networks of the proxies in front
 * @param waitingRequests the most whole requests that wait for the store, at least 1
 * @param waitingBytes the most bytes of bodies in memory, at least 1; null for an eighth of the
 *     heap
 * @param names the full name of an option, for messages
 */
public record HttpOptions(
    Duration readTimeout,
    Duration answerTimeout,
    Duration shutdownDrain,
    List<String> trustedProxies,
    int waitingRequests,
    @Nullable Long waitingBytes,
    UnaryOperator<String> names) {

  private static final Duration MAX_TIME = Duration.ofMinutes(10);

  /** Within Boot's time for one phase of the shutdown, which is 30 s by default. */
  private static final Duration MAX_DRAIN = Duration.ofSeconds(20);

  /** The rules, each to be looked at by itself. */
  public List<Runnable> rules() {
    return List.of(
        () -> time("read-timeout", readTimeout),
        () -> time("answer-timeout", answerTimeout),
        this::drain,
        this::line,
        this::proxies);
  }

  /**
   * @throws InvalidConfigurationException if one is out of bounds
   */
  public HttpTimes times() {
    return new HttpTimes(
        time("read-timeout", readTimeout),
        time("answer-timeout", answerTimeout),
        HttpTimes.DEFAULTS.linger(),
        HttpTimes.DEFAULTS.lingerIdle(),
        drain());
  }

  /**
   * @throws InvalidConfigurationException if one is no network
   */
  public TrustedProxies proxies() {
    return new TrustedProxies(
        trustedProxies.stream()
            .map(
                network -> {
                  try {
                    return Network.parse(network);
                  } catch (IllegalArgumentException e) {
                    throw problem("trusted-proxies", String.valueOf(e.getMessage()));
                  }
                })
            .toList());
  }

  /**
   * @throws InvalidConfigurationException if it has no room
   */
  public WaitingLine line() {
    if (waitingRequests < 1) {
      throw problem("waiting-line.requests", "must be at least 1, was " + waitingRequests);
    }
    if (waitingBytes != null && waitingBytes < 1) {
      throw problem("waiting-line.bytes", "must be at least 1B, was " + waitingBytes + "B");
    }
    long heap = Runtime.getRuntime().maxMemory();
    return new WaitingLine(waitingRequests, waitingBytes == null ? heap / 8 : waitingBytes);
  }

  private Duration time(String option, Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(MAX_TIME) > 0) {
      throw problem(option, "must be between 1s and 10m, was " + time.toMillis() + "ms");
    }
    return time;
  }

  private Duration drain() {
    if (shutdownDrain.isNegative() || shutdownDrain.compareTo(MAX_DRAIN) > 0) {
      throw problem(
          "shutdown-drain", "must be between 0s and 20s, was " + shutdownDrain.toMillis() + "ms");
    }
    return shutdownDrain;
  }

  private InvalidConfigurationException problem(String option, String fault) {
    return new InvalidConfigurationException(
        List.of(
            new ConfigurationProblem(
                names.apply(option),
                fault,
                "Correct it; docs/configuration.md says what it may be.")));
  }
}
