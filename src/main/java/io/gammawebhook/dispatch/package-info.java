/** Deliveries to subscriptions: leases, retries, dead letters, replay. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.dispatch;
