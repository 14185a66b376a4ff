package io.gammawebhook.inbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How an event stands with a subscription: as the newest run of its delivery does. An event as a
 * whole stands as the first of these that it has with any subscription, in their order here.
 */
public enum EventState {
  /** An attempt is at work. */
  LEASED,
  /** The next attempt has its time. */
  WAITING,
  /** A dead letter that nobody has replayed or discarded. */
  DEAD,
  /** A route completed it. */
  DELIVERED,
  /** An operator settled it without a delivery. */
  DISCARDED,
  /** No subscription has taken the event. */
  UNSUBSCRIBED;

  /** The name as it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #text} printed.
   *
   * @throws IllegalArgumentException if it is none; the message names all
   */
  public static EventState of(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a state is one of "
                        + Arrays.stream(values())
                            .map(EventState::text)
                            .collect(Collectors.joining(", "))));
  }
}
