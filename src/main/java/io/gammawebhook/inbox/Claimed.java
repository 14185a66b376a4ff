package io.gammawebhook.inbox;

import java.util.List;

/**
 * What a claim found.
 *
 * @param deliveries leased to the caller
 * @param nextDueInMillis how long until the next delivery of this subscription may be due, as far
 *     as the store knows; 0 if more are due now, {@link Long#MAX_VALUE} if none waits
 */
public record Claimed(List<LeasedDelivery> deliveries, long nextDueInMillis) {}
