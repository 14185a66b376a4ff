package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;

/**
 * The right to work on a delivery, until the lease ends. The epoch rises with each claim, so an
 * owner that lost its lease cannot complete what another has taken over.
 *
 * @param attempt 1-based
 */
public record Lease(DeliveryId delivery, int attempt, int epoch) {}
