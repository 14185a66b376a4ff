package io.gammawebhook.inbox;

import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit, as it is stored.
 *
 * @param at in epoch milliseconds by the store's clock
 * @param kind what happened; a node of a later version may have written one that this one lacks
 * @param delivery the delivery concerned, if one is
 * @param subscription the subscription concerned, if one is
 * @param attempt 1-based, or 0 where no attempt is concerned
 * @param node the process that wrote it
 * @param origin from where an operator acted, if one did and it is known
 */
public record AuditRow(
    long at,
    String kind,
    SourceName source,
    @Nullable String eventId,
    @Nullable DeliveryId delivery,
    @Nullable SubscriptionName subscription,
    int attempt,
    long durationMillis,
    @Nullable String reason,
    @Nullable String detail,
    String node,
    @Nullable String origin) {}
