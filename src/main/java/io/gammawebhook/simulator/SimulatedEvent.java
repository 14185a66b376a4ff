package io.gammawebhook.simulator;

import io.gammawebhook.event.RawBody;

/**
 * An event that the simulator made.
 *
 * @param id such as {@code evt_1f0c…}; the same in each attempt and each duplicate
 * @param type such as {@code order.paid}
 * @param body the same bytes in each attempt
 */
public record SimulatedEvent(String id, String type, RawBody body) {}
