/**
 * APIs at which a webhook is registered: their shape as data, and the client that speaks to any of
 * them.
 */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.registration.api;
