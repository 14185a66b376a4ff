package io.gammawebhook.inbox;

import io.gammawebhook.event.WebhookEvent;

/**
 * A delivery that this node may work on now.
 *
 * @param receivedAt when the event was accepted, in epoch milliseconds
 * @param heldSinceNanos a time of {@link System#nanoTime} from before its lease began: however long
 *     the commit took, a whole lease after it another node may have the delivery
 */
public record LeasedDelivery(
    Lease lease, WebhookEvent event, long receivedAt, long heldSinceNanos) {}
