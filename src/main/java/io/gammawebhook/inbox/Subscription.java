package io.gammawebhook.inbox;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;

/**
 * A registered consumer of a source's events.
 *
 * @param number the store's number for it; part of its deliveries' ids
 */
public record Subscription(int number, SourceName source, SubscriptionName name) {}
