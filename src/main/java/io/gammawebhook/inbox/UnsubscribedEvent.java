package io.gammawebhook.inbox;

import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import org.jspecify.annotations.Nullable;

/**
 * An event that is kept although no subscription has taken it.
 *
 * @param receivedAt in epoch milliseconds
 */
public record UnsubscribedEvent(
    Reference reference,
    SourceName source,
    @Nullable String eventId,
    @Nullable String eventType,
    long receivedAt) {}
