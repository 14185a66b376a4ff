package io.gammawebhook.simulator;

import java.time.Duration;
import java.time.Instant;

/**
 * One attempt to send an event to a registration, when it had ended.
 *
 * @param registration the registration's id
 * @param attempt counted from 1
 * @param status what was answered; 0 where nobody answered in time
 * @param duplicate whether the event was sent though an earlier attempt had been answered with 2xx
 *     or is still to be
 * @param outcome what follows
 * @param startedAt by the simulator's clock
 * @param took until the answer
 */
public record SimulatedDelivery(
    String registration,
    String eventId,
    String eventType,
    int attempt,
    int status,
    boolean duplicate,
    Outcome outcome,
    Instant startedAt,
    Duration took) {

  /** What follows an attempt. */
  public enum Outcome {
    /** It was answered with 2xx. */
    DELIVERED,
    /** Another attempt follows. */
    RETRIED,
    /** The retries are used up, or the registration is gone. */
    GIVEN_UP
  }
}
