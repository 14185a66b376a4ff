package io.gammawebhook.inbox;

import io.gammawebhook.event.WebhookEvent;

/**
 * A delivery that this node may work on now.
 *
 * @param receivedAt when the event was accepted, in epoch milliseconds
 */
public record LeasedDelivery(Lease lease, WebhookEvent event, long receivedAt) {}
